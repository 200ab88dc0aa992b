// SPDX-License-Identifier: MIT
#include "auth/accounts.h"

#include "auth/authdatabase.h"
#include "auth/sessions.h"
#include "auth/usersfile.h"
#include "base/clock.h"
#include "base/logging.h"
#include "base/rng.h"

namespace Tidegate {

namespace {

AuthError userNotFound()
{
    return {AuthFault::UserNotFound, QStringLiteral("User not found")};
}

} // namespace

Accounts::Accounts(AuthDatabase &database, Sessions &sessions, const Clock &clock, Rng &rng)
    : m_database(database)
    , m_users(database)
    , m_sessions(sessions)
    , m_clock(clock)
    , m_rng(rng)
{
}

AuthResult<Login> Accounts::add(const QString &name, const QString &email, const QByteArray &passwordHash)
{
    const qint64 nowMs = m_clock.nowMs();
    StoredUser stored;
    stored.user.id = m_rng.uuid();
    stored.user.email = email;
    stored.user.name = name;
    stored.user.createdAtMs = nowMs;
    stored.user.updatedAtMs = nowMs;
    stored.passwordHash = passwordHash;

    AuthTransaction transaction(m_database);
    if (auto inserted = m_users.insert(stored); !inserted) {
        if (inserted.error().code == ErrorCode::Conflict)
            return AuthError{AuthFault::EmailTaken, QStringLiteral("Email already registered")};
        return storageFault();
    }
    auto login = m_sessions.open(stored.user);
    if (login && !transaction.commit())
        return storageFault();
    return login;
}

AuthResult<std::optional<StoredUser>> Accounts::find(const QString &normalisedEmail)
{
    auto stored = m_users.findByEmail(normalisedEmail);
    if (!stored)
        return storageFault();
    return *std::move(stored);
}

AuthResult<User> Accounts::user(const QByteArray &userId)
{
    const auto stored = m_users.findById(userId);
    if (!stored)
        return storageFault();
    if (!*stored)
        return userNotFound();
    return (*stored)->user;
}

AuthResult<Login> Accounts::logIn(const QByteArray &userId)
{
    AuthTransaction transaction(m_database);
    const auto stored = m_users.findById(userId);
    if (!stored)
        return storageFault();
    if (!*stored || (*stored)->user.status != UserStatus::Active)
        return AuthError{AuthFault::InvalidCredentials, QStringLiteral("Invalid credentials")};
    User user = (*stored)->user;
    user.lastLoginAtMs = m_clock.nowMs();
    if (auto updated = m_users.update(user); !updated)
        return storageFault();
    auto login = m_sessions.open(user);
    if (login && !transaction.commit())
        return storageFault();
    return login;
}

AuthResult<void> Accounts::logOut(const QByteArray &sessionId)
{
    if (!m_sessions.revoke(sessionId))
        return storageFault();
    return {};
}

AuthResult<std::vector<User>> Accounts::list()
{
    auto users = m_users.list();
    if (!users)
        return storageFault();
    return *std::move(users);
}

AuthResult<User> Accounts::change(const QString &email, const std::function<void(User &)> &edit)
{
    AuthTransaction transaction(m_database);
    const auto stored = m_users.findByEmail(normalisedEmail(email).value_or(QString()));
    if (!stored)
        return storageFault();
    if (!*stored)
        return userNotFound();
    User user = (*stored)->user;
    edit(user);
    if (user == (*stored)->user)
        return user;
    user.updatedAtMs = m_clock.nowMs();
    if (!m_users.update(user) || !m_sessions.revokeAllOfUser(user.id) || !transaction.commit())
        return storageFault();
    return user;
}

Result<int> Accounts::importUsersFile(const QString &path)
{
    const auto rows = readUsersFile(path, m_clock.nowMs());
    if (!rows)
        return rows.error();
    AuthTransaction transaction(m_database);
    int taken = 0;
    for (const StoredUser &stored : *rows) {
        auto inserted = m_users.insert(stored);
        if (inserted)
            ++taken;
        else if (inserted.error().code != ErrorCode::Conflict)
            return inserted.error();
        else
            qCWarning(lcAuth).noquote() << "import: account skipped, its id or mail is taken: user=" + stored.user.id;
    }
    if (auto done = transaction.commit(); !done)
        return done.error();
    qCInfo(lcAuth) << "import: accounts taken:" << taken;
    return taken;
}

} // namespace Tidegate
