// SPDX-License-Identifier: MIT
#pragma once

#include "auth/apikeys.h"
#include "auth/authconfig.h"
#include "auth/authenticator.h"
#include "auth/autherror.h"
#include "auth/cookies.h"
#include "auth/integrity.h"
#include "auth/login.h"
#include "auth/revokedsessions.h"
#include "auth/sessionstore.h"
#include "auth/user.h"

#include <QObject>

#include <memory>
#include <vector>

namespace Tidegate {

class Rng;
class AuthWorker;

//! Accounts, sessions, refresh tokens, API keys and integrity nonces over one SQLite file (SSMA spec section 4).
//! Every method may be called from any thread and none blocks, except open() and close(). SQL runs on one thread of
//! ours, argon2 on two more; at most MaxPasswordJobs wait for those and MaxBacklogBytes for SQL, beyond that:
//! Unavailable. Signals are emitted on the thread this object lives in.
class AuthService final : public QObject
{
    Q_OBJECT
public:
    static constexpr int MaxPasswordJobs = 64;
    static constexpr qsizetype MaxBacklogBytes = 1024 * 1024;

    //! \p clock and \p rng must outlive this object.
    AuthService(AuthConfig config, const Clock &clock, Rng &rng, QObject *parent = nullptr);
    ~AuthService() override;

    //! Blocks: opens or creates the database, imports users on first start, loads revocations. Call once.
    Result<void> open();
    //! Blocks until running work is done; waiting requests end as Unavailable.
    void close();

    const Authenticator &authenticator() const { return m_authenticator; }
    CookieStyle cookieStyle() const { return {m_config.cookieName, m_config.cookieSecure}; }

    AuthFuture<Login> registerUser(Registration registration);
    AuthFuture<Login> login(const QString &email, const QByteArray &password);
    AuthFuture<void> logout(const QByteArray &sessionId);
    AuthFuture<User> me(const QByteArray &userId);
    //! Single use: a second use of the same refresh token ends its session.
    AuthFuture<Login> refresh(const QByteArray &refreshToken);

    //! For the caller's own mail, or anyone's of no higher role if the caller is an admin. Empty mail = the caller's.
    AuthFuture<IssuedApiKey> issueApiKey(const Principal &caller, const QString &email);
    AuthFuture<std::vector<ApiKeyInfo>> listApiKeys(const Principal &caller, const QString &email);
    //! Also ends the sessions the key has opened.
    AuthFuture<void> revokeApiKey(const Principal &caller, const QByteArray &keyId);
    AuthFuture<Login> loginWithApiKey(const QByteArray &apiKey);

    AuthFuture<Nonce> issueNonce(const QByteArray &intent);
    //! \p payload: the exact bytes that were signed. A claim that holds uses up its nonce.
    AuthFuture<void> verifyIntegrity(const IntegrityClaim &claim, const QByteArray &payload);

    // Administration. No role check: the caller is the operator. A change of role, site or status ends the sessions.
    AuthFuture<std::vector<User>> listUsers();
    AuthFuture<User> setRole(const QString &email, Role role);
    AuthFuture<User> setStatus(const QString &email, UserStatus status);
    AuthFuture<User> setSite(const QString &email, const QByteArray &site);
    AuthFuture<std::vector<ApiKeyRow>> listAllApiKeys();
    AuthFuture<std::vector<SessionRow>> listSessions();

Q_SIGNALS:
    //! Links of this session must end (or become guests) now.
    void sessionRevoked(const QByteArray &sessionId);
    void sessionExtended(const QByteArray &sessionId, qint64 expiresAtMs);

private:
    const AuthConfig m_config;
    const Clock &m_clock;
    Rng &m_rng;
    RevokedSessions m_revoked;
    Authenticator m_authenticator;
    std::unique_ptr<AuthWorker> m_worker;
};

} // namespace Tidegate
