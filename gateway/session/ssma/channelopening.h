// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionbatch.h"
#include "base/eventlog.h"
#include "channel/hub.h"
#include "session/ssma/channelregistry.h"
#include "session/ssma/counters.h"
#include "session/ssma/rowreader.h"
#include "session/ssma/sharedreads.h"
#include "session/ssma/snapshotflights.h"
#include "session/ssma/subscriptiontable.h"

#include <functional>

namespace Tidegate::Ssma {

//! How a subscription begins: with the backend's snapshot and the rows since, or the store's newest rows, then live.
//! (SSMA spec section 8.2.) Core thread.
//! A subscription attaches to its stream in the same turn in which its snapshot is answered, so an invalidation can
//! neither overtake the acknowledgement nor fall between snapshot and live rows.
class ChannelOpening
{
public:
    struct Services
    {
        Hub &hub;
        IntentEngine &engine;
        EventLog &log;
        DialectCounters &counters;
        const ChannelRegistry &registry;
        const RowReader &reader;
        SharedReads &reads;
        SnapshotFlights &snapshots;
        SubscriptionTable &table;
        std::function<void(LinkId, SessionReply)> reply;
        DecisionBatch *decisions = nullptr;
    };

    ChannelOpening(Services services, const Profile &profile)
        : m_services(std::move(services))
        , m_profile(profile)
    {
    }

    //! Answers the subscription \p key of \p link, which has been entered into the table as \p serial.
    void begin(LinkId link, const SubscriptionKey &key, quint64 serial);

private:
    using Client = SubscriptionTable::Client;
    //! Tells one subscription from a later one of the same key.
    struct Place
    {
        LinkId link;
        SubscriptionKey key;
        quint64 serial;
    };

    void begin(const Place &place);
    void continueWith(const Place &place, const SnapshotKey &asked, const Result<SharedSnapshotPtr> &snapshot);
    void fromBackend(const Place &place, const SnapshotKey &asked, const SharedSnapshotPtr &snapshot);
    void fromStore(const Place &place);
    void attach(const Place &place, const Result<LogAnswerPtr> &answer);
    void giveUp(const Place &place, const Error &error);
    bool isStillAsking(const Client &client, const Place &place, const SnapshotKey &asked) const;
    SnapshotQuestion questionOf(const Client &client, const SubscriptionKey &key) const;
    LogAnswer backendAnswer(const SubscriptionKey &key, const SharedSnapshot &snapshot, const RowPage &since) const;
    LogAnswer storeAnswer(const SubscriptionKey &key, const RowPage &newest) const;
    QByteArray acknowledgement(const SubscriptionKey &key, quint64 cursor) const;
    Client *openingClient(const Place &place) const;

    Services m_services;
    const Profile &m_profile;
};

} // namespace Tidegate::Ssma
