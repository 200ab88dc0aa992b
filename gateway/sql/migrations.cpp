// SPDX-License-Identifier: MIT
#include "sql/migrations.h"

#include "sql/connection.h"
#include "sql/transaction.h"

#include <QSqlError>
#include <QSqlQuery>

namespace Tidegate {

namespace {

Result<int> readNumber(SqlConnection &connection, const QString &statement)
{
    QSqlQuery query(connection.database());
    if (!query.exec(statement) || !query.next())
        return sqlError(QStringLiteral("cannot read the schema version"), query.lastError());
    return query.value(0).toInt();
}

Result<int> currentVersion(SqlConnection &connection)
{
    const QStringList tables = connection.database().tables();
    if (tables.contains(QStringLiteral("schema_version")))
        return readNumber(connection, QStringLiteral("SELECT coalesce(max(version), 0) FROM schema_version"));
    // Also the first read of the file's pages, so damage in its head shows here and not as an empty list of tables.
    const auto objects = readNumber(connection, QStringLiteral("SELECT count(*) FROM sqlite_master"));
    if (!objects)
        return objects.error();
    if (*objects > 0)
        return Error{ErrorCode::Storage, QStringLiteral("the database belongs to another program")};
    return 0;
}

Result<void> applyStep(SqlConnection &connection, const Migration &step)
{
    SqlTransaction transaction(connection.database());
    if (auto begun = transaction.begin(); !begun)
        return begun;
    for (const QString &statement : step.statements) {
        if (auto done = connection.execute(statement); !done)
            return done;
    }
    const auto noted =
        connection.execute(QStringLiteral("INSERT INTO schema_version(version) VALUES(%1)").arg(step.version));
    return noted ? transaction.commit() : noted;
}

} // namespace

Result<void> migrate(SqlConnection &connection, std::span<const Migration> steps)
{
    const auto current = currentVersion(connection);
    if (!current)
        return current.error();
    if (*current > steps.back().version)
        return Error{ErrorCode::Storage,
                     QStringLiteral("the database was written by a newer version (schema %1, this one knows up to %2)")
                         .arg(*current)
                         .arg(steps.back().version)};
    if (*current == 0) {
        const auto created = connection.execute(
            QStringLiteral("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER PRIMARY KEY)"));
        if (!created)
            return created;
    }
    for (const Migration &step : steps) {
        if (step.version <= *current)
            continue;
        if (auto applied = applyStep(connection, step); !applied)
            return applied;
    }
    return {};
}

} // namespace Tidegate
