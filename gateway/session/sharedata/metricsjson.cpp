// SPDX-License-Identifier: MIT
#include "session/sharedata/metricsjson.h"

namespace Tidegate::ShareData {

namespace {

using Entry = QPair<QString, QJsonValue>;

QJsonObject dialectJson(const Counters &dialect)
{
    return {Entry(QStringLiteral("links"), dialect.connectionsOpen.value()),
            Entry(QStringLiteral("linksAccepted"), dialect.connectionsAccepted.value()),
            Entry(QStringLiteral("upgradesRefused"), dialect.refused.value()),
            Entry(QStringLiteral("upgradesThrottled"), dialect.throttled.value()),
            Entry(QStringLiteral("originsRefused"), dialect.originsRefused.value()),
            Entry(QStringLiteral("framesIn"), dialect.framesIn.value()),
            Entry(QStringLiteral("framesOut"), dialect.framesOut.value()),
            Entry(QStringLiteral("deliveries"), dialect.deliveries.value()),
            Entry(QStringLiteral("subscribes"), dialect.subscribes.value()),
            Entry(QStringLiteral("subscriptions"), dialect.subscriptions.value()),
            Entry(QStringLiteral("subscribesDenied"), dialect.denied.value()),
            Entry(QStringLiteral("subscribesUnknown"), dialect.unknown.value()),
            Entry(QStringLiteral("replaysExact"), dialect.replaysExact.value()),
            Entry(QStringLiteral("replaysMissed"), dialect.replaysMissed.value()),
            Entry(QStringLiteral("proposals"), dialect.proposals.value()),
            Entry(QStringLiteral("proposalsDenied"), dialect.proposalsDenied.value()),
            Entry(QStringLiteral("proposalsUnknown"), dialect.proposalsUnknown.value()),
            Entry(QStringLiteral("invalidMessages"), dialect.invalidMessages.value()),
            Entry(QStringLiteral("rateLimited"), dialect.rateLimited.value()),
            Entry(QStringLiteral("slowConsumers"), dialect.slowClosed.value()),
            Entry(QStringLiteral("identitiesExpired"), dialect.expired.value()),
            Entry(QStringLiteral("ticketsIssued"), dialect.ticketsIssued.value()),
            Entry(QStringLiteral("ticketsRedeemed"), dialect.ticketsRedeemed.value()),
            Entry(QStringLiteral("ticketsRefused"), dialect.ticketsRefused.value())};
}

QJsonObject documentsJson(const DocumentCounters &documents)
{
    return {Entry(QStringLiteral("documents"), documents.documents.value()),
            Entry(QStringLiteral("stateBytes"), documents.stateBytes.value()),
            Entry(QStringLiteral("windowBytes"), documents.windowBytes.value()),
            Entry(QStringLiteral("inflightBytes"), documents.inflightBytes.value()),
            Entry(QStringLiteral("accepted"), documents.accepted.value()),
            Entry(QStringLiteral("rejected"), documents.rejected.value()),
            Entry(QStringLiteral("failed"), documents.failed.value()),
            Entry(QStringLiteral("repeated"), documents.repeated.value()),
            Entry(QStringLiteral("replaced"), documents.replaced.value()),
            Entry(QStringLiteral("removed"), documents.removed.value())};
}

} // namespace

QJsonObject metricsJson(const Counters &dialect, const DocumentCounters &documents)
{
    return {Entry(QStringLiteral("sharedata"), dialectJson(dialect)),
            Entry(QStringLiteral("documents"), documentsJson(documents))};
}

} // namespace Tidegate::ShareData
