// SPDX-License-Identifier: MIT
#include "session/sharedata/shardcontext.h"

#include "session/sharedata/linksession.h"

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

void ShardContext::configure(std::shared_ptr<const Profile> profile, std::shared_ptr<const OriginPolicy> origins)
{
    m_profile = std::move(profile);
    m_origins = std::move(origins);
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
            session->link().sendText(result.frame);
    }
}

void ShardContext::expireIdentities()
{
    if (!m_profile->endsWithToken)
        return;
    const qint64 now = m_services.clock.nowMs();
    for (LinkSession *session : std::as_const(m_sessions))
        session->expireAt(now);
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
