// SPDX-License-Identifier: MIT
#include "app/inprocessclient.h"

#include <QPointer>

namespace Tidegate {

InProcessClient::InProcessClient(Line line)
    : m_line(std::move(line))
{
}

InProcessClient::~InProcessClient()
{
    if (m_isOpen)
        m_line.close();
}

bool InProcessClient::send(const QByteArray &text)
{
    return m_isOpen && m_line.send(text);
}

void InProcessClient::close()
{
    if (!m_isOpen)
        return;
    m_line.close();
    linkClosed(1000, {});
}

void InProcessClient::deliver(const QByteArray &messages)
{
    m_line.consumed(messages.size());
    const QPointer<InProcessClient> self = this; // a receiver may delete us
    for (qsizetype at = 0; self && at < messages.size();) {
        const qsizetype end = messages.indexOf('\n', at);
        Q_EMIT textReceived(messages.sliced(at, end - at));
        at = end + 1;
    }
}

void InProcessClient::linkClosed(quint16 code, const QByteArray &reason)
{
    if (!m_isOpen)
        return;
    m_isOpen = false;
    Q_EMIT closed(code, reason);
}

} // namespace Tidegate
