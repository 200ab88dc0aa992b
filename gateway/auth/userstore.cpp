// SPDX-License-Identifier: MIT
#include "auth/userstore.h"

#include "auth/authdatabase.h"

namespace Tidegate {

namespace {

const QString Columns =
    QStringLiteral("id, email, name, role, status, site, password_hash, created_at, updated_at, last_login_at");

QString text(const QByteArray &bytes)
{
    // Never null: the columns are NOT NULL, and a null QString is bound as NULL.
    return bytes.isEmpty() ? QStringLiteral("") : QString::fromUtf8(bytes);
}

QString statusText(UserStatus status)
{
    return status == UserStatus::Active ? QStringLiteral("active") : QStringLiteral("disabled");
}

QVariant timeOrNull(const std::optional<qint64> &ms)
{
    return ms ? QVariant(*ms) : QVariant();
}

StoredUser readRow(const QSqlQuery &row)
{
    StoredUser stored;
    stored.user.id = row.value(0).toString().toUtf8();
    stored.user.email = row.value(1).toString();
    stored.user.name = row.value(2).toString();
    stored.user.role = roleFromName(row.value(3).toString().toUtf8()).value_or(Role::Guest);
    stored.user.status =
        row.value(4).toString() == statusText(UserStatus::Active) ? UserStatus::Active : UserStatus::Disabled;
    stored.user.site = row.value(5).toString().toUtf8();
    stored.passwordHash = row.value(6).toString().toUtf8();
    stored.user.createdAtMs = row.value(7).toLongLong();
    stored.user.updatedAtMs = row.value(8).toLongLong();
    if (!row.isNull(9))
        stored.user.lastLoginAtMs = row.value(9).toLongLong();
    return stored;
}

} // namespace

Result<void> UserStore::insert(const StoredUser &stored)
{
    const User &user = stored.user;
    auto done =
        m_database.run(QStringLiteral("INSERT OR IGNORE INTO users (%1) VALUES (?,?,?,?,?,?,?,?,?,?)").arg(Columns),
                       {text(user.id), user.email, text(user.name.toUtf8()), text(roleName(user.role)),
                        statusText(user.status), text(user.site), text(stored.passwordHash), user.createdAtMs,
                        user.updatedAtMs, timeOrNull(user.lastLoginAtMs)});
    if (!done)
        return done.error();
    if (done->numRowsAffected() != 1)
        return Error{ErrorCode::Conflict, QStringLiteral("id or e-mail taken"), false};
    return {};
}

Result<void> UserStore::update(const User &user)
{
    return m_database.change(QStringLiteral("UPDATE users SET name=?, role=?, status=?, site=?, updated_at=?, "
                                            "last_login_at=? WHERE id=?"),
                             {text(user.name.toUtf8()), text(roleName(user.role)), statusText(user.status),
                              text(user.site), user.updatedAtMs, timeOrNull(user.lastLoginAtMs), text(user.id)});
}

Result<std::optional<StoredUser>> UserStore::findByEmail(const QString &normalisedEmail)
{
    return findBy(QStringLiteral("email"), normalisedEmail);
}

Result<std::optional<StoredUser>> UserStore::findById(const QByteArray &id)
{
    return findBy(QStringLiteral("id"), QString::fromUtf8(id));
}

Result<std::optional<StoredUser>> UserStore::findBy(const QString &column, const QString &value)
{
    auto found = m_database.run(QStringLiteral("SELECT %1 FROM users WHERE %2=?").arg(Columns, column), {value});
    if (!found)
        return found.error();
    return found->next() ? std::optional(readRow(*found)) : std::nullopt;
}

Result<std::vector<User>> UserStore::list()
{
    auto rows =
        m_database.run(QStringLiteral("SELECT %1 FROM users ORDER BY email LIMIT ?").arg(Columns), {MaxListedUsers});
    if (!rows)
        return rows.error();
    std::vector<User> users;
    while (rows->next())
        users.push_back(readRow(*rows).user);
    return users;
}

Result<bool> UserStore::isEmpty()
{
    auto row = m_database.run(QStringLiteral("SELECT 1 FROM users LIMIT 1"));
    if (!row)
        return row.error();
    return !row->next();
}

} // namespace Tidegate
