// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

namespace Tidegate {

//! The SQLite file behind accounts: WAL, foreign keys, mode 0600, schema version checked. Every method belongs to the
//! thread that called open(). Failures are Error{Storage}, logged here, without values.
class AuthDatabase
{
public:
    static constexpr int SchemaVersion = 1;

    AuthDatabase() = default;
    ~AuthDatabase();
    Q_DISABLE_COPY_MOVE(AuthDatabase)

    //! Creates the folder, the file and the schema as needed. Refuses a file of a newer schema.
    Result<void> open(const QString &path);
    void close();

    //! Runs one statement with positional bindings; the query stands before its first row.
    Result<QSqlQuery> run(const QString &sql, const QVariantList &bindings = {});
    //! The same for a statement whose rows nobody reads.
    Result<void> change(const QString &sql, const QVariantList &bindings = {});

private:
    friend class AuthTransaction;
    Result<void> prepareFile(const QString &path) const;
    Result<void> migrate();

    QString m_connectionName;
};

//! Rolls back unless committed. Not nestable.
class AuthTransaction
{
public:
    explicit AuthTransaction(AuthDatabase &database);
    ~AuthTransaction();
    Q_DISABLE_COPY_MOVE(AuthTransaction)

    Result<void> commit();

private:
    AuthDatabase &m_database;
    bool m_isOpen = false;
};

} // namespace Tidegate
