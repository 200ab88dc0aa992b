// SPDX-License-Identifier: MIT
#include "sql/transaction.h"

#include "sql/connection.h"

#include <QSqlError>
#include <QSqlQuery>

namespace Tidegate {

SqlTransaction::~SqlTransaction()
{
    // After some errors (disk full, I/O) the database has rolled back by itself and says so; that is no news.
    if (m_open)
        m_database.rollback();
}

Result<void> SqlTransaction::begin()
{
    // IMMEDIATE takes the write lock now, where waiting for it works; a lock upgrade half way may fail at once.
    QSqlQuery query(m_database);
    if (!query.exec(QStringLiteral("BEGIN IMMEDIATE")))
        return sqlError(QStringLiteral("cannot begin a transaction"), query.lastError());
    m_open = true;
    return {};
}

Result<void> SqlTransaction::commit()
{
    if (!m_database.commit())
        return sqlError(QStringLiteral("cannot commit"), m_database.lastError());
    m_open = false;
    return {};
}

} // namespace Tidegate
