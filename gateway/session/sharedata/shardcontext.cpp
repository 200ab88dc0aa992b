// SPDX-License-Identifier: MIT
#include "session/sharedata/shardcontext.h"

#include "session/closedtraffic.h"
#include "session/sharedata/linksession.h"
#include "session/sharedata/rules.h"

namespace Tidegate::ShareData {

ShardContext::ShardContext(Services services, std::shared_ptr<const Profile> profile,
                           std::shared_ptr<const TokenGate> tokens, std::shared_ptr<const OriginPolicy> origins)
    : m_services(std::move(services))
    , m_profile(std::move(profile))
    , m_tokens(std::move(tokens))
    , m_origins(std::move(origins))
    , m_audience(documentAudience(m_profile->overflow))
{
}

void ShardContext::configure(std::shared_ptr<const Profile> profile, std::shared_ptr<const TokenGate> tokens,
                             std::shared_ptr<const OriginPolicy> origins)
{
    m_profile = std::move(profile);
    m_tokens = std::move(tokens);
    m_origins = std::move(origins);
    const QHash<LinkId, LinkSession *> sessions = m_sessions; // ending one may take it out
    for (LinkSession *session : sessions) {
        if (!m_tokens->stillVouchesFor(session->identity()))
            session->endUnauthorized(Rules::TokenWithdrawn, "the token is not valid any more");
    }
}

void ShardContext::remove(LinkId link)
{
    if (const LinkSession *session = m_sessions.take(link))
        addTraffic(m_closedTraffic, session->link().traffic());
}

bool ShardContext::describe(Decision &decision) const
{
    const LinkSession *session = m_sessions.value(LinkId{decision.link});
    if (session)
        decision.user = session->identity().subject();
    return session;
}

void ShardContext::apply(LinkId link, Reply reply)
{
    LinkSession *session = m_sessions.value(link);
    if (!session)
        return;
    for (QByteArray &frame : reply.results)
        m_results.push_back({link, std::move(frame)});
    session->apply(reply);
}

void ShardContext::flushResults()
{
    for (const HeldResult &result : std::exchange(m_results, {})) {
        if (LinkSession *session = m_sessions.value(result.link))
            session->say(result.frame);
    }
}

void ShardContext::tellTaken()
{
    if (m_owing.empty())
        return;
    bool isAnyNew = false;
    std::vector<OwingLink> owing;
    for (OwingLink &each : std::exchange(m_owing, {})) {
        const LinkSession *session = m_sessions.value(each.link);
        if (!session)
            continue;
        if (each.wasOffered && session->link().queuedBytes() <= m_profile->linkBudgetBytes / 2) {
            onCore(64, [link = each.link](Service &service) { service.taken(link); });
            continue;
        }
        isAnyNew = isAnyNew || !each.wasOffered;
        owing.push_back({each.link, true});
    }
    m_owing = std::move(owing);
    // The sockets are written behind this turn's end, so it takes another one to see what they took.
    if (isAnyNew)
        m_services.shard.tasks().post([] {});
}

void ShardContext::expireIdentities()
{
    if (!m_profile->endsWithToken)
        return;
    const qint64 now = m_services.clock.nowMs();
    const QHash<LinkId, LinkSession *> sessions = m_sessions; // ending one may take it out
    for (LinkSession *session : sessions) {
        const qint64 expiresAtMs = session->identity().expiresAtMs;
        if (expiresAtMs == 0 || now < expiresAtMs)
            continue;
        m_services.counters.expired.add();
        session->endUnauthorized(Rules::TokenExpired, "the token has expired");
    }
}

void ShardContext::revokeSession(const QByteArray &sessionId)
{
    const QHash<LinkId, LinkSession *> sessions = m_sessions; // ending one may take it out
    for (LinkSession *session : sessions) {
        if (session->identity().sessionId == sessionId)
            session->endUnauthorized(Rules::SessionEnded, "the session has ended");
    }
}

void ShardContext::noteUnknown(const QByteArray &address)
{
    if (m_profile->unknownMax == 0)
        return;
    if (m_misses.size() >= MaxMissAddresses)
        m_misses.clear();
    const qint64 now = m_services.clock.monotonicMs();
    Misses &misses = m_misses[address];
    if (now - misses.windowStartMs >= m_profile->unknownWindowMs)
        misses = {now, 0};
    ++misses.count;
}

bool ShardContext::isThrottled(const QByteArray &address)
{
    if (m_profile->unknownMax == 0)
        return false;
    const auto misses = m_misses.constFind(address);
    return misses != m_misses.constEnd() && misses->count >= m_profile->unknownMax &&
           m_services.clock.monotonicMs() - misses->windowStartMs < m_profile->unknownWindowMs;
}

} // namespace Tidegate::ShareData
