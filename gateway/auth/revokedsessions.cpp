// SPDX-License-Identifier: MIT
#include "auth/revokedsessions.h"

namespace Tidegate {

RevokedSessions::RevokedSessions(qsizetype maxEntries)
    : m_maxEntries(qMax(qsizetype(1), maxEntries))
{
}

void RevokedSessions::add(const QByteArray &sessionId, qint64 tokensExpireAtMs, qint64 nowMs)
{
    const std::lock_guard lock(m_mutex);
    freeExpired(nowMs);
    if (sessionId.isEmpty() || tokensExpireAtMs <= nowMs || m_expiries.contains(sessionId))
        return;
    m_expiries.insert(sessionId, tokensExpireAtMs);
    m_byExpiry.emplace(tokensExpireAtMs, sessionId);
    if (m_expiries.size() > m_maxEntries) {
        const auto first = m_byExpiry.begin();
        m_floorMs = qMax(m_floorMs, first->first);
        m_expiries.remove(first->second);
        m_byExpiry.erase(first);
    }
}

bool RevokedSessions::contains(const QByteArray &sessionId, qint64 tokenExpiresAtMs) const
{
    if (sessionId.isEmpty())
        return false;
    const std::lock_guard lock(m_mutex);
    return m_expiries.contains(sessionId) || (tokenExpiresAtMs != 0 && tokenExpiresAtMs <= m_floorMs);
}

qsizetype RevokedSessions::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_expiries.size();
}

void RevokedSessions::freeExpired(qint64 nowMs)
{
    while (!m_byExpiry.empty() && m_byExpiry.begin()->first <= nowMs) {
        m_expiries.remove(m_byExpiry.begin()->second);
        m_byExpiry.erase(m_byExpiry.begin());
    }
}

} // namespace Tidegate
