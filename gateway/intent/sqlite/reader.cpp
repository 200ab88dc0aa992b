// SPDX-License-Identifier: MIT
#include "intent/sqlite/reader.h"

#include "intent/intentquery.h"
#include "intent/sqlite/queries.h"
#include "intent/sqlite/rows.h"
#include "intent/sqlite/textlist.h"

#include <QHash>
#include <QScopeGuard>
#include <QSqlError>

#include <algorithm>

namespace Tidegate {

namespace {

SqliteReader::ReasonCounts sortedCounts(const QHash<QByteArray, quint64> &countOfList)
{
    std::map<QByteArray, quint64> counts;
    for (auto it = countOfList.begin(); it != countOfList.end(); ++it) {
        QByteArrayList reasons = parseTextList(it.key()).value_or(QByteArrayList());
        std::sort(reasons.begin(), reasons.end());
        reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
        for (const QByteArray &reason : std::as_const(reasons))
            counts[reason] += it.value();
    }
    return {counts.begin(), counts.end()};
}

} // namespace

Result<void> collectRows(Statement &statement, std::vector<IntentPtr> &rows)
{
    bool damaged = false;
    while (!damaged && statement.next()) {
        IntentPtr intent = IntentRows::read(statement);
        damaged = !intent;
        rows.push_back(std::move(intent));
    }
    if (auto finished = statement.finish(); !finished)
        return finished;
    if (damaged)
        return Error{ErrorCode::Storage, QStringLiteral("a stored intent is damaged")};
    return {};
}

SqliteReader::SqliteReader(std::unique_ptr<SqlConnection> connection)
    : m_connection(std::move(connection))
{
}

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const QString &path)
{
    SqlConnection::Config config;
    config.path = path;
    config.readOnly = true;
    auto connection = SqlConnection::open(config);
    if (!connection)
        return connection.error();
    if (!registerListHas(nativeHandle((*connection)->database())))
        return sqliteError(nativeHandle((*connection)->database()), "cannot register a function");
    return std::unique_ptr<SqliteReader>(new SqliteReader(*std::move(connection)));
}

Result<Statement *> SqliteReader::statement(const QByteArray &sql)
{
    if (const auto known = m_statements.find(sql); known != m_statements.end())
        return &known->second;
    auto prepared = Statement::prepare(nativeHandle(m_connection->database()), sql);
    if (!prepared)
        return prepared.error();
    return &m_statements.emplace(sql, *std::move(prepared)).first->second;
}

Result<std::vector<IntentPtr>> SqliteReader::select(const QByteArray &sql, const IntentQuery &query, quint64 lowestSeq)
{
    const auto found = statement(sql);
    if (!found)
        return found.error();
    bindQuery(**found, query, lowestSeq);
    std::vector<IntentPtr> rows;
    if (auto collected = collectRows(**found, rows); !collected)
        return collected.error();
    return rows;
}

Result<std::vector<IntentPtr>> SqliteReader::selectSeqs(const IntentQuery &query, quint64 lowestSeq)
{
    const auto found = statement(rowBySeqText());
    if (!found)
        return found.error();
    std::vector<quint64> seqs = query.seqs;
    std::sort(seqs.begin(), seqs.end());
    seqs.erase(std::unique(seqs.begin(), seqs.end()), seqs.end());
    std::vector<IntentPtr> rows;
    for (const quint64 seq : seqs) {
        if (std::ssize(rows) >= query.limit)
            break;
        if (seq < lowestSeq)
            continue;
        (*found)->bindInteger(4, qint64(seq));
        if (auto collected = collectRows(**found, rows); !collected)
            return collected.error();
    }
    return rows;
}

Result<std::vector<IntentPtr>> SqliteReader::read(const IntentQuery &query, quint64 lowestSeq)
{
    if (!query.seqs.empty())
        return selectSeqs(query, lowestSeq);
    switch (query.source) {
    case IntentQuery::Source::Log:
        return select(logQueryText(query), query, lowestSeq);
    case IntentQuery::Source::Inbox:
        return select(inboxQueryText(query), query, lowestSeq);
    case IntentQuery::Source::Both:
        break;
    }
    return selectBoth(query, lowestSeq);
}

Result<std::vector<IntentPtr>> SqliteReader::selectBoth(const IntentQuery &query, quint64 lowestSeq)
{
    // One snapshot for both statements: an intent that settles meanwhile is met once.
    if (!m_connection->database().transaction())
        return sqlError(QStringLiteral("cannot begin to read"), m_connection->database().lastError());
    const auto endOfSnapshot = qScopeGuard([this] { m_connection->database().rollback(); });
    auto log = select(logQueryText(query), query, lowestSeq);
    if (!log)
        return log;
    auto inbox = select(inboxQueryText(query), query, lowestSeq);
    if (!inbox)
        return inbox;
    return mergeRows(query, *std::move(log), *std::move(inbox));
}

Result<SqliteReader::ReasonCounts> SqliteReader::countReasons(quint64 lowestSeq)
{
    const auto found = statement("SELECT reasons FROM intents WHERE seq >= ?1 UNION ALL SELECT reasons FROM inbox");
    if (!found)
        return found.error();
    Statement &lists = **found;
    lists.bindInteger(1, qint64(lowestSeq));
    QHash<QByteArray, quint64> countOfList;
    while (lists.next())
        ++countOfList[lists.bytes(0)];
    if (auto finished = lists.finish(); !finished)
        return finished.error();
    return sortedCounts(countOfList);
}

} // namespace Tidegate
