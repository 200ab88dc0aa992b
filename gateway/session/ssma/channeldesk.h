// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"
#include "backend/backendadapter.h"
#include "base/eventlog.h"
#include "channel/hub.h"
#include "session/ssma/channelregistry.h"
#include "session/ssma/counters.h"
#include "session/ssma/rowreader.h"
#include "session/ssma/subscriptiontable.h"
#include "ssma/encoder.h"
#include "ssma/frames.h"

#include <functional>

namespace Tidegate::Ssma {

//! Channel subscriptions: who may, what they get first, and their commands. (SSMA spec section 8.2.) Core thread.
//! A subscription attaches to its stream in the same turn in which its snapshot is answered, so an invalidation can
//! neither overtake the acknowledgement nor fall between snapshot and live rows.
class ChannelDesk
{
public:
    struct Services
    {
        Hub &hub;
        IntentEngine &engine;
        BackendAdapter &backend;
        const Clock &clock;
        EventLog &log;
        DialectCounters &counters;
        const ChannelRegistry &registry;
        const RowReader &reader;
        SubscriptionTable &table;
        std::function<void(LinkId, SessionReply)> reply;
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

private:
    using Client = SubscriptionTable::Client;

    bool refuseSubscribe(Client &client, const SubscriptionKey &key);
    void fetchSnapshot(LinkId link, const SubscriptionKey &key, quint64 serial);
    void snapshotFromStore(LinkId link, const SubscriptionKey &key, quint64 serial);
    void snapshotFromBackend(LinkId link, const SubscriptionKey &key, quint64 serial, SnapshotReply snapshot,
                             quint64 headBefore);
    void attach(Client &client, const SubscriptionKey &key, quint64 cursor, std::vector<QByteArray> frames);
    Client *openingClient(LinkId link, const SubscriptionKey &key, quint64 serial);
    void giveUp(LinkId link, const SubscriptionKey &key, const Error &error);
    void sendResync(LinkId link, const SubscriptionKey &key, quint64 cursor, const Result<RowPage> &page);
    void noteRecovery(LinkId link, const SubscriptionKey &key, const Continuity &continuity);
    void resend(Client &client, const SubscriptionKey &key, const ChannelCommand &frame);
    void applyFilter(Client &client, const SubscriptionKey &key, const ChannelCommand &frame);
    void endSubscription(Client &client, const SubscriptionKey &key, QByteArrayView code, QByteArrayView reason);
    void answer(LinkId link, QByteArray frame);
    RowScope scopeOf(const Client &client, const SubscriptionKey &key) const;

    Services m_services;
    const Profile &m_profile;
    FixedWindowLimiter m_subscribeLimiter;
};

} // namespace Tidegate::Ssma
