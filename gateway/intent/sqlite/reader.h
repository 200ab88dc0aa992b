// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"
#include "sql/connection.h"
#include "sql/statement.h"

#include <map>

namespace Tidegate {

//! The store's reading connection. All of it on the reader thread. With a write-ahead log neither side waits for the
//! other; every call reads the newest committed state.
class SqliteReader
{
public:
    using ReasonCounts = std::vector<std::pair<QByteArray, quint64>>;

    static Result<std::unique_ptr<SqliteReader>> open(const QString &path);

    //! Rows under \p lowestSeq count as gone.
    Result<std::vector<IntentPtr>> read(const IntentQuery &query, quint64 lowestSeq);
    //! Reads the whole log; ordered by reason.
    Result<ReasonCounts> countReasons(quint64 lowestSeq);

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
