// SPDX-License-Identifier: MIT
#include "session/mesh/servicecalls.h"

namespace Tidegate::Mesh {

QByteArray ServiceCalls::add(const QByteArray &reply, qint64 nowMs)
{
    forgetOverdue(nowMs);
    QByteArray token = QByteArray::number(++m_newest, 36);
    m_replies.insert(token, reply);
    m_due.push_back({token, nowMs + LifetimeMs});
    return token;
}

std::optional<QByteArray> ServiceCalls::take(const QByteArray &token)
{
    const auto call = m_replies.constFind(token);
    if (call == m_replies.constEnd())
        return std::nullopt;
    const QByteArray reply = *call;
    m_replies.erase(call);
    return reply;
}

void ServiceCalls::forgetOverdue(qint64 nowMs)
{
    while (!m_due.empty() && m_due.front().atMs <= nowMs) {
        m_replies.remove(m_due.front().token);
        m_due.pop_front();
    }
}

} // namespace Tidegate::Mesh
