// SPDX-License-Identifier: MIT
#include "intent/postgres/contents.h"

#include "intent/intentkey.h"
#include "intent/postgres/connection.h"
#include "intent/postgres/reader.h"
#include "intent/postgres/rows.h"

#include <QtEndian>

#include <algorithm>

namespace Tidegate {

namespace {

// A longer stretch of seqs means damage; loading its keys would take more than 4 GiB.
constexpr quint64 MaxSeqSpan = quint64(1) << 28;

// Jumps from one site to the next in the index, so it costs a look-up per site however many rows there are.
const QByteArray SitesText = QByteArrayLiteral(
    "WITH RECURSIVE logged(site) AS ((SELECT site FROM intents ORDER BY site LIMIT 1) UNION ALL "
    "SELECT (SELECT i.site FROM intents i WHERE i.site > logged.site ORDER BY i.site LIMIT 1) FROM logged "
    "WHERE logged.site IS NOT NULL) "
    "SELECT site FROM logged WHERE site IS NOT NULL UNION SELECT site FROM inbox ORDER BY 1");

Result<std::vector<QByteArray>> readSites(PgConnection &connection)
{
    const auto answer = connection.run(SitesText);
    if (!answer)
        return answer.error();
    std::vector<QByteArray> sites;
    for (int row = 0; row < answer->rowCount(); ++row)
        sites.push_back(answer->bytes(row, 0));
    return sites;
}

//! Number \p at of a row of int8 fields as COPY writes them.
quint64 copiedNumber(QByteArrayView row, int at)
{
    constexpr qsizetype FieldBytes = 12; // length and number
    return qFromBigEndian<quint64>(row.data() + at * FieldBytes + 4);
}

Result<void> loadKeys(PgConnection &connection, StoreContents &contents)
{
    constexpr qsizetype RowBytes = 36;
    contents.keys.resize(contents.headSeq + 1 - contents.firstSeq);
    const QByteArray sql = "COPY (SELECT seq, key_high, key_low FROM intents WHERE seq BETWEEN " +
                           QByteArray::number(contents.firstSeq) + " AND " + QByteArray::number(contents.headSeq) +
                           ") TO STDOUT (FORMAT binary)";
    return connection.copyOut(sql, [&contents](QByteArrayView row) {
        if (row.size() != RowBytes)
            return;
        contents.keys[copiedNumber(row, 0) - contents.firstSeq] = {copiedNumber(row, 1), copiedNumber(row, 2)};
    });
}

struct State
{
    QByteArray epoch;
    QByteArray keySeed;
    quint64 headSeq = 0;
    quint64 trimmedBelow = 1;
};

Result<State> readState(PgConnection &connection)
{
    const auto answer = connection.run("SELECT epoch, key_seed, head_seq, trimmed_below FROM store_state");
    if (!answer)
        return answer.error();
    State state;
    if (answer->rowCount() == 1) {
        state.epoch = answer->bytes(0, 0);
        state.keySeed = answer->bytes(0, 1);
        state.headSeq = quint64(answer->integer(0, 2));
        state.trimmedBelow = quint64(answer->integer(0, 3));
    }
    if (state.epoch.isEmpty() || state.keySeed.size() != IntentKeyHasher::SeedBytes)
        return Error{ErrorCode::Storage, QStringLiteral("table store_state is damaged")};
    return state;
}

Result<void> loadAll(PgConnection &connection, StoreContents &contents)
{
    const auto state = readState(connection);
    if (!state)
        return state.error();
    const auto lowest = lowestStoredSeq(connection);
    if (!lowest)
        return lowest.error();
    contents.epoch = state->epoch;
    contents.keySeed = state->keySeed;
    contents.headSeq = state->headSeq;
    const quint64 firstSeq = *lowest ? std::max(*lowest, state->trimmedBelow) : contents.headSeq + 1;
    contents.firstSeq = std::min(firstSeq, contents.headSeq + 1);
    if (contents.headSeq + 1 - contents.firstSeq > MaxSeqSpan)
        return Error{ErrorCode::Storage, QStringLiteral("the log's numbering is damaged")};
    if (auto loaded = loadKeys(connection, contents); !loaded)
        return loaded;
    auto sites = readSites(connection);
    if (!sites)
        return sites.error();
    contents.sites = *std::move(sites);
    const auto inbox = connection.run("SELECT 0::int8, " + PgRows::columns() + " FROM inbox ORDER BY position");
    if (!inbox)
        return inbox.error();
    return collectRows(*inbox, contents.unsettled);
}

} // namespace

Result<quint64> lowestStoredSeq(PgConnection &connection)
{
    const auto answer = connection.run("SELECT min(seq) FROM intents");
    if (!answer)
        return answer.error();
    return answer->isNull(0, 0) ? quint64(0) : quint64(answer->integer(0, 0));
}

Result<StoreContents> loadContents(PgConnection &connection)
{
    if (auto begun = connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun)
        return begun.error();
    StoreContents contents;
    const auto loaded = loadAll(connection, contents);
    const auto ended = connection.execute("COMMIT");
    if (!loaded)
        return loaded.error();
    if (!ended)
        return ended.error();
    return contents;
}

} // namespace Tidegate
