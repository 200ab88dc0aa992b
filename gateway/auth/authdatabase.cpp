// SPDX-License-Identifier: MIT
#include "auth/authdatabase.h"

#include "base/logging.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUuid>

namespace Tidegate {

namespace {

const char *const Schema[] = {
    "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, "
    "status TEXT NOT NULL, site TEXT NOT NULL DEFAULT '', password_hash TEXT NOT NULL, created_at INTEGER NOT NULL, "
    "updated_at INTEGER NOT NULL, last_login_at INTEGER)",

    "CREATE TABLE api_keys (id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE, "
    "hash BLOB NOT NULL UNIQUE, hint TEXT NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER)",
    "CREATE INDEX api_keys_by_user ON api_keys(user_id)",

    "CREATE TABLE sessions (id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE, "
    "api_key_id TEXT REFERENCES api_keys(id) ON DELETE SET NULL, created_at INTEGER NOT NULL, "
    "access_expires_at INTEGER NOT NULL, refresh_expires_at INTEGER NOT NULL, revoked_at INTEGER)",
    "CREATE INDEX sessions_by_user ON sessions(user_id)",
    "CREATE INDEX sessions_by_key ON sessions(api_key_id)",

    "CREATE TABLE refresh_tokens (hash BLOB PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id) "
    "ON DELETE CASCADE, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER)",
    "CREATE INDEX refresh_tokens_by_session ON refresh_tokens(session_id, created_at)",
};

Error storageError(const QString &what)
{
    qCWarning(lcAuth).noquote() << "database:" << what;
    return Error{ErrorCode::Storage, what, true};
}

} // namespace

AuthDatabase::~AuthDatabase()
{
    close();
}

Result<void> AuthDatabase::open(const QString &path)
{
    if (auto prepared = prepareFile(path); !prepared)
        return prepared;
    m_connectionName = QStringLiteral("tidegate-auth-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connectionName);
    database.setDatabaseName(path);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!database.open())
        return storageError(database.lastError().text());
    // FULL: a revocation that was answered must survive a power cut.
    for (const char *pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
        if (auto done = change(QString::fromLatin1(pragma)); !done)
            return done;
    }
    return migrate();
}

void AuthDatabase::close()
{
    if (m_connectionName.isEmpty())
        return;
    QSqlDatabase::database(m_connectionName, false).close();
    QSqlDatabase::removeDatabase(m_connectionName);
    m_connectionName.clear();
}

Result<void> AuthDatabase::prepareFile(const QString &path) const
{
    if (path.isEmpty())
        return storageError(QStringLiteral("no file configured"));
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return storageError(QStringLiteral("cannot create the folder of %1").arg(path));
    // Before SQLite opens it: the journal files take the mode of the database at that moment.
    QFile file(path);
    const auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    const bool isReady = file.exists() ? file.setPermissions(ownerOnly)
                                       : file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly);
    if (!isReady)
        return storageError(QStringLiteral("cannot make %1 private: %2").arg(path, file.errorString()));
    return {};
}

Result<QSqlQuery> AuthDatabase::run(const QString &sql, const QVariantList &bindings)
{
    QSqlQuery query(QSqlDatabase::database(m_connectionName, false));
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return storageError(query.lastError().text());
    for (const QVariant &binding : bindings)
        query.addBindValue(binding);
    if (!query.exec())
        return storageError(query.lastError().text());
    return query;
}

Result<void> AuthDatabase::change(const QString &sql, const QVariantList &bindings)
{
    if (auto done = run(sql, bindings); !done)
        return done.error();
    return {};
}

Result<void> AuthDatabase::migrate()
{
    AuthTransaction transaction(*this);
    const auto table = change(QStringLiteral("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"));
    if (!table)
        return table;
    auto version = run(QStringLiteral("SELECT version FROM schema_version"));
    if (!version)
        return version.error();
    if (version->next()) {
        const int found = version->value(0).toInt();
        if (found == SchemaVersion)
            return {};
        return storageError(QStringLiteral("schema version %1, this program knows %2").arg(found).arg(SchemaVersion));
    }
    for (const char *statement : Schema) {
        if (auto made = change(QString::fromLatin1(statement)); !made)
            return made;
    }
    if (auto noted = change(QStringLiteral("INSERT INTO schema_version VALUES (?)"), {SchemaVersion}); !noted)
        return noted;
    return transaction.commit();
}

AuthTransaction::AuthTransaction(AuthDatabase &database)
    : m_database(database)
    , m_isOpen(QSqlDatabase::database(database.m_connectionName, false).transaction())
{
}

AuthTransaction::~AuthTransaction()
{
    if (m_isOpen)
        QSqlDatabase::database(m_database.m_connectionName, false).rollback();
}

Result<void> AuthTransaction::commit()
{
    QSqlDatabase database = QSqlDatabase::database(m_database.m_connectionName, false);
    if (!m_isOpen || !database.commit())
        return storageError(QStringLiteral("commit failed: %1").arg(database.lastError().text()));
    m_isOpen = false;
    return {};
}

} // namespace Tidegate
