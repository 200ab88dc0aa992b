// SPDX-License-Identifier: MIT
#pragma once

#include "base/eventlog.h"
#include "base/rng.h"
#include "base/usertally.h"
#include "channel/broker.h"
#include "channel/fanout.h"
#include "session/mesh/counters.h"
#include "session/mesh/profile.h"
#include "transport/ioshard.h"

#include <QHash>

#include <memory>
#include <vector>

namespace Tidegate::Mesh {

class Session;

//! What all sessions of the dialect share on one shard: who is there, who wants which pattern, and the way to the
//! Broker, which is told of the first and the last subscriber of a pattern here. Lives on the shard's thread.
class ShardContext
{
public:
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
    };

    ShardContext(Services services, std::shared_ptr<const Profile> profile)
        : m_services(std::move(services))
        , m_profile(std::move(profile))
    {
    }

    const Services &services() const { return m_services; }
    const Profile &profile() const { return *m_profile; }
    void configure(std::shared_ptr<const Profile> profile) { m_profile = std::move(profile); }

    void add(LinkId link, Session *session) { m_sessions.insert(link, session); }
    void remove(LinkId link);
    Session *session(LinkId link) const { return m_sessions.value(link); }
    const QHash<LinkId, Session *> &sessions() const { return m_sessions; }
    //! What links that have closed had sent and received; grows only.
    const LinkTraffic &closedTraffic() const { return m_closedTraffic; }

    //! \p membership must stay where it is until leave().
    SubjectTrie::Slot join(const QByteArray &pattern, const AudienceSpec &spec, Link &link,
                           Fanout::Membership &membership);
    void leave(SubjectTrie::Slot slot, Fanout::Membership &membership);
    //! Other rules for a subscription that is there.
    void rejoin(SubjectTrie::Slot slot, const AudienceSpec &spec, Link &link, Fanout::Membership &membership);
    const QByteArray &pattern(SubjectTrie::Slot slot) const { return m_patterns[slot]; }

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
    Services m_services;
    std::shared_ptr<const Profile> m_profile;
    QHash<LinkId, Session *> m_sessions;
    LinkTraffic m_closedTraffic;
    SubjectTrie m_trie;
    std::vector<QByteArray> m_patterns; //!< by slot
};

} // namespace Tidegate::Mesh
