// SPDX-License-Identifier: MIT
#include "session/mesh/metricsjson.h"

#include "cluster/clusterbus.h"

#include <QJsonArray>

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

using Entry = QPair<QString, QJsonValue>;

QJsonObject dialectJson(const DialectCounters &dialect)
{
    return {Entry(QStringLiteral("sessions"), dialect.sessionsOpen.value()),
            Entry(QStringLiteral("sessionsAccepted"), dialect.sessionsAccepted.value()),
            Entry(QStringLiteral("loginsAccepted"), dialect.loginsAccepted.value()),
            Entry(QStringLiteral("loginsRefused"), dialect.loginsRefused.value()),
            Entry(QStringLiteral("subscriptions"), dialect.subscriptions.value()),
            Entry(QStringLiteral("published"), dialect.published.value()),
            Entry(QStringLiteral("requested"), dialect.requested.value()),
            Entry(QStringLiteral("served"), dialect.served.value()),
            Entry(QStringLiteral("retainedMessages"), dialect.retainedMessages.value()),
            Entry(QStringLiteral("retainedBytes"), dialect.retainedBytes.value()),
            Entry(QStringLiteral("replayed"), dialect.replayed.value()),
            Entry(QStringLiteral("deliveriesFiltered"), dialect.deliveriesFiltered.value()),
            Entry(QStringLiteral("denied"), dialect.denied.value()),
            Entry(QStringLiteral("invalid"), dialect.invalid.value()),
            Entry(QStringLiteral("rateLimited"), dialect.rateLimited.value()),
            Entry(QStringLiteral("slowConsumers"), dialect.slowConsumers.value()),
            Entry(QStringLiteral("identitiesExpired"), dialect.identitiesExpired.value())};
}

QJsonObject busJson(const BusCounters &bus)
{
    return {Entry(QStringLiteral("state"), QString::fromLatin1(brokerState(bus))),
            Entry(QStringLiteral("lost"), BusState(bus.state.value()) == BusState::Lost ? 1 : 0),
            Entry(QStringLiteral("timesLost"), bus.timesLost.value()),
            Entry(QStringLiteral("patterns"), bus.patterns.value()),
            Entry(QStringLiteral("published"), bus.published.value()),
            Entry(QStringLiteral("publishesRefused"), bus.publishesRefused.value()),
            Entry(QStringLiteral("received"), bus.received.value()),
            Entry(QStringLiteral("receivedDropped"), bus.receivedDropped.value())};
}

QJsonArray subjectsJson(const SubjectCounts::Table &subjects)
{
    QByteArrayList prefixes = subjects.keys();
    std::sort(prefixes.begin(), prefixes.end());
    QJsonArray rows;
    for (const QByteArray &prefix : prefixes) {
        const SubjectCounts::Counts counts = subjects[prefix];
        rows.append(QJsonObject{Entry(QStringLiteral("prefix"), QString::fromUtf8(prefix)),
                                Entry(QStringLiteral("published"), counts.published),
                                Entry(QStringLiteral("publishedBytes"), counts.publishedBytes),
                                Entry(QStringLiteral("requested"), counts.requested),
                                Entry(QStringLiteral("delivered"), counts.delivered),
                                Entry(QStringLiteral("deliveredBytes"), counts.deliveredBytes),
                                Entry(QStringLiteral("refused"), counts.refused)});
    }
    return rows;
}

} // namespace

QByteArray brokerState(const BusCounters &bus)
{
    switch (BusState(bus.state.value())) {
    case BusState::Alone:
        return QByteArrayLiteral("embedded");
    case BusState::Connected:
        return QByteArrayLiteral("nats");
    case BusState::Lost:
        break;
    }
    return QByteArrayLiteral("nats, lost");
}

QJsonObject metricsJson(const DialectCounters &dialect, const BusCounters &bus, const SubjectCounts::Table &subjects)
{
    return {Entry(QStringLiteral("mesh"), dialectJson(dialect)), Entry(QStringLiteral("broker"), busJson(bus)),
            Entry(QStringLiteral("subjects"), subjectsJson(subjects))};
}

} // namespace Tidegate::Mesh
