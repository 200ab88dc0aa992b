// SPDX-License-Identifier: MIT
#pragma once

#include "auth/accounts.h"
#include "auth/apikeys.h"
#include "auth/authdatabase.h"
#include "auth/authenticator.h"
#include "auth/passwordhash.h"
#include "auth/revokedsessions.h"
#include "auth/sessions.h"
#include "base/clock.h"
#include "base/rng.h"

#include <QTemporaryDir>

namespace Tidegate {

inline const QByteArray TestSecret = "a secret of at least thirty-two bytes";

//! A config over \p folder whose passwords cost next to nothing.
inline AuthConfig cheapConfig(const QTemporaryDir &folder)
{
    AuthConfig config;
    config.secret = TestSecret;
    config.dbPath = folder.filePath(QStringLiteral("data/auth.sqlite"));
    config.argonMemoryKiB = 64;
    config.argonPasses = 1;
    return config;
}

//! The synchronous parts over a real database, all on the test's thread.
struct AuthFixture
{
    AuthFixture()
        : config(cheapConfig(folder))
        , sessions(database, config, revoked, clock, rng,
                   {[this](const QByteArray &id) { revokedIds.append(id); },
                    [this](const QByteArray &id, qint64) { extendedIds.append(id); }})
        , accounts(database, sessions, clock, rng)
        , apiKeys(database, sessions, clock, rng)
        , authenticator(TokenSigner(config.secret), config.cookieName, revoked, clock)
        , isOpen(database.open(config.dbPath).has_value())
    {
    }

    Login join(const QString &email)
    {
        auto login =
            accounts.add(QStringLiteral("Somebody"), email, hashPassword("password", {64, 1}).value_or(QByteArray()));
        return login.value_or({});
    }
    Principal principalOf(const Login &login) const { return authenticator.fromToken(login.accessToken); }

    QTemporaryDir folder;
    AuthConfig config;
    FakeClock clock;
    SystemRng rng;
    RevokedSessions revoked;
    AuthDatabase database;
    QByteArrayList revokedIds;
    QByteArrayList extendedIds;
    Sessions sessions;
    Accounts accounts;
    ApiKeys apiKeys;
    Authenticator authenticator;
    bool isOpen;
};

} // namespace Tidegate
