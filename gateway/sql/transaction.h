// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QSqlDatabase>

namespace Tidegate {

//! A write transaction that is rolled back unless commit() succeeded before the end of the scope.
class SqlTransaction
{
public:
    explicit SqlTransaction(QSqlDatabase &database)
        : m_database(database)
    {
    }
    ~SqlTransaction();
    SqlTransaction(const SqlTransaction &) = delete;
    SqlTransaction &operator=(const SqlTransaction &) = delete;

    Result<void> begin();
    Result<void> commit();

private:
    QSqlDatabase &m_database;
    bool m_open = false;
};

} // namespace Tidegate
