// SPDX-License-Identifier: MIT
#include "session/ssma/shardcontext.h"

#include "session/closedtraffic.h"

namespace Tidegate::Ssma {

void ShardContext::configure(std::shared_ptr<const Profile> profile, std::shared_ptr<const OriginPolicy> origins)
{
    m_profile = std::move(profile);
    m_origins = std::move(origins);
}

void ShardContext::remove(LinkId link)
{
    const ShardSession *session = m_sessions.take(link);
    if (!session)
        return;
    addTraffic(m_closedTraffic, session->link().traffic());
}

void ShardContext::apply(LinkId link, SessionReply reply)
{
    if (ShardSession *session = m_sessions.value(link))
        session->apply(std::move(reply));
}

void ShardContext::acknowledge(LinkId link, const Result<std::vector<IntentOutcome>> &outcomes,
                               const std::vector<QByteArray> &ids)
{
    if (ShardSession *session = m_sessions.value(link))
        session->acknowledge(outcomes, ids);
}

void ShardContext::revokeSession(const QByteArray &sessionId)
{
    for (ShardSession *session : std::as_const(m_sessions)) {
        if (session->principal().sessionId == sessionId)
            session->becomeGuest();
    }
}

void ShardContext::extendSession(const QByteArray &sessionId, qint64 expiresAtMs)
{
    for (ShardSession *session : std::as_const(m_sessions)) {
        if (session->principal().sessionId == sessionId)
            session->extendSession(expiresAtMs);
    }
}

void ShardContext::expireIdentities()
{
    const qint64 now = m_services.clock.nowMs();
    for (ShardSession *session : std::as_const(m_sessions)) {
        if (session->principal().isExpiredAt(now))
            session->becomeGuest();
    }
}

} // namespace Tidegate::Ssma
