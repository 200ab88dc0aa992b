// SPDX-License-Identifier: MIT
#pragma once

#include "auth/autherror.h"
#include "auth/login.h"
#include "auth/userstore.h"

#include <functional>

namespace Tidegate {

class AuthDatabase;
class Clock;
class Rng;
class Sessions;

//! The people who may log in. Passwords are hashed and checked by the caller, off this thread: the database's.
class Accounts
{
public:
    Accounts(AuthDatabase &database, Sessions &sessions, const Clock &clock, Rng &rng);

    //! \p email normalised. A new account of role user, and its first session.
    AuthResult<Login> add(const QString &name, const QString &email, const QByteArray &passwordHash);
    AuthResult<std::optional<StoredUser>> find(const QString &normalisedEmail);
    AuthResult<User> user(const QByteArray &userId);
    //! After the password was found right; refuses accounts that are not active (InvalidCredentials).
    AuthResult<Login> logIn(const QByteArray &userId);
    AuthResult<void> logOut(const QByteArray &sessionId);

    AuthResult<std::vector<User>> list();
    //! Applies \p edit to the account and ends its sessions, whose tokens carry what was true before.
    AuthResult<User> change(const QString &email, const std::function<void(User &)> &edit);

    //! users.json of SSMA: {"users":[row]}. Returns how many rows were taken; unusable or duplicate ones are skipped
    //! with a warning. All or nothing otherwise.
    Result<int> importUsersFile(const QString &path);
    Result<bool> isEmpty() { return m_users.isEmpty(); }

private:
    AuthDatabase &m_database;
    UserStore m_users;
    Sessions &m_sessions;
    const Clock &m_clock;
    Rng &m_rng;
};

} // namespace Tidegate
