// SPDX-License-Identifier: MIT
#include "auth/authworker.h"

#include "auth/authservice.h"
#include "base/clock.h"
#include "base/logging.h"
#include "base/rng.h"

#include <QFileInfo>
#include <QPromise>

namespace Tidegate {

namespace {

// Each argon2 run takes 48 MiB and a core for a while; more at once would starve the I/O shards.
constexpr int MaxPasswordThreads = 2;

AuthError invalidCredentials()
{
    return {AuthFault::InvalidCredentials, QStringLiteral("Invalid credentials")};
}

} // namespace

AuthDesk::AuthDesk(const AuthConfig &config, RevokedSessions &revoked, const Clock &clock, Rng &rng,
                   SessionEvents events)
    : sessions(database, config, revoked, clock, rng, std::move(events))
    , accounts(database, sessions, clock, rng)
    , apiKeys(database, sessions, clock, rng)
    , nonces(config.hmacTtl)
{
}

AuthWorker::AuthWorker(const AuthConfig &config, RevokedSessions &revoked, const Clock &clock, Rng &rng,
                       SessionEvents events)
    : m_config(config)
    , m_maxBacklogBytes(AuthService::MaxBacklogBytes)
    , m_revoked(revoked)
    , m_clock(clock)
    , m_rng(rng)
    , m_events(std::move(events))
    , m_passwords(MaxPasswordThreads, AuthService::MaxPasswordJobs)
{
    m_thread.setObjectName(QStringLiteral("tidegate-auth"));
    m_queue.moveToThread(&m_thread);
}

AuthWorker::~AuthWorker()
{
    close();
}

Result<void> AuthWorker::open()
{
    m_thread.start();
    QPromise<Result<void>> promise;
    promise.start(); // a future that has not started does not wait
    QFuture<Result<void>> opened = promise.future();
    m_queue.post([this, promise = std::move(promise)]() mutable {
        promise.addResult(openDesk());
        promise.finish();
    });
    return opened.result();
}

Result<void> AuthWorker::openDesk()
{
    // Unknown mails are checked against this one, so that they take as long as a wrong password.
    const auto dummy = hashPassword(m_rng.token(), {m_config.argonMemoryKiB, m_config.argonPasses});
    if (!dummy)
        return Error{ErrorCode::Internal, QStringLiteral("argon2id does not work with the configured cost"), false};
    m_dummyHash = *dummy;
    m_desk = std::make_unique<AuthDesk>(m_config, m_revoked, m_clock, m_rng, m_events);
    auto opened = m_desk->database.open(m_config.dbPath);
    if (opened)
        opened = m_desk->sessions.load();
    if (opened)
        opened = importUsers();
    if (!opened)
        m_desk.reset();
    return opened;
}

Result<void> AuthWorker::importUsers()
{
    if (m_config.userImportPath.isEmpty() || !QFileInfo::exists(m_config.userImportPath))
        return {};
    const auto isEmpty = m_desk->accounts.isEmpty();
    if (!isEmpty)
        return isEmpty.error();
    if (!*isEmpty)
        return {};
    if (auto imported = m_desk->accounts.importUsersFile(m_config.userImportPath); !imported)
        return imported.error();
    return {};
}

void AuthWorker::close()
{
    m_passwords.close();
    if (m_thread.isRunning()) {
        m_queue.post([this] {
            m_desk.reset();
            m_thread.quit();
        });
        m_thread.wait();
    }
    m_queue.close();
}

void AuthWorker::registerUser(AuthReplyPtr<Login> reply, const QString &name, const QString &email,
                              const QByteArray &password)
{
    const PasswordCost cost{m_config.argonMemoryKiB, m_config.argonPasses};
    post([=, this](AuthDesk &desk) {
        // A taken mail is told without hashing: the answer gives it away anyway.
        const auto present = desk.accounts.find(email);
        if (!present)
            return reply->settle(present.error());
        if (*present)
            return reply->settle(AuthError{AuthFault::EmailTaken, QStringLiteral("Email already registered")});
        const bool isStarted = m_passwords.start([=, this] {
            const auto hash = hashPassword(password, cost);
            if (hash)
                answer(reply,
                       [=, passwordHash = *hash](AuthDesk &d) { return d.accounts.add(name, email, passwordHash); });
        });
        if (!isStarted)
            qCDebug(lcAuth) << "registration refused: too many passwords are being checked";
    });
}

void AuthWorker::logIn(AuthReplyPtr<Login> reply, const QString &email, const QByteArray &password)
{
    post([=, this](AuthDesk &desk) {
        const auto stored = desk.accounts.find(email);
        if (!stored)
            return reply->settle(stored.error());
        checkPassword(reply, *stored, password);
    });
}

void AuthWorker::checkPassword(AuthReplyPtr<Login> reply, const std::optional<StoredUser> &stored,
                               const QByteArray &password)
{
    const QByteArray encoded = stored ? stored->passwordHash : m_dummyHash;
    const QByteArray userId = stored ? stored->user.id : QByteArray();
    const bool isStarted = m_passwords.start([=, this] {
        if (!isPassword(password, encoded) || userId.isEmpty())
            return reply->settle(invalidCredentials());
        answer(reply, [userId](AuthDesk &desk) { return desk.accounts.logIn(userId); });
    });
    if (!isStarted)
        qCDebug(lcAuth) << "login refused: too many passwords are being checked";
}

} // namespace Tidegate
