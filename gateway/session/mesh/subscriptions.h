// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"
#include "session/mesh/permissions.h"
#include "session/mesh/shardcontext.h"

#include <unordered_map>
#include <vector>

namespace Tidegate::Mesh {

//! Why not; without a rule: it was done.
struct Refusal
{
    const DecisionRule *rule = nullptr;
    QByteArray text; //!< for the client
};

//! What one session has subscribed to and offers, by its own ids. A subscription to "_SERVE.<pattern>" is an offer to
//! answer requests, where the profile allows it. Shard thread. Bounds: Profile::maxSubscriptions and userSubscriptions;
//! overflow act: the newest is refused.
class Subscriptions
{
public:
    //! In whose name; borrowed for the call.
    struct Bearer
    {
        const Permissions &permissions;
        UserTally &tally;
        uchar version; //!< of the packets that its client reads
    };

    Subscriptions(ShardContext &context, LinkId link)
        : m_context(context)
        , m_id(link)
    {
    }

    //! A live subscription of the same id is replaced.
    Refusal add(const Subscribe &subscribe, Link &link, const Bearer &bearer);
    //! What was retained has come: it goes first, then what is published from now on.
    void begin(quint64 id, quint32 opening, const std::vector<PublicationPtr> &retained, Link &link,
               const Bearer &bearer);
    void remove(quint64 id, UserTally &tally);
    void removeAll(UserTally &tally);
    //! By the rules of a new login; the ids that are lost.
    std::vector<quint64> recheck(Link &link, const Bearer &bearer);

    bool offers(quint64 id) const { return m_offers.contains(id); }
    qsizetype count() const { return qsizetype(m_subscriptions.size() + m_offers.size()); }

private:
    struct Subscription
    {
        SubjectTrie::Slot slot = SubjectTrie::None;
        quint32 opening = 0; //!< what is retained is being asked for, by this number; 0 = no more
        Fanout::Membership membership;
    };
    using Table = std::unordered_map<quint64, Subscription>;

    Refusal refusalOf(quint64 id, QByteArrayView pattern, bool isAllowed) const;
    void open(quint64 id, const QByteArray &pattern, Link &link, const Bearer &bearer);
    void askForRetained(quint64 id, const QByteArray &pattern, quint32 opening);
    void offer(quint64 id, const QByteArray &pattern);
    void drop(Table::iterator subscription);
    bool discard(quint64 id);
    AudienceSpecPtr audience(quint64 id, const QByteArray &pattern, const Bearer &bearer) const;

    ShardContext &m_context;
    const LinkId m_id;
    Table m_subscriptions;
    std::unordered_map<quint64, QByteArray> m_offers; //!< to their patterns
    quint32 m_openings = 0;
};

} // namespace Tidegate::Mesh
