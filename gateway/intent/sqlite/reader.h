// SPDX-License-Identifier: MIT
#pragma once

#include "intent/threadedstore.h"
#include "sql/connection.h"
#include "sql/statement.h"

#include <map>

namespace Tidegate {

//! The store's reading connection. All of it on the reader thread. With a write-ahead log neither side waits for the
//! other; every call reads the newest committed state.
class SqliteReader final : public IntentReader
{
public:
    static Result<std::unique_ptr<SqliteReader>> open(const QString &path);

    Result<std::vector<IntentPtr>> read(const IntentQuery &query, quint64 lowestSeq) override;
    Result<ReasonCounts> countReasons(quint64 lowestSeq) override;

private:
    explicit SqliteReader(std::unique_ptr<SqlConnection> connection);
    Result<Statement *> statement(const QByteArray &sql);
    Result<std::vector<IntentPtr>> select(const QByteArray &sql, const IntentQuery &query, quint64 lowestSeq);
    Result<std::vector<IntentPtr>> selectBoth(const IntentQuery &query, quint64 lowestSeq);
    Result<std::vector<IntentPtr>> selectSeqs(const IntentQuery &query, quint64 lowestSeq);

    std::unique_ptr<SqlConnection> m_connection;
    std::map<QByteArray, Statement> m_statements; // bounded: as many as there are sets of fields in a query
};

//! Appends every row of a started statement. On return the statement is finished.
Result<void> collectRows(Statement &statement, std::vector<IntentPtr> &rows);

} // namespace Tidegate
