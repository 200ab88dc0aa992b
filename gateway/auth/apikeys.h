// SPDX-License-Identifier: MIT
#pragma once

#include "auth/apikeystore.h"
#include "auth/autherror.h"
#include "auth/login.h"
#include "auth/principal.h"
#include "auth/userstore.h"

namespace Tidegate {

class AuthDatabase;
class Clock;
class Rng;
class Sessions;

struct IssuedApiKey
{
    QByteArray apiKey; //!< shown this once; only its hash is stored
    ApiKeyInfo info;
};

//! Long-lived keys with which programs log in. On the database's thread. Everyone manages their own; an admin manages
//! those of anyone whose role is no higher than the admin's.
class ApiKeys
{
public:
    static constexpr size_t MaxPerUser = 32; //!< beyond it: TooMany

    ApiKeys(AuthDatabase &database, Sessions &sessions, const Clock &clock, Rng &rng);

    //! Empty mail = the caller's own.
    AuthResult<IssuedApiKey> issue(const Principal &caller, const QString &email);
    AuthResult<std::vector<ApiKeyInfo>> list(const Principal &caller, const QString &email);
    AuthResult<void> revoke(const Principal &caller, const QByteArray &keyId);
    AuthResult<Login> logIn(const QByteArray &apiKey);

private:
    AuthResult<User> owner(const Principal &caller, const QString &email);

    AuthDatabase &m_database;
    ApiKeyStore m_store;
    UserStore m_users;
    Sessions &m_sessions;
    const Clock &m_clock;
    Rng &m_rng;
};

} // namespace Tidegate
