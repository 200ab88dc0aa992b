// SPDX-License-Identifier: MIT
#include "intent/sqlite/writer.h"

#include "base/logging.h"
#include "intent/intentquery.h"
#include "intent/sqlite/contents.h"
#include "intent/sqlite/schema.h"
#include "intent/sqlite/textlist.h"
#include "sql/groupcommit.h"
#include "sql/transaction.h"

#include <sqlite3.h>

#include <algorithm>

namespace Tidegate {

namespace {

// A trim pays one fsync; it waits until that is spread over this many rows.
constexpr quint64 MinTrimRows = 1'024;
// Bounds how long a trim keeps the next commit waiting; beyond that it keeps pace with twice the rows that came in.
constexpr quint64 MaxTrimRows = 8'192;

} // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqlConnection> connection)
    : m_connection(std::move(connection))
{
}

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::open(const SqlConnection::Config &config, Rng &rng)
{
    auto connection = SqlConnection::open(config);
    if (!connection)
        return connection.error();
    // SQLite opens a file it may not write without a word; better refused now than at the first write.
    if (sqlite3_db_readonly(nativeHandle((*connection)->database()), "main") == 1)
        return Error{ErrorCode::Storage, QStringLiteral("the file is read-only")};
    if (auto migrated = migrate(**connection, sqliteSchema()); !migrated)
        return migrated.error();
    if (auto initialised = initialiseMeta(**connection, rng); !initialised)
        return initialised.error();
    std::unique_ptr<SqliteWriter> writer(new SqliteWriter(*std::move(connection)));
    if (auto prepared = writer->prepare(); !prepared)
        return prepared.error();
    return writer;
}

Result<void> SqliteWriter::prepare()
{
    sqlite3 *handle = nativeHandle(m_connection->database());
    const QByteArray columns = IntentRows::columns();
    const QByteArray parameters = IntentRows::parameters();
    const QByteArray seqParameter = "?" + QByteArray::number(IntentRows::ColumnCount + 1);
    const std::pair<Statement *, QByteArray> all[] = {
        {&m_do.insertLog, "INSERT INTO intents(" + columns + ", seq) VALUES(" + parameters + ", " + seqParameter + ")"},
        {&m_do.deleteLog, "DELETE FROM intents WHERE seq = ?1"},
        {&m_do.insertInbox, "INSERT OR REPLACE INTO inbox(" + columns + ") VALUES(" + parameters + ")"},
        {&m_do.deleteInbox, "DELETE FROM inbox WHERE site = ?1 AND id = ?2"},
        {&m_do.insertChannel, "INSERT INTO intent_channels(site, channel, seq) VALUES(?1, ?2, ?3)"},
        {&m_do.deleteChannel, "DELETE FROM intent_channels WHERE site = ?1 AND channel = ?2 AND seq = ?3"},
        {&m_do.findChannels, "SELECT seq, site, channels FROM intents WHERE seq = ?1 AND channels IS NOT NULL"},
        {&m_do.findTrimmedChannels, "SELECT seq, site, channels FROM intents WHERE seq < ?1 AND channels IS NOT NULL"},
        {&m_do.trimLog, "DELETE FROM intents WHERE seq < ?1"},
        {&m_do.putMeta, "UPDATE meta SET value = ?2 WHERE key = ?1"},
    };
    for (const auto &[statement, sql] : all) {
        auto prepared = Statement::prepare(handle, sql);
        if (!prepared)
            return prepared.error();
        *statement = *std::move(prepared);
    }
    auto keys = KeyRuns::prepare(handle);
    if (!keys)
        return keys.error();
    m_keys = *std::move(keys);
    return {};
}

Result<StoreContents> SqliteWriter::load()
{
    auto contents = loadContents(*m_connection);
    if (!contents)
        return contents;
    const auto lowest = lowestStoredSeq(*m_connection);
    if (!lowest)
        return lowest.error();
    m_headSeq = contents->headSeq;
    m_trimBelow = contents->firstSeq;
    m_firstSeq = *lowest ? *lowest : m_trimBelow;
    return contents;
}

std::vector<Result<void>> SqliteWriter::commit(std::span<const StoreWrite> writes)
{
    return commitTogether(writes, [&](std::span<const StoreWrite> group) {
        auto stored = tryCommit(group);
        if (!stored && group.size() == writes.size())
            qCWarning(lcStore).noquote() << "commit failed writes=" << group.size() << stored.error().text;
        return stored;
    });
}

Result<void> SqliteWriter::tryCommit(std::span<const StoreWrite> writes)
{
    const quint64 headBefore = m_headSeq;
    const auto attempt = [&]() -> Result<void> {
        SqlTransaction transaction(m_connection->database());
        if (auto begun = transaction.begin(); !begun)
            return begun;
        for (const StoreWrite &write : writes) {
            if (auto stored = store(write); !stored)
                return stored;
        }
        if (auto flushed = m_keys.flush(); !flushed)
            return flushed;
        if (m_headSeq != headBefore) {
            if (auto noted = putMeta("head_seq", m_headSeq); !noted)
                return noted;
        }
        return transaction.commit();
    };
    auto result = attempt();
    if (!result) {
        m_keys.discard();
        m_headSeq = headBefore;
        return result;
    }
    for (const StoreWrite &write : writes) {
        m_trimBelow = std::max(m_trimBelow, write.trimBelowSeq);
        m_trimBudget += 2 * write.settled.size();
    }
    return result;
}

Result<void> SqliteWriter::store(const StoreWrite &write)
{
    for (const IntentPtr &intent : write.admitted) {
        if (auto admitted = admit(*intent); !admitted)
            return admitted;
    }
    for (const SettledIntent &settled : write.settled) {
        if (auto done = settle(settled); !done)
            return done;
    }
    return {};
}

Result<void> SqliteWriter::admit(const Intent &intent)
{
    m_rows.bind(m_do.insertInbox, intent);
    return m_do.insertInbox.run();
}

Result<void> SqliteWriter::settle(const SettledIntent &settled)
{
    const Intent &intent = *settled.intent;
    const bool staysPut = settled.replacesSeq == intent.seq;
    if (settled.replacesSeq) {
        if (auto removed = removeRow(settled.replacesSeq); !removed)
            return removed;
        if (auto erased = staysPut ? Result<void>() : m_keys.erase(settled.replacesSeq); !erased)
            return erased;
    }
    if (settled.wasPending) {
        m_do.deleteInbox.bindText(1, intent.site);
        m_do.deleteInbox.bindText(2, intent.id);
        if (auto removed = m_do.deleteInbox.run(); !removed)
            return removed;
    }
    m_rows.bind(m_do.insertLog, intent);
    m_do.insertLog.bindInteger(IntentRows::ColumnCount + 1, qint64(intent.seq));
    if (auto inserted = m_do.insertLog.run(); !inserted)
        return inserted;
    if (intent.channels.size() > 1) {
        if (auto inserted = insertChannels(intent); !inserted)
            return inserted;
    }
    m_headSeq = std::max(m_headSeq, intent.seq);
    return staysPut ? Result<void>() : m_keys.add(intent.seq, settled.key);
}

Result<void> SqliteWriter::insertChannels(const Intent &intent)
{
    const QByteArrayList channels = extraChannels(intent.channels);
    for (const QByteArray &channel : channels) {
        m_do.insertChannel.bindText(1, intent.site);
        m_do.insertChannel.bindText(2, channel);
        m_do.insertChannel.bindInteger(3, qint64(intent.seq));
        if (auto inserted = m_do.insertChannel.run(); !inserted)
            return inserted;
    }
    return {};
}

Result<void> SqliteWriter::removeRow(quint64 seq)
{
    m_do.findChannels.bindInteger(1, qint64(seq));
    if (auto removed = removeChannels(m_do.findChannels); !removed)
        return removed;
    m_do.deleteLog.bindInteger(1, qint64(seq));
    return m_do.deleteLog.run();
}

Result<void> SqliteWriter::removeChannels(Statement &rows)
{
    Result<void> removed;
    while (removed && rows.next()) {
        const QByteArray site = rows.bytes(1);
        const QByteArrayList channels = extraChannels(parseTextList(rows.bytes(2)).value_or(QByteArrayList()));
        for (const QByteArray &channel : channels) {
            m_do.deleteChannel.bindText(1, site);
            m_do.deleteChannel.bindText(2, channel);
            m_do.deleteChannel.bindInteger(3, rows.integer(0));
            removed = m_do.deleteChannel.run();
            if (!removed)
                break;
        }
    }
    auto finished = rows.finish();
    return removed ? finished : removed;
}

Result<void> SqliteWriter::putMeta(QByteArrayView key, quint64 value)
{
    m_do.putMeta.bindText(1, key);
    m_do.putMeta.bindInteger(2, qint64(value));
    return m_do.putMeta.run();
}

void SqliteWriter::trim()
{
    const quint64 budget = std::max(MaxTrimRows, std::exchange(m_trimBudget, 0));
    if (m_trimBelow < m_firstSeq + MinTrimRows)
        return;
    const auto trimmed = tryTrim(std::min(m_trimBelow, m_firstSeq + budget));
    if (!trimmed && !m_trimFailed)
        qCWarning(lcStore).noquote() << "trim failed" << trimmed.error().text;
    m_trimFailed = !trimmed;
}

Result<void> SqliteWriter::tryTrim(quint64 belowSeq)
{
    SqlTransaction transaction(m_connection->database());
    if (auto begun = transaction.begin(); !begun)
        return begun;
    m_do.findTrimmedChannels.bindInteger(1, qint64(belowSeq));
    if (auto removed = removeChannels(m_do.findTrimmedChannels); !removed)
        return removed;
    m_do.trimLog.bindInteger(1, qint64(belowSeq));
    if (auto removed = m_do.trimLog.run(); !removed)
        return removed;
    if (auto trimmed = m_keys.trimBelow(belowSeq); !trimmed)
        return trimmed;
    if (auto noted = putMeta("trimmed_below", m_trimBelow); !noted)
        return noted;
    if (auto committed = transaction.commit(); !committed)
        return committed;
    m_firstSeq = belowSeq;
    return {};
}

void SqliteWriter::finish()
{
    if (m_trimBelow > m_firstSeq) {
        // What is left beyond the bound stays hidden by "trimmed_below" and goes in the next life.
        if (auto trimmed = tryTrim(std::min(m_trimBelow, m_firstSeq + MaxTrimRows)); !trimmed)
            qCWarning(lcStore).noquote() << "trim at close failed" << trimmed.error().text;
    }
    if (auto moved = m_connection->execute(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")); !moved)
        qCWarning(lcStore).noquote() << "checkpoint at close failed" << moved.error().text;
}

} // namespace Tidegate
