// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionbatch.h"
#include "base/eventlog.h"
#include "channel/hub.h"
#include "intent/intentengine.h"
#include "session/ssma/channelregistry.h"
#include "session/ssma/counters.h"
#include "session/ssma/optimisticapi.h"

#include <QSet>

#include <deque>

namespace Tidegate::Ssma {

//! Turns what the engine settles and the backend says into publications of the dialect's streams. Core thread.
class Publisher final : public QObject
{
    Q_OBJECT
public:
    struct Services
    {
        Hub &hub;
        IntentEngine &engine;
        const ChannelRegistry &registry;
        const Clock &clock;
        Rng &rng;
        EventLog &log;
        DialectCounters &counters;
        DecisionBatch *decisions = nullptr;
    };

    Publisher(Services services, const Profile &profile);

    //! An event without a site or timestamp gets \p context's site and now. Events seen before (eventId) are skipped.
    //! \p done tells whether it was stored and published; it may run before this returns.
    void publishEvent(BackendEvent event, const BackendContext &context, std::function<void(Result<void>)> done);

    //! What was published, as the JSON of the island event; empty when the island is switched off.
    QByteArray publishIsland(const IslandInvalidation &invalidation, const QByteArray &eventId = {},
                             std::optional<qint64> timestampMs = {}, std::optional<quint64> cursor = {});

    void publishConnectionClosed(const QByteArray &connectionId, const QByteArray &role);
    void publishRework(const Intent &intent, const QByteArray &reason);
    void publishUndo(const Intent &intent, const QByteArray &reason);

private:
    static constexpr size_t MaxSeenEvents = 10'000;

    void onBatchSettled(const SettledBatchPtr &batch);
    struct Retained
    {
        IntentPtr intent;
        EventPtr event;
    };
    //! Puts a row into every stream that can be replayed from memory; the store answers for all sites together.
    EventPtr retain(const Intent &intent);
    void publishRows(const QByteArray &site, const std::vector<Retained> &rows, const QByteArray &reason);
    void publishTo(const QByteArray &stream, const QByteArray &site, const QByteArray &kind, const QByteArray &reason,
                   std::vector<EventPtr> events);
    void publishAmended(const Intent &intent, const QByteArray &kind, const QByteArray &channelReason, QByteArray body);
    void publishEventRows(const BackendEvent &event, const std::vector<IntentOutcome> &outcomes);
    bool isNew(const QByteArray &eventId);
    void noteIslandLatency(qint64 timestampMs);
    void recordOutcomes(const SettledBatch &batch);
    void watchBacklog();

    Services m_services;
    const Profile &m_profile;
    QSet<QByteArray> m_seenEvents; //!< bound: MaxSeenEvents; the oldest are forgotten
    std::deque<QByteArray> m_seenOrder;
    bool m_isBacklogOver = false;
};

} // namespace Tidegate::Ssma
