// SPDX-License-Identifier: MIT
#pragma once

#include "auth/authconfig.h"
#include "auth/autherror.h"
#include "auth/jwt.h"
#include "auth/login.h"
#include "auth/sessionstore.h"
#include "auth/userstore.h"

#include <functional>

namespace Tidegate {

class AuthDatabase;
class Clock;
class RevokedSessions;
class Rng;

//! What others want to know of sessions; called on the database's thread, never with an empty function.
struct SessionEvents
{
    std::function<void(const QByteArray &sessionId)> revoked;
    std::function<void(const QByteArray &sessionId, qint64 expiresAtMs)> extended;
};

//! Login sessions and their rotating refresh tokens. A refresh token works once; showing it again means that somebody
//! else has a copy, and ends the session. On the database's thread.
class Sessions
{
public:
    //! Live sessions per user; opening another ends the oldest.
    static constexpr size_t MaxPerUser = 256;

    Sessions(AuthDatabase &database, const AuthConfig &config, RevokedSessions &revoked, const Clock &clock, Rng &rng,
             SessionEvents events);

    //! At start: forgets ended sessions and tells the in-memory list which revoked ones still have valid tokens.
    Result<void> load();

    // These join the caller's transaction. A revocation takes effect in memory at once, even if the commit fails.
    //! \p apiKeyId empty = a password login, which gets a refresh token.
    AuthResult<Login> open(const User &user, const QByteArray &apiKeyId = {});
    Result<void> revoke(const QByteArray &sessionId);
    Result<void> revokeAllOfUser(const QByteArray &userId);
    Result<void> revokeAllOfApiKey(const QByteArray &apiKeyId);

    //! A transaction of its own.
    AuthResult<Login> refresh(const QByteArray &refreshToken);

private:
    Result<void> revokeAll(const Result<std::vector<SessionRow>> &sessions);
    Result<void> revokeRow(const SessionRow &session);
    Result<void> makeRoom(const QByteArray &userId);
    AuthResult<Login> rotate(const RefreshTokenRow &token, const SessionRow &session);
    Login makeLogin(const User &user, const QByteArray &sessionId) const;
    Result<QByteArray> makeRefreshToken(const QByteArray &sessionId);

    AuthDatabase &m_database;
    SessionStore m_store;
    UserStore m_users;
    const AuthConfig &m_config;
    const TokenSigner m_signer;
    RevokedSessions &m_revoked;
    const Clock &m_clock;
    Rng &m_rng;
    const SessionEvents m_events;
};

} // namespace Tidegate
