// SPDX-License-Identifier: MIT
#include "sql/connection.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QSqlQuery>

#include <atomic>

namespace Tidegate {

namespace {

QString nextConnectionName()
{
    static std::atomic<int> s_count = 0;
    return QStringLiteral("tidegate-%1").arg(++s_count);
}

// SQLite would make the file with the umask's mode; its -wal and -shm copy the mode of the file they find.
Result<void> createPrivateFile(const QString &path)
{
    if (QFileInfo::exists(path))
        return {};
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return Error{ErrorCode::Storage, QStringLiteral("cannot create %1: %2").arg(path, file.errorString())};
    return {};
}

} // namespace

Error sqlError(const QString &attempt, const QSqlError &error)
{
    return {ErrorCode::Storage, QStringLiteral("%1: %2").arg(attempt, error.databaseText()), true};
}

SqlConnection::SqlConnection(QSqlDatabase database)
    : m_database(std::move(database))
{
}

SqlConnection::~SqlConnection()
{
    const QString name = m_database.connectionName();
    m_database.close();
    m_database = {}; // removeDatabase() warns while a handle is alive
    QSqlDatabase::removeDatabase(name);
}

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const Config &config)
{
    if (!config.readOnly) {
        if (auto created = createPrivateFile(config.path); !created)
            return created.error();
    }
    std::unique_ptr<SqlConnection> connection(
        new SqlConnection(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), nextConnectionName())));
    QSqlDatabase &database = connection->m_database;
    database.setDatabaseName(config.path);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(config.busyTimeoutMs));
    if (!database.open())
        return sqlError(QStringLiteral("cannot open %1").arg(config.path), database.lastError());
    if (auto configured = connection->configure(config); !configured)
        return configured.error();
    return connection;
}

Result<void> SqlConnection::configure(const Config &config)
{
    QSqlQuery query(m_database);
    if (!query.exec(QStringLiteral("PRAGMA journal_mode=WAL")) || !query.next())
        return sqlError(QStringLiteral("cannot open %1").arg(config.path), query.lastError());
    if (query.value(0).toString() != QLatin1StringView("wal"))
        return Error{
            ErrorCode::Storage,
            QStringLiteral("cannot open %1: its file system does not support a write-ahead log").arg(config.path)};
    query.finish();

    const QStringList pragmas = {
        QStringLiteral("synchronous=FULL"),
        QStringLiteral("foreign_keys=ON"),
        QStringLiteral("temp_store=MEMORY"),
        QStringLiteral("trusted_schema=OFF"),
        // Debian's default wipes freed pages with extra writes; FAST wipes only what is written anyway.
        QStringLiteral("secure_delete=FAST"),
        // A read error in mapped memory is a signal that kills the process, in a plain read it is an error code.
        QStringLiteral("mmap_size=0"),
        QStringLiteral("cache_size=-%1").arg(config.cacheKiB),
        QStringLiteral("wal_autocheckpoint=%1").arg(config.checkpointPages),
        QStringLiteral("journal_size_limit=%1").arg(qint64(config.walKeptMiB) << 20),
        QStringLiteral("query_only=%1").arg(config.readOnly ? 1 : 0),
    };
    for (const QString &pragma : pragmas) {
        if (auto set = execute(QStringLiteral("PRAGMA ") + pragma); !set)
            return set;
    }
    return {};
}

Result<void> SqlConnection::execute(const QString &statement)
{
    QSqlQuery query(m_database);
    if (!query.exec(statement))
        return sqlError(statement.section(QLatin1Char('('), 0, 0).simplified(), query.lastError());
    return {};
}

} // namespace Tidegate
