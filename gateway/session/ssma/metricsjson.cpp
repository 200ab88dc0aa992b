// SPDX-License-Identifier: MIT
#include "session/ssma/metricsjson.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

using Entry = QPair<QString, QJsonValue>;

QJsonObject latencyOf(const LatencyCounters &latency)
{
    const qint64 count = latency.count.value();
    return {Entry(QStringLiteral("count"), count), Entry(QStringLiteral("sum"), latency.sumMs.value()),
            Entry(QStringLiteral("max"), latency.maxMs.value()),
            Entry(QStringLiteral("avg"), count ? double(latency.sumMs.value()) / double(count) : 0.0)};
}

QJsonValue timeOrNull(const Counter &timeMs)
{
    return timeMs.value() ? QJsonValue(timeMs.value()) : QJsonValue();
}

//! Replays count what they leave out by themselves, live rows are counted by fan-out.
qint64 streamFiltered(const MetricsSource &source)
{
    return source.dialect.sse.unauthorizedFiltered.value() + source.fanout.streamEventsHidden.value();
}

qint64 linkFiltered(const MetricsSource &source)
{
    return source.dialect.ws.unauthorizedFiltered.value() + source.fanout.eventsHidden.value();
}

QJsonObject sseJson(const MetricsSource &source)
{
    const DialectCounters::Sse &sse = source.dialect.sse;
    const QJsonObject byType{Entry(QStringLiteral("invalidate"), sse.invalidates.value()),
                             Entry(QStringLiteral("island.invalidate"), sse.islands.value()),
                             Entry(QStringLiteral("rework"), sse.reworks.value()),
                             Entry(QStringLiteral("undo"), sse.undos.value()),
                             Entry(QStringLiteral("replay"), sse.replays.value()),
                             Entry(QStringLiteral("connection:closed"), sse.connectionsClosed.value())};
    qint64 total = 0;
    for (const QJsonValue &count : byType)
        total += count.toInteger();
    return {Entry(QStringLiteral("streamsOpened"), sse.streamsOpened.value()),
            Entry(QStringLiteral("streamsClosed"), sse.streamsClosed.value()),
            Entry(QStringLiteral("streamsActive"), sse.streamsActive.value()),
            Entry(QStringLiteral("eventsTotal"), total),
            Entry(QStringLiteral("eventsByType"), byType),
            Entry(QStringLiteral("lastIslandInvalidateAt"), timeOrNull(sse.lastIslandAtMs)),
            Entry(QStringLiteral("backpressureEvents"), source.transport.eventStream.overBudget.value()),
            Entry(QStringLiteral("slowClientDrops"), sse.slowClientDrops.value()),
            Entry(QStringLiteral("requestsRefused"), sse.requestsRefused.value()),
            Entry(QStringLiteral("unauthorizedFiltered"), streamFiltered(source)),
            Entry(QStringLiteral("latency"), latencyOf(sse.latency))};
}

QJsonObject wsJson(const MetricsSource &source)
{
    const DialectCounters::Ws &ws = source.dialect.ws;
    return {Entry(QStringLiteral("broadcastsTotal"), ws.islands.value()),
            Entry(QStringLiteral("broadcastsByType"),
                  QJsonObject{Entry(QStringLiteral("island.invalidate"), ws.islands.value())}),
            Entry(QStringLiteral("lastIslandInvalidateAt"), timeOrNull(ws.lastIslandAtMs)),
            Entry(QStringLiteral("connectionsAccepted"), ws.connectionsAccepted.value()),
            Entry(QStringLiteral("connectionsClosed"), ws.connectionsClosed.value()),
            Entry(QStringLiteral("activeConnections"), ws.activeConnections.value()),
            Entry(QStringLiteral("backpressureEvents"), source.transport.webSocket.overBudget.value()),
            Entry(QStringLiteral("slowConsumerDrops"), ws.slowConsumerDrops.value()),
            Entry(QStringLiteral("unauthorizedFiltered"), linkFiltered(source)),
            Entry(QStringLiteral("latency"), latencyOf(ws.latency))};
}

QJsonObject hybridJson(const MetricsSource &source)
{
    const DialectCounters &dialect = source.dialect;
    return {Entry(QStringLiteral("backlogDepth"), qint64(source.engine.storedCount())),
            Entry(QStringLiteral("peakBacklog"), dialect.peakBacklog.value()),
            Entry(QStringLiteral("backlogBreaches"), dialect.backlogBreaches.value()),
            Entry(QStringLiteral("latency"), QJsonObject{Entry(QStringLiteral("sse"), latencyOf(dialect.sse.latency)),
                                                         Entry(QStringLiteral("ws"), latencyOf(dialect.ws.latency))}),
            Entry(QStringLiteral("lastViolationAt"), timeOrNull(dialect.lastViolationAtMs)),
            Entry(QStringLiteral("latencyBudgetMs"), source.profile.latencyBudgetMs),
            Entry(QStringLiteral("backlogThreshold"), source.profile.backlogThreshold)};
}

QJsonObject sharingJson(const DialectCounters::Sharing &sharing)
{
    return {Entry(QStringLiteral("snapshotsAsked"), sharing.snapshotsAsked.value()),
            Entry(QStringLiteral("snapshotsShared"), sharing.snapshotsShared.value()),
            Entry(QStringLiteral("readsMade"), sharing.readsMade.value()),
            Entry(QStringLiteral("readsShared"), sharing.readsShared.value())};
}

QJsonObject totalsJson(const MetricsSource &source)
{
    const DialectCounters &dialect = source.dialect;
    return {Entry(QStringLiteral("wsConnections"), dialect.ws.connectionsAccepted.value()),
            Entry(QStringLiteral("sseConnections"), dialect.sse.streamsOpened.value()),
            Entry(QStringLiteral("broadcasts"), dialect.ws.islands.value() + dialect.sse.invalidates.value()),
            Entry(QStringLiteral("rateLimitHits"), dialect.rateLimitHits.value()),
            Entry(QStringLiteral("sseClientDropped"), dialect.sse.slowClientDrops.value()),
            Entry(QStringLiteral("wsUnauthorizedFiltered"), linkFiltered(source)),
            Entry(QStringLiteral("sseUnauthorizedFiltered"), streamFiltered(source))};
}

QJsonObject intentsJson(const IntentEngine::Counters &intents)
{
    return {Entry(QStringLiteral("received"), intents.received.value()),
            Entry(QStringLiteral("duplicates"), intents.duplicates.value()),
            Entry(QStringLiteral("acked"), intents.acked.value()),
            Entry(QStringLiteral("refused"), intents.refused.value()),
            Entry(QStringLiteral("failed"), intents.failed.value()),
            Entry(QStringLiteral("storeFailures"), intents.storeFailures.value()),
            Entry(QStringLiteral("inflightBytes"), intents.inflightBytes.value())};
}

QJsonObject transportJson(const TransportCounters &transport)
{
    return {Entry(QStringLiteral("connectionsAccepted"), transport.connectionsAccepted.value()),
            Entry(QStringLiteral("connectionsOpen"), transport.connectionsOpen.value()),
            Entry(QStringLiteral("bytesReceived"), transport.bytesReceived.value()),
            Entry(QStringLiteral("headsRefused"), transport.headsRefused.value()),
            Entry(QStringLiteral("slowConsumersClosed"), transport.slowClosed()),
            Entry(QStringLiteral("shed"), transport.shed.value()),
            Entry(QStringLiteral("unresponsiveClosed"), transport.unresponsiveClosed.value()),
            Entry(QStringLiteral("readingPaused"), transport.readingPaused.value()),
            Entry(QStringLiteral("protocolErrors"), transport.protocolErrors.value()),
            Entry(QStringLiteral("messagesTooBig"), transport.messagesTooBig.value()),
            Entry(QStringLiteral("messageTimeouts"), transport.messageTimeouts.value()),
            Entry(QStringLiteral("headTimeouts"), transport.headTimeouts.value()),
            Entry(QStringLiteral("bodyTimeouts"), transport.bodyTimeouts.value()),
            Entry(QStringLiteral("answerTimeouts"), transport.answerTimeouts.value()),
            Entry(QStringLiteral("encodedBodiesRefused"), transport.encodedBodiesRefused.value()),
            Entry(QStringLiteral("messagesInflated"), transport.messagesInflated.value()),
            Entry(QStringLiteral("messagesTooBigInflated"), transport.messagesTooBigInflated.value())};
}

QJsonObject fanoutJson(const FanoutCounters &fanout)
{
    return {Entry(QStringLiteral("subscribersLagging"), fanout.subscribersLagging.value()),
            Entry(QStringLiteral("publicationsDropped"), fanout.publicationsDropped.value()),
            Entry(QStringLiteral("eventsConflated"), fanout.eventsConflated.value())};
}

} // namespace

QByteArray metricsJson(const MetricsSource &source)
{
    const DialectCounters &dialect = source.dialect;
    QJsonObject json{
        Entry(QStringLiteral("updatedAt"), source.nowMs),
        Entry(QStringLiteral("sse"), sseJson(source)),
        Entry(QStringLiteral("ws"), wsJson(source)),
        Entry(QStringLiteral("backlog"), qint64(source.engine.storedCount())),
        Entry(QStringLiteral("channelSubscriptions"), dialect.channelSubscriptions.value()),
        Entry(QStringLiteral("subscriptionsRefused"), dialect.subscriptionsRefused.value()),
        Entry(QStringLiteral("hybrid"), hybridJson(source)),
        Entry(QStringLiteral("status"), QStringLiteral("ok")),
        Entry(QStringLiteral("service"), QStringLiteral("ssma")),
        Entry(QStringLiteral("active"), QJsonObject{Entry(QStringLiteral("ws"), dialect.ws.activeConnections.value()),
                                                    Entry(QStringLiteral("sse"), dialect.sse.streamsActive.value())}),
        Entry(QStringLiteral("totals"), totalsJson(source)),
        Entry(QStringLiteral("sharing"), sharingJson(dialect.sharing)),
        Entry(QStringLiteral("store"),
              QJsonObject{Entry(QStringLiteral("cursor"), qint64(source.engine.headSeq())),
                          Entry(QStringLiteral("replayDepth"), qint64(source.engine.storedCount()))}),
        Entry(QStringLiteral("intents"), intentsJson(source.engine.counters())),
        Entry(QStringLiteral("transport"), transportJson(source.transport)),
        Entry(QStringLiteral("fanout"), fanoutJson(source.fanout))};
    for (auto other = source.others.begin(); other != source.others.end(); ++other)
        json.insert(other.key(), other.value());
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

} // namespace Tidegate::Ssma
