// SPDX-License-Identifier: MIT
#include "session/mesh/shardcontext.h"

#include "session/closedtraffic.h"
#include "session/mesh/rules.h"
#include "session/mesh/session.h"

namespace Tidegate::Mesh {

namespace {
constexpr qsizetype MaxRecordedBytes = 128;
}

void ShardContext::remove(LinkId link)
{
    const Session *session = m_sessions.take(link);
    if (session)
        addTraffic(m_closedTraffic, session->link().traffic());
}

bool ShardContext::describe(Decision &decision) const
{
    const Session *session = m_sessions.value(LinkId{decision.link});
    if (!session)
        return false;
    decision.user = session->user();
    decision.site = QByteArrayLiteral("mesh");
    return true;
}

SubjectTrie::Slot ShardContext::acquire(const QByteArray &pattern)
{
    const SubjectTrie::Slot slot = m_trie.acquire(pattern);
    if (slot >= m_patterns.size())
        m_patterns.resize(size_t(slot) + 1);
    if (m_trie.users(slot) == 1) {
        m_patterns[slot] = pattern;
        onBroker(pattern.size() + 64,
                 [shard = m_services.shard.index(), pattern](Broker &broker) { broker.attach(shard, pattern); });
    }
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

AudienceSpecPtr ShardContext::spec(const QByteArray &variant, const std::function<AudienceSpec()> &make)
{
    if (const auto known = m_specs.constFind(variant); known != m_specs.constEnd())
        return *known;
    if (m_specs.size() >= MaxSpecs)
        m_specs.removeIf(
            [](QHash<QByteArray, AudienceSpecPtr>::iterator each) { return each.value().use_count() == 1; });
    auto spec = std::make_shared<const AudienceSpec>(make());
    if (m_specs.size() < MaxSpecs)
        m_specs.insert(variant, spec);
    return spec;
}

void ShardContext::rejoin(SubjectTrie::Slot slot, const AudienceSpecPtr &spec, Link &link,
                          Fanout::Membership &membership)
{
    m_services.fanout.leave(membership);
    m_services.fanout.join(m_patterns[slot], spec, link, membership);
}

void ShardContext::route(const PublicationPtr &publication)
{
    qsizetype deliveries = 0;
    m_trie.match(publication->stream, [&](SubjectTrie::Slot slot) {
        deliveries += m_services.fanout.deliver(m_patterns[slot], publication);
    });
    countDeliveries(*publication, deliveries);
}

void ShardContext::routeTo(const QByteArray &pattern, const PublicationPtr &publication)
{
    countDeliveries(*publication, m_services.fanout.deliver(pattern, publication));
}

void ShardContext::countFiltered(const Publication &publication)
{
    m_services.counters.deliveriesFiltered.add();
    note(decisions(), {&Rules::DenyFilter, 0, {}, "mesh", publication.stream.left(MaxRecordedBytes)});
}

void ShardContext::countDeliveries(const Publication &publication, qint64 count)
{
    SubjectCounts::Counts counts;
    counts.delivered = count;
    counts.deliveredBytes = count * publication.body.size();
    m_services.subjects.add(publication.stream, counts);
}

void ShardContext::expire()
{
    const auto sessions = m_sessions;
    for (Session *session : sessions)
        session->expire();
}

} // namespace Tidegate::Mesh
