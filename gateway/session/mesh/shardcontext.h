// SPDX-License-Identifier: MIT
#pragma once

#include "base/eventlog.h"
#include "base/rng.h"
#include "base/usertally.h"
#include "channel/broker.h"
#include "channel/fanout.h"
#include "session/mesh/counters.h"
#include "session/mesh/profile.h"
#include "session/mesh/subjectcounts.h"
#include "transport/ioshard.h"

#include <QHash>

#include <memory>
#include <vector>

namespace Tidegate::Mesh {

class RetainedMessages;
class ServiceDesk;
class Session;

//! What all sessions of the dialect share on one shard: who is there, who wants which pattern, and the way to the
//! Broker, which is told of the first and the last subscriber of a pattern here. Lives on the shard's thread.
class ShardContext
{
public:
    static constexpr qsizetype MaxSpecs = 10'000;

    struct Services
    {
        IoShard &shard;
        Fanout &fanout;  //!< of this dialect alone: patterns must not meet the streams of others
        TaskQueue &core; //!< where broker lives
        Broker &broker;  //!< touched only inside tasks posted to core
        const Clock &clock;
        Rng &rng;
        EventLog &log;
        DialectCounters &counters;
        UserTallies &users;
        SubjectCounts &subjects;
        // Like broker; null: not configured.
        RetainedMessages *retained = nullptr;
        ServiceDesk *desk = nullptr;
    };

    ShardContext(Services services, std::shared_ptr<const Profile> profile)
        : m_services(std::move(services))
        , m_profile(std::move(profile))
    {
    }

    const Services &services() const { return m_services; }
    const Profile &profile() const { return *m_profile; }
    void configure(std::shared_ptr<const Profile> profile)
    {
        m_profile = std::move(profile);
        m_specs.clear(); // they were made by the former one
    }

    void add(LinkId link, Session *session) { m_sessions.insert(link, session); }
    void remove(LinkId link);
    Session *session(LinkId link) const { return m_sessions.value(link); }
    const QHash<LinkId, Session *> &sessions() const { return m_sessions; }
    //! What links that have closed had sent and received; grows only.
    const LinkTraffic &closedTraffic() const { return m_closedTraffic; }

    DecisionBatch *decisions() const { return m_services.shard.decisions(); }
    //! Fills in what transport and fan-out do not know of a link; false if it is none of this dialect.
    bool describe(Decision &decision) const;

    //! One more subscription to \p pattern: give it back with leave().
    SubjectTrie::Slot acquire(const QByteArray &pattern);
    //! The spec of a variant: the same one for all patterns. \p make is asked when there is none yet.
    AudienceSpecPtr spec(const QByteArray &variant, const std::function<AudienceSpec()> &make);
    //! From now on it is delivered to. \p membership must stay where it is until leave().
    void join(SubjectTrie::Slot slot, const AudienceSpecPtr &spec, Link &link, Fanout::Membership &membership)
    {
        m_services.fanout.join(m_patterns[slot], spec, link, membership);
    }
    void leave(SubjectTrie::Slot slot, Fanout::Membership &membership);
    //! Other rules for a subscription that is there.
    void rejoin(SubjectTrie::Slot slot, const AudienceSpecPtr &spec, Link &link, Fanout::Membership &membership);
    const QByteArray &pattern(SubjectTrie::Slot slot) const { return m_patterns[slot]; }

    //! A delivery that a token's denials kept from its subscribers.
    void countFiltered(const Publication &publication);

    // From the Broker.
    void route(const PublicationPtr &publication);
    void routeTo(const QByteArray &pattern, const PublicationPtr &publication);

    //! Call every few seconds: identities end, and whoever never logs in.
    void expire();

    //! Runs \p verb with the Broker on the core thread.
    template <typename Verb>
    void onBroker(qsizetype costBytes, Verb &&verb)
    {
        Broker &broker = m_services.broker;
        m_services.core.post([&broker, verb = std::forward<Verb>(verb)]() mutable { verb(broker); }, costBytes);
    }

private:
    void countDeliveries(const Publication &publication, qint64 count);

    Services m_services;
    std::shared_ptr<const Profile> m_profile;
    QHash<LinkId, Session *> m_sessions;
    LinkTraffic m_closedTraffic;
    SubjectTrie m_trie;
    std::vector<QByteArray> m_patterns;         //!< by slot
    QHash<QByteArray, AudienceSpecPtr> m_specs; //!< by variant; bound: MaxSpecs, those nobody uses go
};

} // namespace Tidegate::Mesh
