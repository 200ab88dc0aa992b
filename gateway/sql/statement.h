// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

class QSqlDatabase;
struct sqlite3;
struct sqlite3_stmt;

namespace Tidegate {

//! The connection beneath Qt's driver, which links the same system library.
sqlite3 *nativeHandle(QSqlDatabase &database);

//! Error of the handle's last call. Retryable when the surroundings failed (disk full, locked, I/O, memory) and not the
//! statement itself.
Error sqliteError(sqlite3 *handle, const char *attempt);

//! A prepared statement on the C interface, for the rows of the log: QSqlQuery boxes each value in a QVariant and turns
//! text into UTF-16 and back (figures in ../README.md). Use on the connection's thread; destroy before it closes.
class Statement
{
public:
    static Result<Statement> prepare(sqlite3 *handle, QByteArrayView sql);
    Statement() = default;
    ~Statement();
    Statement(Statement &&other) noexcept;
    Statement &operator=(Statement &&other) noexcept;

    // Parameters count from 1. Bytes are not copied: they must stay until the run() or the last next().
    void bindText(int at, QByteArrayView text);
    void bindBlob(int at, QByteArrayView bytes);
    void bindInteger(int at, qint64 number);
    void bindNull(int at);

    //! Executes a statement without result rows. Ready for the next binding afterwards, also when it failed.
    Result<void> run();

    //! Steps to the next row. False at the end and on failure; then finish() tells which and is a must.
    bool next();
    Result<void> finish();

    // Columns count from 0.
    qint64 integer(int column) const;
    QByteArray bytes(int column) const;
    bool isNull(int column) const;

private:
    explicit Statement(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    sqlite3_stmt *m_statement = nullptr;
};

} // namespace Tidegate
