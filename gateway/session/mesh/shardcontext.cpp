// SPDX-License-Identifier: MIT
#include "session/mesh/shardcontext.h"

#include "session/closedtraffic.h"
#include "session/mesh/session.h"

namespace Tidegate::Mesh {

void ShardContext::remove(LinkId link)
{
    const Session *session = m_sessions.take(link);
    if (session)
        addTraffic(m_closedTraffic, session->link().traffic());
}

SubjectTrie::Slot ShardContext::join(const QByteArray &pattern, const AudienceSpec &spec, Link &link,
                                     Fanout::Membership &membership)
{
    const SubjectTrie::Slot slot = m_trie.acquire(pattern);
    if (slot >= m_patterns.size())
        m_patterns.resize(size_t(slot) + 1);
    if (m_trie.users(slot) == 1) {
        m_patterns[slot] = pattern;
        onBroker(pattern.size() + 64,
                 [shard = m_services.shard.index(), pattern](Broker &broker) { broker.attach(shard, pattern); });
    }
    m_services.fanout.join(m_patterns[slot], spec, link, membership);
    return slot;
}

void ShardContext::leave(SubjectTrie::Slot slot, Fanout::Membership &membership)
{
    m_services.fanout.leave(membership);
    if (!m_trie.release(slot))
        return;
    onBroker(64, [shard = m_services.shard.index(), pattern = std::exchange(m_patterns[slot], {})](Broker &broker) {
        broker.detach(shard, pattern);
    });
}

void ShardContext::rejoin(SubjectTrie::Slot slot, const AudienceSpec &spec, Link &link, Fanout::Membership &membership)
{
    m_services.fanout.leave(membership);
    m_services.fanout.join(m_patterns[slot], spec, link, membership);
}

void ShardContext::route(const PublicationPtr &publication)
{
    m_trie.match(publication->stream,
                 [&](SubjectTrie::Slot slot) { m_services.fanout.deliver(m_patterns[slot], publication); });
}

void ShardContext::routeTo(const QByteArray &pattern, const PublicationPtr &publication)
{
    m_services.fanout.deliver(pattern, publication);
}

void ShardContext::expire()
{
    const auto sessions = m_sessions;
    for (Session *session : sessions)
        session->expire();
}

} // namespace Tidegate::Mesh
