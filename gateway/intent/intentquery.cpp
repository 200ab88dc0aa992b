// SPDX-License-Identifier: MIT
#include "intent/intentquery.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

namespace Tidegate {

namespace {

std::tuple<qint64, quint64> sortKey(const IntentQuery &query, const Intent &intent)
{
    const quint64 place = intent.seq ? intent.seq : std::numeric_limits<quint64>::max();
    return {query.byInsertion ? intent.insertedAtMs : 0, place};
}

} // namespace

qsizetype byteSize(const StoreWrite &write)
{
    auto bytes = qsizetype(sizeof(StoreWrite));
    for (const IntentPtr &intent : write.admitted)
        bytes += intent->byteSize();
    for (const SettledIntent &each : write.settled)
        bytes += qsizetype(sizeof each) + each.intent->byteSize();
    return bytes;
}

bool matches(const IntentQuery &query, const Intent &intent)
{
    if (intent.seq && (intent.seq <= query.afterSeq || (query.untilSeq && intent.seq > query.untilSeq)))
        return false;
    return (!query.site || intent.site == *query.site) &&
           (!query.channel || intent.channels.contains(*query.channel)) &&
           (!query.reason || intent.reasons.contains(*query.reason)) &&
           (!query.insertedSinceMs || intent.insertedAtMs >= *query.insertedSinceMs);
}

bool comesBefore(const IntentQuery &query, const Intent &a, const Intent &b)
{
    return query.newestFirst ? sortKey(query, b) < sortKey(query, a) : sortKey(query, a) < sortKey(query, b);
}

std::vector<IntentPtr> mergeRows(const IntentQuery &query, std::vector<IntentPtr> log, std::vector<IntentPtr> inbox)
{
    std::vector<IntentPtr> rows;
    rows.reserve(log.size() + inbox.size());
    std::merge(std::make_move_iterator(log.begin()), std::make_move_iterator(log.end()),
               std::make_move_iterator(inbox.begin()), std::make_move_iterator(inbox.end()), std::back_inserter(rows),
               [&query](const IntentPtr &a, const IntentPtr &b) { return comesBefore(query, *a, *b); });
    if (std::ssize(rows) > query.limit)
        rows.resize(size_t(std::max<qsizetype>(query.limit, 0)));
    return rows;
}

QByteArrayList extraChannels(const QByteArrayList &channels)
{
    QByteArrayList extra;
    for (const QByteArray &channel : channels) {
        if (channel != channels.first() && !extra.contains(channel))
            extra.append(channel);
    }
    return extra;
}

} // namespace Tidegate
