// SPDX-License-Identifier: MIT
#include "document/sqlite/writer.h"

#include "document/documentlogging.h"
#include "sql/groupcommit.h"
#include "sql/migrations.h"
#include "sql/transaction.h"

#include <sqlite3.h>

#include <algorithm>

namespace Tidegate {

namespace {

std::vector<Migration> schema()
{
    return {{1,
             {
                 QStringLiteral("CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"),
                 QStringLiteral("INSERT INTO meta(key, value) VALUES('last_epoch', 0)"),
                 QStringLiteral(
                     "CREATE TABLE documents(id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, revision INTEGER NOT NULL, "
                     "seq INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, "
                     "state BLOB NOT NULL)"),
                 // An epoch belongs to one life of one document, so it says which document as well.
                 QStringLiteral("CREATE TABLE transactions(epoch INTEGER NOT NULL, seq INTEGER NOT NULL, "
                                "accepted INTEGER NOT NULL, at INTEGER NOT NULL, function TEXT NOT NULL, "
                                "subject TEXT NOT NULL, reason TEXT NOT NULL, idempotency BLOB NOT NULL, "
                                "proof TEXT NOT NULL, state BLOB NOT NULL, PRIMARY KEY(epoch, seq)) WITHOUT ROWID"),
             }}};
}

} // namespace

DocumentWriter::DocumentWriter(std::unique_ptr<SqlConnection> connection)
    : m_connection(std::move(connection))
{
}

Result<std::unique_ptr<DocumentWriter>> DocumentWriter::open(const SqlConnection::Config &config)
{
    auto connection = SqlConnection::open(config);
    if (!connection)
        return connection.error();
    // SQLite opens a file it may not write without a word; better refused now than at the first write.
    if (sqlite3_db_readonly(nativeHandle((*connection)->database()), "main") == 1)
        return Error{ErrorCode::Storage, QStringLiteral("the file is read-only")};
    const std::vector<Migration> steps = schema();
    if (auto migrated = migrate(**connection, steps); !migrated)
        return migrated.error();
    std::unique_ptr<DocumentWriter> writer(new DocumentWriter(*std::move(connection)));
    if (auto prepared = writer->prepare(); !prepared)
        return prepared.error();
    return writer;
}

Result<void> DocumentWriter::prepare()
{
    const std::pair<Statement *, const char *> all[] = {
        {&m_do.createDocument, "INSERT INTO documents(id, epoch, revision, seq, created_at, updated_at, state) "
                               "VALUES(?1, ?2, 1, 0, ?3, ?3, ?4)"},
        {&m_do.noteEpoch, "UPDATE meta SET value = max(value, ?1) WHERE key = 'last_epoch'"},
        {&m_do.insertTransaction, "INSERT INTO transactions(epoch, seq, accepted, at, function, subject, reason, "
                                  "idempotency, proof, state) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
        {&m_do.trimTransactions, "DELETE FROM transactions WHERE epoch = ?1 AND seq <= ?2"},
        {&m_do.updateState, "UPDATE documents SET revision = ?3, seq = max(seq, ?4), updated_at = ?5, state = ?6 "
                            "WHERE id = ?1 AND epoch = ?2 AND revision = ?3 - 1"},
        {&m_do.deleteTransactions, "DELETE FROM transactions WHERE epoch = ?1"},
        {&m_do.deleteDocument, "DELETE FROM documents WHERE id = ?1 AND epoch = ?2"},
        {&m_do.readDocuments, "SELECT id, epoch, revision, seq, created_at, updated_at, state FROM documents"},
        {&m_do.readWindow, "SELECT seq, accepted, at, idempotency, state FROM transactions WHERE epoch = ?1 "
                           "ORDER BY seq DESC LIMIT ?2"},
    };
    sqlite3 *handle = nativeHandle(m_connection->database());
    for (const auto &[statement, sql] : all) {
        auto prepared = Statement::prepare(handle, sql);
        if (!prepared)
            return prepared.error();
        *statement = *std::move(prepared);
    }
    return {};
}

Result<StoredDocuments> DocumentWriter::load(int windowCount)
{
    StoredDocuments contents;
    auto epoch =
        Statement::prepare(nativeHandle(m_connection->database()), "SELECT value FROM meta WHERE key = 'last_epoch'");
    if (!epoch)
        return epoch.error();
    if (epoch->next())
        contents.lastEpoch = quint64(epoch->integer(0));
    if (auto finished = epoch->finish(); !finished)
        return finished.error();
    Statement &rows = m_do.readDocuments;
    while (rows.next()) {
        contents.documents.push_back({rows.bytes(0),
                                      quint64(rows.integer(1)),
                                      quint64(rows.integer(2)),
                                      quint64(rows.integer(3)),
                                      rows.bytes(6),
                                      rows.integer(4),
                                      rows.integer(5),
                                      {}});
    }
    if (auto finished = rows.finish(); !finished)
        return finished.error();
    for (StoredDocument &document : contents.documents) {
        auto window = readWindow(document.epoch, windowCount);
        if (!window)
            return window.error();
        document.window = *std::move(window);
    }
    return contents;
}

Result<std::vector<TransactionRecord>> DocumentWriter::readWindow(quint64 epoch, int count)
{
    std::vector<TransactionRecord> window;
    Statement &rows = m_do.readWindow;
    rows.bindInteger(1, qint64(epoch));
    rows.bindInteger(2, count);
    while (rows.next())
        window.push_back(
            {quint64(rows.integer(0)), rows.integer(1) != 0, rows.integer(2), rows.bytes(3), rows.bytes(4)});
    if (auto finished = rows.finish(); !finished)
        return finished.error();
    std::reverse(window.begin(), window.end());
    return window;
}

std::vector<Result<void>> DocumentWriter::commit(std::span<const DocumentWrite> writes)
{
    return commitTogether(writes, [&](std::span<const DocumentWrite> group) {
        auto stored = tryCommit(group);
        if (!stored && group.size() == writes.size())
            qCWarning(lcDocument).noquote() << "commit failed writes=" << group.size() << stored.error().text;
        return stored;
    });
}

Result<void> DocumentWriter::tryCommit(std::span<const DocumentWrite> writes)
{
    SqlTransaction transaction(m_connection->database());
    if (auto begun = transaction.begin(); !begun)
        return begun;
    for (const DocumentWrite &write : writes) {
        if (auto stored = std::visit([this](const auto &each) { return store(each); }, write); !stored)
            return stored;
    }
    return transaction.commit();
}

Result<void> DocumentWriter::store(const CreateDocument &write)
{
    m_do.createDocument.bindText(1, write.id);
    m_do.createDocument.bindInteger(2, qint64(write.epoch));
    m_do.createDocument.bindInteger(3, write.atMs);
    m_do.createDocument.bindBlob(4, write.state);
    if (auto created = m_do.createDocument.run(); !created)
        return created;
    m_do.noteEpoch.bindInteger(1, qint64(write.epoch));
    return m_do.noteEpoch.run();
}

Result<void> DocumentWriter::store(const RecordTransaction &write)
{
    const TransactionRecord &record = write.record;
    Statement &insert = m_do.insertTransaction;
    insert.bindInteger(1, qint64(write.epoch));
    insert.bindInteger(2, qint64(record.seq));
    insert.bindInteger(3, record.accepted);
    insert.bindInteger(4, record.atMs);
    insert.bindText(5, write.functionId);
    insert.bindText(6, write.subject);
    insert.bindText(7, write.reason);
    insert.bindBlob(8, record.idempotencyId);
    insert.bindText(9, write.proof);
    insert.bindBlob(10, record.state);
    if (auto inserted = insert.run(); !inserted)
        return inserted;
    if (write.trimThroughSeq) {
        m_do.trimTransactions.bindInteger(1, qint64(write.epoch));
        m_do.trimTransactions.bindInteger(2, qint64(write.trimThroughSeq));
        if (auto trimmed = m_do.trimTransactions.run(); !trimmed)
            return trimmed;
    }
    return advance(write.id, write.epoch, write.revision, record.seq, write.state, record.atMs);
}

Result<void> DocumentWriter::store(const ReplaceState &write)
{
    return advance(write.id, write.epoch, write.revision, 0, write.state, write.atMs);
}

Result<void> DocumentWriter::advance(const QByteArray &id, quint64 epoch, quint64 revision, quint64 seq,
                                     const QByteArray &state, qint64 atMs)
{
    m_do.updateState.bindText(1, id);
    m_do.updateState.bindInteger(2, qint64(epoch));
    m_do.updateState.bindInteger(3, qint64(revision));
    m_do.updateState.bindInteger(4, qint64(seq));
    m_do.updateState.bindInteger(5, atMs);
    m_do.updateState.bindBlob(6, state);
    if (auto updated = m_do.updateState.run(); !updated)
        return updated;
    return mustHaveChanged();
}

Result<void> DocumentWriter::store(const RemoveDocument &write)
{
    m_do.deleteTransactions.bindInteger(1, qint64(write.epoch));
    if (auto deleted = m_do.deleteTransactions.run(); !deleted)
        return deleted;
    m_do.deleteDocument.bindText(1, write.id);
    m_do.deleteDocument.bindInteger(2, qint64(write.epoch));
    if (auto deleted = m_do.deleteDocument.run(); !deleted)
        return deleted;
    return mustHaveChanged();
}

Result<void> DocumentWriter::mustHaveChanged() const
{
    if (sqlite3_changes(nativeHandle(m_connection->database())) == 1)
        return {};
    return Error{ErrorCode::Conflict, QStringLiteral("the document is not at the revision this builds on")};
}

void DocumentWriter::finish()
{
    if (auto moved = m_connection->execute(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")); !moved)
        qCWarning(lcDocument).noquote() << "checkpoint at close failed" << moved.error().text;
}

} // namespace Tidegate
