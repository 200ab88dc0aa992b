// SPDX-License-Identifier: MIT
#include "intent/sqlite/contents.h"

#include "base/rng.h"
#include "intent/sqlite/keyruns.h"
#include "intent/sqlite/reader.h"
#include "intent/sqlite/rows.h"
#include "sql/connection.h"
#include "sql/transaction.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QVariantMap>

#include <algorithm>

namespace Tidegate {

namespace {

// A longer stretch of seqs means damage; loading its keys would take more than 4 GiB.
constexpr quint64 MaxSeqSpan = quint64(1) << 28;

Result<QVariantMap> readMeta(SqlConnection &connection)
{
    QSqlQuery query(connection.database());
    if (!query.exec(QStringLiteral("SELECT key, value FROM meta")))
        return sqlError(QStringLiteral("cannot read table meta"), query.lastError());
    QVariantMap meta;
    while (query.next())
        meta.insert(query.value(0).toString(), query.value(1));
    if (query.lastError().isValid())
        return sqlError(QStringLiteral("cannot read table meta"), query.lastError());
    return meta;
}

Result<void> insertMeta(SqlConnection &connection, const QString &key, const QVariant &value)
{
    QSqlQuery query(connection.database());
    query.prepare(QStringLiteral("INSERT INTO meta(key, value) VALUES(?, ?)"));
    query.addBindValue(key);
    query.addBindValue(value);
    if (!query.exec())
        return sqlError(QStringLiteral("cannot write table meta"), query.lastError());
    return {};
}

// Jumps from one site to the next in the index, so it costs a look-up per site however many rows there are.
Result<std::vector<QByteArray>> readSites(sqlite3 *handle)
{
    auto sites = Statement::prepare(handle, "WITH RECURSIVE "
                                            "logged(site) AS (SELECT min(site) FROM intents UNION ALL "
                                            "SELECT (SELECT min(site) FROM intents WHERE site > logged.site) "
                                            "FROM logged WHERE logged.site IS NOT NULL) "
                                            "SELECT site FROM logged WHERE site IS NOT NULL "
                                            "UNION SELECT site FROM inbox ORDER BY 1");
    if (!sites)
        return sites.error();
    std::vector<QByteArray> names;
    while (sites->next())
        names.push_back(sites->bytes(0));
    if (auto finished = sites->finish(); !finished)
        return finished.error();
    return names;
}

Result<std::vector<IntentPtr>> readInbox(sqlite3 *handle)
{
    auto inbox = Statement::prepare(handle, "SELECT 0, " + IntentRows::columns() + " FROM inbox ORDER BY position");
    if (!inbox)
        return inbox.error();
    std::vector<IntentPtr> rows;
    if (auto collected = collectRows(*inbox, rows); !collected)
        return collected.error();
    return rows;
}

Result<quint64> readNumber(sqlite3 *handle, QByteArrayView sql)
{
    auto statement = Statement::prepare(handle, sql);
    if (!statement)
        return statement.error();
    const quint64 number = statement->next() ? quint64(statement->integer(0)) : 0;
    if (auto finished = statement->finish(); !finished)
        return finished.error();
    return number;
}

Result<void> loadLog(SqlConnection &connection, quint64 trimmedBelow, StoreContents &contents)
{
    sqlite3 *handle = nativeHandle(connection.database());
    const auto lowest = lowestStoredSeq(connection);
    if (!lowest)
        return lowest.error();
    const auto highest = readNumber(handle, "SELECT max(seq) FROM intents");
    if (!highest)
        return highest.error();
    contents.headSeq = std::max(contents.headSeq, *highest);
    const quint64 firstSeq = *lowest ? std::max(*lowest, trimmedBelow) : contents.headSeq + 1;
    contents.firstSeq = std::min(firstSeq, contents.headSeq + 1);
    if (contents.headSeq + 1 - contents.firstSeq > MaxSeqSpan)
        return Error{ErrorCode::Storage, QStringLiteral("the log's numbering is damaged")};
    auto keys = loadKeys(handle, contents.firstSeq, contents.headSeq);
    if (!keys)
        return keys.error();
    contents.keys = *std::move(keys);
    return {};
}

} // namespace

Result<quint64> lowestStoredSeq(SqlConnection &connection)
{
    return readNumber(nativeHandle(connection.database()), "SELECT min(seq) FROM intents");
}

Result<void> initialiseMeta(SqlConnection &connection, Rng &rng)
{
    const auto meta = readMeta(connection);
    if (!meta)
        return meta.error();
    if (meta->contains(QStringLiteral("epoch")))
        return {};
    SqlTransaction transaction(connection.database());
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const QList<std::pair<QString, QVariant>> values = {
        {QStringLiteral("epoch"), QString::fromLatin1(rng.uuid())},
        {QStringLiteral("key_seed"), rng.bytes(IntentKeyHasher::SeedBytes)},
        {QStringLiteral("head_seq"), 0},
        {QStringLiteral("trimmed_below"), 1},
    };
    for (const auto &[key, value] : values) {
        if (auto inserted = insertMeta(connection, key, value); !inserted)
            return inserted;
    }
    return transaction.commit();
}

Result<StoreContents> loadContents(SqlConnection &connection)
{
    const auto meta = readMeta(connection);
    if (!meta)
        return meta.error();
    StoreContents contents;
    contents.epoch = meta->value(QStringLiteral("epoch")).toString().toLatin1();
    contents.keySeed = meta->value(QStringLiteral("key_seed")).toByteArray();
    contents.headSeq = meta->value(QStringLiteral("head_seq")).toULongLong();
    if (contents.epoch.isEmpty() || contents.keySeed.size() != IntentKeyHasher::SeedBytes)
        return Error{ErrorCode::Storage, QStringLiteral("table meta is damaged")};

    const quint64 trimmedBelow = meta->value(QStringLiteral("trimmed_below")).toULongLong();
    if (auto loaded = loadLog(connection, trimmedBelow, contents); !loaded)
        return loaded.error();
    sqlite3 *handle = nativeHandle(connection.database());
    auto sites = readSites(handle);
    if (!sites)
        return sites.error();
    contents.sites = *std::move(sites);
    auto inbox = readInbox(handle);
    if (!inbox)
        return inbox.error();
    contents.unsettled = *std::move(inbox);
    return contents;
}

} // namespace Tidegate
