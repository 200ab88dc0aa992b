// SPDX-License-Identifier: MIT
#include "session/ssma/shardcontext.h"

#include "auth/rules.h"
#include "session/closedtraffic.h"

namespace Tidegate::Ssma {

ShardContext::ShardContext(Services services, std::shared_ptr<const Profile> profile,
                           std::shared_ptr<const OriginPolicy> origins)
    : m_services(std::move(services))
    , m_profile(std::move(profile))
    , m_origins(std::move(origins))
{
    if (!decisions())
        return;
    // Transport and fan-out know a link by its number only.
    decisions()->setResolver([this](Decision &decision) { resolve(decision); });
}

void ShardContext::resolve(Decision &decision) const
{
    const ShardSession *session = m_sessions.value(LinkId{decision.link});
    if (!session)
        return;
    decision.user = session->principal().subjectId;
    decision.site = session->client().site;
}

ShardContext::~ShardContext()
{
    if (decisions())
        decisions()->setResolver({});
}

void ShardContext::endLogin(ShardSession &session, const DecisionRule &rule)
{
    const ClientInfo &client = session.client();
    note(decisions(), {&rule, client.link.value, client.principal.subjectId, client.site, {}});
    session.becomeGuest();
}

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
            endLogin(*session, AuthRules::SessionEnded);
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
            endLogin(*session, AuthRules::TokenExpired);
    }
}

} // namespace Tidegate::Ssma
