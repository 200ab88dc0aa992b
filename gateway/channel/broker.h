// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/rng.h"
#include "channel/publication.h"
#include "channel/subjecttrie.h"
#include "cluster/clusterbus.h"
#include "wire/result.h"

#include <QHash>
#include <QTimer>

#include <bitset>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace Tidegate {

//! A shard as the Broker sees it. Called on the core thread; crosses to the shard.
class BrokerShard
{
public:
    virtual ~BrokerShard() = default;
    //! To everybody on the shard whose pattern matches publication->stream.
    virtual void route(const PublicationPtr &publication) = 0;
    //! To those of exactly \p pattern: another node's broker has matched already.
    virtual void routeTo(const QByteArray &pattern, const PublicationPtr &publication) = 0;
};

//! Messages by subject, without anything else installed: who wants a subject, queue groups, request and reply. Holds
//! one entry per distinct pattern, whatever the number of subscribers behind it: shards count their own. Core thread.
//! Bounds: MaxRequests; patterns by the sessions' limits. Overflow act: the request is refused.
class Broker final : private BusReceiver
{
public:
    static constexpr size_t MaxShards = 256;
    static constexpr size_t MaxRequests = 100'000;

    using Consumer = std::function<void(const PublicationPtr &message)>;
    using ConsumerId = quint64;
    //! The answer's payload, or NotFound (no responders), Timeout, Unavailable, RateLimited, Cancelled. Exactly once.
    using Answer = std::function<void(Result<QByteArray>)>;

    //! \p bus is borrowed; it is opened here.
    Broker(const Clock &clock, Rng &rng, ClusterBus &bus);
    ~Broker() override;
    Q_DISABLE_COPY_MOVE(Broker)

    //! \p heard is called when the bus is lost or found (again).
    void setStateHandler(std::function<void(BusState)> heard) { m_stateHeard = std::move(heard); }

    //! Borrowed until the Broker goes.
    void addShard(int shard, BrokerShard *sink);

    //! The first subscriber of \p pattern on \p shard, and the last one gone.
    void attach(int shard, const QByteArray &pattern);
    void detach(int shard, const QByteArray &pattern);

    //! A subscriber in this process. Of the members of one \p group on one pattern each message goes to one, in turn;
    //! without a group it gets every message. May unsubscribe from inside a call.
    ConsumerId subscribe(const QByteArray &pattern, Consumer consumer, const QByteArray &group = {});
    void unsubscribe(ConsumerId id);

    //! Fails only if the bus does; whoever is here has got it all the same.
    Result<void> publish(const PublicationPtr &message);
    //! Publishes with a reply subject of its own and waits for the first answer. A subscriber that never answers turns
    //! "no responders" into a time-out. \p timeoutMs 0 still sends.
    void request(const QByteArray &subject, const QByteArray &payload, qint64 timeoutMs, Answer answer);

    //! Replies to requests of this node arrive below it: "_INBOX.<node>.".
    const QByteArray &inboxPrefix() const { return m_inboxPrefix; }
    qsizetype patternCount() const { return m_trie.patternCount(); }
    qsizetype pendingRequests() const { return qsizetype(m_requests.size()); }
    qsizetype memoryBytes() const;

    //! Ends requests whose time is over; the timer does it too.
    void expireRequests();

private:
    void busMessage(const QByteArray &pattern, const BusMessage &message) override;
    void busNoResponders(const QByteArray &reply) override;
    void busStateChanged(BusState state) override;

    using Slot = SubjectTrie::Slot;

    struct Group
    {
        QByteArray name; //!< empty: each member gets every message
        std::vector<ConsumerId> members;
        size_t next = 0;
    };
    struct Interest
    {
        std::bitset<MaxShards> shards;
        std::unique_ptr<std::vector<Group>> groups; //!< null: shards only
    };
    struct Subscriber
    {
        Slot slot = SubjectTrie::None;
        Consumer consumer;
    };
    struct Request
    {
        Answer answer;
        std::multimap<qint64, QByteArray>::iterator deadline;
        bool hasLocalResponder = false;
    };

    Slot acquire(const QByteArray &pattern);
    void release(Slot slot);
    //! Hands the message over; false if nobody was there.
    bool routeHere(const PublicationPtr &message);
    void collectConsumers(Interest &interest, std::vector<ConsumerId> &consumers);
    void call(const std::vector<ConsumerId> &consumers, const PublicationPtr &message);
    bool takeAnswer(const QByteArray &subject, const QByteArray &payload);
    void finish(const QByteArray &reply, Result<QByteArray> outcome);
    void armTimer();

    const Clock &m_clock;
    Rng &m_rng;
    ClusterBus &m_bus;
    const QByteArray m_inboxPrefix;
    SubjectTrie m_trie;
    std::vector<Interest> m_interests; //!< by slot
    std::vector<BrokerShard *> m_shards;
    QHash<ConsumerId, std::shared_ptr<Subscriber>> m_consumers;
    ConsumerId m_lastConsumer = 0;
    QHash<QByteArray, Request> m_requests;         //!< by reply subject
    std::multimap<qint64, QByteArray> m_deadlines; //!< monotonic ms to reply subject
    quint64 m_lastRequest = 0;
    QTimer m_timer;
    std::function<void(BusState)> m_stateHeard;
};

} // namespace Tidegate
