// SPDX-License-Identifier: MIT
#include "auth/authservice.h"

#include "auth/authworker.h"
#include "base/clock.h"

namespace Tidegate {

namespace {

constexpr qsizetype MinPasswordUnits = 8; //!< UTF-16 units, as JavaScript counts a string's length
constexpr qsizetype MaxPasswordBytes = 1024;
constexpr qsizetype MaxNameBytes = 256;
constexpr qsizetype MaxSiteBytes = 64;
// Longer than anything we ever issue; what waits in the queue must not be larger than it is counted for.
constexpr qsizetype MaxArgumentSize = 512;

template <typename T>
AuthReplyPtr<T> makeReply()
{
    return std::make_shared<AuthReply<T>>();
}

template <typename T>
AuthFuture<T> refusal(AuthFault fault, const QString &text)
{
    AuthReply<T> reply;
    reply.settle(AuthError{fault, text});
    return reply.future();
}

//! Runs \p work on the SQL thread.
template <typename T, typename Work>
AuthFuture<T> ask(AuthWorker &worker, Work work)
{
    auto reply = makeReply<T>();
    auto future = reply->future();
    worker.answer(std::move(reply), std::move(work));
    return future;
}

} // namespace

AuthService::AuthService(AuthConfig config, const Clock &clock, Rng &rng, QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
    , m_clock(clock)
    , m_rng(rng)
    , m_authenticator(TokenSigner(m_config.secret, m_config.requireExpiry), m_config.cookieName, m_revoked, clock)
{
    // Queued: the facts arise on the SQL thread, inside its transactions.
    SessionEvents events;
    events.revoked = [this](const QByteArray &id) {
        QMetaObject::invokeMethod(
            this, [this, id] { Q_EMIT sessionRevoked(id); }, Qt::QueuedConnection);
    };
    events.extended = [this](const QByteArray &id, qint64 expiresAtMs) {
        QMetaObject::invokeMethod(
            this, [this, id, expiresAtMs] { Q_EMIT sessionExtended(id, expiresAtMs); }, Qt::QueuedConnection);
    };
    m_worker = std::make_unique<AuthWorker>(m_config, m_revoked, m_clock, rng, std::move(events));
}

AuthService::~AuthService()
{
    close();
}

Result<void> AuthService::open()
{
    if (m_config.secret.isEmpty())
        return Error{ErrorCode::Internal, QStringLiteral("no session secret configured"), false};
    return m_worker->open();
}

void AuthService::close()
{
    m_worker->close();
}

AuthFuture<Login> AuthService::registerUser(Registration registration)
{
    if (registration.email.trimmed().isEmpty())
        return refusal<Login>(AuthFault::MissingCredentials, QStringLiteral("Email is required"));
    const auto email = normalisedEmail(registration.email);
    if (!email)
        return refusal<Login>(AuthFault::InvalidEmail, QStringLiteral("Email is not an address"));
    if (registration.name.toUtf8().size() > MaxNameBytes)
        return refusal<Login>(AuthFault::InvalidName, QStringLiteral("Name is too long"));
    if (registration.password.size() > MaxPasswordBytes)
        return refusal<Login>(AuthFault::InvalidPassword, QStringLiteral("Password is too long"));
    if (QString::fromUtf8(registration.password).size() < MinPasswordUnits)
        return refusal<Login>(AuthFault::InvalidPassword,
                              QStringLiteral("Password must be at least 8 characters long"));
    auto reply = makeReply<Login>();
    auto future = reply->future();
    m_worker->registerUser(std::move(reply), registration.name.trimmed(), *email, registration.password);
    return future;
}

AuthFuture<Login> AuthService::login(const QString &email, const QByteArray &password)
{
    if (email.trimmed().isEmpty() || password.isEmpty())
        return refusal<Login>(AuthFault::MissingCredentials, QStringLiteral("Email and password are required"));
    if (password.size() > MaxPasswordBytes)
        return refusal<Login>(AuthFault::InvalidCredentials, QStringLiteral("Invalid credentials"));
    auto reply = makeReply<Login>();
    auto future = reply->future();
    m_worker->logIn(std::move(reply), normalisedEmail(email).value_or(QString()), password);
    return future;
}

AuthFuture<void> AuthService::logout(const QByteArray &sessionId)
{
    return ask<void>(*m_worker, [sessionId](AuthDesk &desk) { return desk.accounts.logOut(sessionId); });
}

AuthFuture<User> AuthService::me(const QByteArray &userId)
{
    return ask<User>(*m_worker, [userId](AuthDesk &desk) { return desk.accounts.user(userId); });
}

AuthFuture<Login> AuthService::refresh(const QByteArray &refreshToken)
{
    if (refreshToken.size() > MaxArgumentSize)
        return refusal<Login>(AuthFault::InvalidToken, QStringLiteral("Invalid refresh token"));
    return ask<Login>(*m_worker, [refreshToken](AuthDesk &desk) { return desk.sessions.refresh(refreshToken); });
}

AuthFuture<IssuedApiKey> AuthService::issueApiKey(const Principal &caller, const QString &email)
{
    if (email.size() > MaxArgumentSize)
        return refusal<IssuedApiKey>(AuthFault::InvalidEmail, QStringLiteral("Email is not an address"));
    return ask<IssuedApiKey>(*m_worker, [=](AuthDesk &desk) { return desk.apiKeys.issue(caller, email); });
}

AuthFuture<std::vector<ApiKeyInfo>> AuthService::listApiKeys(const Principal &caller, const QString &email)
{
    if (email.size() > MaxArgumentSize)
        return refusal<std::vector<ApiKeyInfo>>(AuthFault::InvalidEmail, QStringLiteral("Email is not an address"));
    return ask<std::vector<ApiKeyInfo>>(*m_worker, [=](AuthDesk &desk) { return desk.apiKeys.list(caller, email); });
}

AuthFuture<void> AuthService::revokeApiKey(const Principal &caller, const QByteArray &keyId)
{
    if (keyId.size() > MaxArgumentSize)
        return refusal<void>(AuthFault::NotFound, QStringLiteral("No such API key"));
    return ask<void>(*m_worker, [=](AuthDesk &desk) { return desk.apiKeys.revoke(caller, keyId); });
}

AuthFuture<Login> AuthService::loginWithApiKey(const QByteArray &apiKey)
{
    if (apiKey.size() > MaxArgumentSize)
        return refusal<Login>(AuthFault::InvalidCredentials, QStringLiteral("Invalid credentials"));
    return ask<Login>(*m_worker, [apiKey](AuthDesk &desk) { return desk.apiKeys.logIn(apiKey); });
}

AuthFuture<Nonce> AuthService::issueNonce(const QByteArray &intent)
{
    if (intent.isEmpty() || intent.size() > NonceTable::MaxIntentBytes || intent.contains('\n'))
        return refusal<Nonce>(AuthFault::InvalidIntegrity, QStringLiteral("Intent must be one line of 1 to 128 bytes"));
    return ask<Nonce>(*m_worker, [=, this](AuthDesk &desk) -> AuthResult<Nonce> {
        return desk.nonces.issue(intent, m_rng, m_clock.nowMs());
    });
}

AuthFuture<void> AuthService::verifyIntegrity(const IntegrityClaim &claim, const QByteArray &payload)
{
    const AuthError refused{AuthFault::InvalidIntegrity, QStringLiteral("Integrity claim does not hold")};
    // The signature first: whoever cannot sign must not be able to use up somebody's nonce.
    if (!isIntegrityClaimSound(claim, payload, integrityKey(m_config), m_clock.nowMs(), m_config.hmacTtl))
        return refusal<void>(refused.fault, refused.text);
    return ask<void>(*m_worker, [=, this](AuthDesk &desk) -> AuthResult<void> {
        if (!desk.nonces.consume(claim.nonce, claim.intent, m_clock.nowMs()))
            return refused;
        return {};
    });
}

AuthFuture<std::vector<User>> AuthService::listUsers()
{
    return ask<std::vector<User>>(*m_worker, [](AuthDesk &desk) { return desk.accounts.list(); });
}

AuthFuture<std::vector<ApiKeyRow>> AuthService::listAllApiKeys()
{
    return ask<std::vector<ApiKeyRow>>(*m_worker, [](AuthDesk &desk) -> AuthResult<std::vector<ApiKeyRow>> {
        auto keys = ApiKeyStore(desk.database).all();
        return keys ? AuthResult<std::vector<ApiKeyRow>>(std::move(*keys)) : storageFault();
    });
}

AuthFuture<std::vector<SessionRow>> AuthService::listSessions()
{
    return ask<std::vector<SessionRow>>(*m_worker, [this](AuthDesk &desk) -> AuthResult<std::vector<SessionRow>> {
        auto sessions = SessionStore(desk.database).live(m_clock.nowMs());
        return sessions ? AuthResult<std::vector<SessionRow>>(std::move(*sessions)) : storageFault();
    });
}

AuthFuture<User> AuthService::setRole(const QString &email, Role role)
{
    return ask<User>(*m_worker, [=](AuthDesk &desk) {
        return desk.accounts.change(email, [role](User &user) { user.role = role; });
    });
}

AuthFuture<User> AuthService::setStatus(const QString &email, UserStatus status)
{
    return ask<User>(*m_worker, [=](AuthDesk &desk) {
        return desk.accounts.change(email, [status](User &user) { user.status = status; });
    });
}

AuthFuture<User> AuthService::setSite(const QString &email, const QByteArray &site)
{
    const QByteArray kept = site.left(MaxSiteBytes);
    return ask<User>(*m_worker, [=](AuthDesk &desk) {
        return desk.accounts.change(email, [kept](User &user) { user.site = kept; });
    });
}

} // namespace Tidegate
