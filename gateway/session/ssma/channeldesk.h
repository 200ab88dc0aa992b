// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"
#include "base/decisionbatch.h"
#include "session/ssma/channelopening.h"
#include "session/ssma/continuity.h"
#include "session/ssma/recoverytally.h"
#include "ssma/frames.h"

#include <functional>

namespace Tidegate::Ssma {

//! Channel subscriptions: who may, and their commands. (SSMA spec section 8.2.) Core thread.
class ChannelDesk
{
public:
    struct Services
    {
        Hub &hub;
        IntentEngine &engine;
        const Clock &clock;
        EventLog &log;
        DialectCounters &counters;
        const ChannelRegistry &registry;
        const RowReader &reader;
        SharedReads &reads;
        SnapshotFlights &snapshots;
        SubscriptionTable &table;
        std::function<void(LinkId, SessionReply)> reply;
        RecoveryTally &recoveries;
        DecisionBatch *decisions = nullptr;
    };

    ChannelDesk(Services services, const Profile &profile);

    void subscribe(LinkId link, ChannelSubscribe frame);
    void unsubscribe(LinkId link, const ChannelUnsubscribe &frame);
    void resync(LinkId link, ChannelResync frame);
    void command(LinkId link, ChannelCommand frame);

    //! The link is gone: detaches everything.
    void drop(SubscriptionTable::Client &client);
    //! Ends what \p client may no longer see, after its identity or the rules changed.
    void recheck(SubscriptionTable::Client &client);
    //! Limits changed.
    void configure();
    std::vector<LimitBucket> limitBuckets() const;

private:
    using Client = SubscriptionTable::Client;

    bool refuseSubscribe(Client &client, const SubscriptionKey &key, qsizetype filterBytes);
    bool hasRoomFor(const Client &client, qsizetype moreBytes) const;
    void noteRateLimited(const ClientInfo &info, const SubscriptionKey &key);
    void decide(const ClientInfo &client, const DecisionRule &rule, const SubscriptionKey &key,
                QByteArrayView code) const;
    void noteRecovery(LinkId link, const SubscriptionKey &key, const Continuity &continuity);
    LogAnswer resyncAnswer(const SubscriptionKey &key, quint64 asked, const RowPage &page) const;
    void resend(Client &client, const SubscriptionKey &key, const ChannelCommand &frame);
    void applyFilter(Client &client, const SubscriptionKey &key, const ChannelCommand &frame);
    void endSubscription(Client &client, const SubscriptionKey &key, QByteArrayView code, QByteArrayView reason);
    void answer(LinkId link, QByteArray frame);

    Services m_services;
    const Profile &m_profile;
    ChannelOpening m_opening;
    FixedWindowLimiter m_subscribeLimiter;
    FixedWindowLimiter m_limitEventLimiter;
};

} // namespace Tidegate::Ssma
