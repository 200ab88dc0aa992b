// SPDX-License-Identifier: MIT
#include "qml/models/rowcounts.h"

namespace Tidegate::Console {

RowCounts::RowCounts(QObject *parent)
    : QObject(parent)
{
    m_pause.setInterval(RecountMs);
    connect(&m_pause, &QTimer::timeout, this, &RowCounts::recount);
    connect(this, &RowCounts::questionChanged, this, &RowCounts::recount);
    m_pause.start();
}

void RowCounts::setSession(ConsoleSession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (m_session) {
        connect(m_session, &ConsoleSession::portChanged, this, [this] { m_counts.clear(); });
        connect(m_session, &ConsoleSession::stateChanged, this, &RowCounts::recount);
    }
    Q_EMIT questionChanged();
}

void RowCounts::setActive(bool isActive)
{
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    Q_EMIT activeChanged();
    recount();
}

void RowCounts::recount()
{
    if (!m_isActive || !m_session || !m_session->isActive() || !m_session->isOnline() || !m_session->offers(m_resource))
        return;
    countNext(0, ++m_generation);
}

void RowCounts::countNext(int index, int generation)
{
    if (generation != m_generation || index >= m_values.size() || !m_session->isOnline())
        return;
    Admin::PageRequest request;
    request.resource = m_resource;
    request.filters = {{m_field, Admin::FilterOp::Equal, m_values[index]}};
    request.limit = 1;
    m_session->port()->fetchPage(request, this, [this, index, generation](const Result<Admin::Page> &answer) {
        if (generation != m_generation)
            return;
        if (answer && answer->total >= 0)
            m_counts.insert(m_values[index], double(answer->total));
        else
            m_counts.remove(m_values[index]);
        Q_EMIT counted();
        countNext(index + 1, generation);
    });
}

} // namespace Tidegate::Console
