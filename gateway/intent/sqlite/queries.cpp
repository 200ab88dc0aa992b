// SPDX-License-Identifier: MIT
#include "intent/sqlite/queries.h"

#include "intent/sqlite/rows.h"

#include <algorithm>
#include <limits>

namespace Tidegate {

namespace {

// Parameters: ?1 site ?2 channel ?3 reason ?4 lowest seq ?5 highest seq ?6 inserted since ?7 limit.
// The planner is told which index to walk: its guess without statistics is to collect all of a site's rows and sort.

QByteArray select(QByteArrayView seqColumn)
{
    static const QByteArray s_columns = ", i." + QByteArray(IntentRows::columns()).replace(", ", ", i.");
    return "SELECT " + seqColumn.toByteArray() + s_columns;
}

QByteArray remainingFilters(const IntentQuery &query)
{
    QByteArray text;
    if (query.insertedSinceMs)
        text += " AND i.inserted_at >= ?6";
    if (query.reason)
        text += " AND list_has(i.reasons, ?3)";
    return text;
}

QByteArray placeFilters(const IntentQuery &query)
{
    QByteArray text;
    if (query.site)
        text += " AND i.site = ?1";
    if (query.channel)
        text += " AND (i.channel = ?2 OR list_has(i.channels, ?2))";
    return text;
}

QByteArray orderAndLimit(const IntentQuery &query, QByteArrayView place)
{
    const QByteArray direction = query.newestFirst ? " DESC" : "";
    const QByteArray first = query.byInsertion ? "inserted_at" + direction + ", " : QByteArray();
    return " ORDER BY " + first + place.toByteArray() + direction + " LIMIT ?7";
}

QByteArray channelQueryText(const IntentQuery &query)
{
    const QByteArray filters = remainingFilters(query);
    return select("i.seq AS seq") +
           " FROM intents i INDEXED BY intents_by_channel"
           " WHERE i.site = ?1 AND i.channel = ?2 AND i.seq BETWEEN ?4 AND ?5" +
           filters + " UNION ALL " + select("c.seq") +
           " FROM intent_channels c CROSS JOIN intents i ON i.seq = c.seq"
           " WHERE c.site = ?1 AND c.channel = ?2 AND c.seq BETWEEN ?4 AND ?5" +
           filters + orderAndLimit(query, "seq");
}

QByteArray indexFor(const IntentQuery &query)
{
    if (query.byInsertion)
        return "INDEXED BY intents_by_insertion";
    return query.site ? "INDEXED BY intents_by_site" : "NOT INDEXED";
}

} // namespace

QByteArray logQueryText(const IntentQuery &query)
{
    if (query.site && query.channel && !query.byInsertion)
        return channelQueryText(query);
    // The index on insertion times serves its order even when no lower bound is given.
    const QByteArray since = query.byInsertion && !query.insertedSinceMs ? " AND i.inserted_at >= ?6" : "";
    return select("i.seq AS seq") + " FROM intents i " + indexFor(query) + " WHERE i.seq BETWEEN ?4 AND ?5" + since +
           placeFilters(query) + remainingFilters(query) + orderAndLimit(query, "seq");
}

QByteArray inboxQueryText(const IntentQuery &query)
{
    return select("0") + " FROM inbox i WHERE 1" + placeFilters(query) + remainingFilters(query) +
           orderAndLimit(query, "position");
}

QByteArray rowBySeqText()
{
    return select("i.seq") + " FROM intents i WHERE i.seq = ?4";
}

void bindQuery(Statement &statement, const IntentQuery &query, quint64 lowestSeq)
{
    constexpr quint64 MaxSeq = std::numeric_limits<qint64>::max();
    const quint64 afterSeq = std::min(query.afterSeq, MaxSeq - 1);
    statement.bindText(1, query.site ? QByteArrayView(*query.site) : QByteArrayView());
    statement.bindText(2, query.channel ? QByteArrayView(*query.channel) : QByteArrayView());
    statement.bindText(3, query.reason ? QByteArrayView(*query.reason) : QByteArrayView());
    statement.bindInteger(4, qint64(std::max(afterSeq + 1, lowestSeq)));
    statement.bindInteger(5, qint64(query.untilSeq ? std::min(query.untilSeq, MaxSeq) : MaxSeq));
    statement.bindInteger(6, query.insertedSinceMs.value_or(std::numeric_limits<qint64>::min()));
    statement.bindInteger(7, std::max<qsizetype>(query.limit, 0)); // a negative limit means "all" to SQLite
}

} // namespace Tidegate
