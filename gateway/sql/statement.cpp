// SPDX-License-Identifier: MIT
#include "sql/statement.h"

#include <QSqlDatabase>
#include <QSqlDriver>
#include <QVariant>

#include <sqlite3.h>

#include <utility>

namespace Tidegate {

namespace {

bool surroundingsFailed(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_CANTOPEN:
        return true;
    default:
        return false;
    }
}

} // namespace

sqlite3 *nativeHandle(QSqlDatabase &database)
{
    return *static_cast<sqlite3 *const *>(database.driver()->handle().constData());
}

Error sqliteError(sqlite3 *handle, const char *attempt)
{
    const QString text = QString::fromUtf8(sqlite3_errmsg(handle));
    return {ErrorCode::Storage, QStringLiteral("%1: %2").arg(QLatin1StringView(attempt), text),
            surroundingsFailed(sqlite3_errcode(handle))};
}

Result<Statement> Statement::prepare(sqlite3 *handle, QByteArrayView sql)
{
    sqlite3_stmt *statement = nullptr;
    const int code =
        sqlite3_prepare_v3(handle, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        return sqliteError(handle, "cannot prepare a statement");
    return Statement(statement);
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement::Statement(Statement &&other) noexcept
    : m_statement(std::exchange(other.m_statement, nullptr))
{
}

Statement &Statement::operator=(Statement &&other) noexcept
{
    std::swap(m_statement, other.m_statement);
    return *this;
}

void Statement::bindText(int at, QByteArrayView text)
{
    // A null pointer would bind NULL; an empty text is a text.
    sqlite3_bind_text64(m_statement, at, text.isNull() ? "" : text.data(), sqlite3_uint64(text.size()), SQLITE_STATIC,
                        SQLITE_UTF8);
}

void Statement::bindBlob(int at, QByteArrayView bytes)
{
    sqlite3_bind_blob64(m_statement, at, bytes.isNull() ? "" : bytes.data(), sqlite3_uint64(bytes.size()),
                        SQLITE_STATIC);
}

void Statement::bindInteger(int at, qint64 number)
{
    sqlite3_bind_int64(m_statement, at, number);
}

void Statement::bindNull(int at)
{
    sqlite3_bind_null(m_statement, at);
}

Result<void> Statement::run()
{
    while (next()) {
    }
    return finish();
}

bool Statement::next()
{
    return sqlite3_step(m_statement) == SQLITE_ROW;
}

Result<void> Statement::finish()
{
    // reset() repeats the error of the last step, and ends the read snapshot.
    if (sqlite3_reset(m_statement) != SQLITE_OK)
        return sqliteError(sqlite3_db_handle(m_statement), "statement failed");
    return {};
}

qint64 Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

QByteArray Statement::bytes(int column) const
{
    const void *data = sqlite3_column_blob(m_statement, column); // text comes as its UTF-8 bytes
    return QByteArray(static_cast<const char *>(data), sqlite3_column_bytes(m_statement, column));
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

} // namespace Tidegate
