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

    //! The rows of an event as the backend wrote them, at the offsets where \p outcomes says they are in our log.
    void publishEventRows(const BackendEvent &event, const std::vector<IntentOutcome> &outcomes);

    //! Takes an event that another node has to publish; false: this one does.
    using Elsewhere = std::function<bool(const BackendEvent &event, const BackendContext &context,
                                         const std::function<void(Result<void>)> &done)>;
    void setElsewhere(Elsewhere elsewhere) { m_elsewhere = std::move(elsewhere); }

Q_SIGNALS:
    // Published, and in no row of the log. For nodes that show the same.
    void islandPublished(const Tidegate::Ssma::IslandInvalidation &invalidation, const QByteArray &eventId,
                         qint64 timestampMs, quint64 cursor);
    void eventRowsPublished(const Tidegate::BackendEvent &event, const std::vector<Tidegate::IntentOutcome> &outcomes);

private:
    static constexpr size_t MaxSeenEvents = 10'000;

    void onBatchSettled(const SettledBatchPtr &batch);
    void onAmended(AmendKind kind, const Intent &intent, const QByteArray &reason);
    void publishRework(const Intent &intent, const QByteArray &reason);
    void publishUndo(const Intent &intent, const QByteArray &reason);
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
    bool isNew(const QByteArray &eventId);
    void noteIslandLatency(qint64 timestampMs);
    void recordOutcomes(const SettledBatch &batch);
    void watchBacklog();

    Services m_services;
    const Profile &m_profile;
    Elsewhere m_elsewhere;
    QSet<QByteArray> m_seenEvents; //!< bound: MaxSeenEvents; the oldest are forgotten
    std::deque<QByteArray> m_seenOrder;
    bool m_isBacklogOver = false;
};

} // namespace Tidegate::Ssma
