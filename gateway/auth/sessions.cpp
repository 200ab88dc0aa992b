// SPDX-License-Identifier: MIT
#include "auth/sessions.h"

#include "auth/authdatabase.h"
#include "auth/crypto.h"
#include "auth/revokedsessions.h"
#include "base/clock.h"
#include "base/logging.h"
#include "base/rng.h"

namespace Tidegate {

namespace {

constexpr qsizetype SessionIdBytes = 16;
constexpr qsizetype MaxRefreshTokenBytes = 128;
const QByteArray RefreshTokenPrefix = "tr_";

AuthError invalidToken()
{
    return {AuthFault::InvalidToken, QStringLiteral("Invalid refresh token")};
}

} // namespace

Sessions::Sessions(AuthDatabase &database, const AuthConfig &config, RevokedSessions &revoked, const Clock &clock,
                   Rng &rng, SessionEvents events)
    : m_database(database)
    , m_store(database)
    , m_users(database)
    , m_config(config)
    , m_signer(config.secret, config.requireExpiry)
    , m_revoked(revoked)
    , m_clock(clock)
    , m_rng(rng)
    , m_events(std::move(events))
{
}

Result<void> Sessions::load()
{
    const qint64 nowMs = m_clock.nowMs();
    if (auto removed = m_store.removeEnded(nowMs); !removed)
        return removed;
    const auto revoked = m_store.revokedWithTokens(nowMs);
    if (!revoked)
        return revoked.error();
    for (const SessionRow &session : *revoked)
        m_revoked.add(session.id, session.accessExpiresAtMs, nowMs);
    return {};
}

AuthResult<Login> Sessions::open(const User &user, const QByteArray &apiKeyId)
{
    if (auto room = makeRoom(user.id); !room)
        return storageFault();
    const qint64 nowMs = m_clock.nowMs();
    Login login = makeLogin(user, m_rng.token(SessionIdBytes));
    const bool hasRefresh = apiKeyId.isEmpty();
    const SessionRow session{login.sessionId, user.id,           apiKeyId,
                             nowMs,           login.expiresAtMs, hasRefresh ? nowMs + m_config.refreshTtl.count() : 0};
    if (auto inserted = m_store.insert(session); !inserted)
        return storageFault();
    if (hasRefresh) {
        auto token = makeRefreshToken(login.sessionId);
        if (!token)
            return storageFault();
        login.refreshToken = *token;
    }
    return login;
}

Result<void> Sessions::makeRoom(const QByteArray &userId)
{
    const qint64 nowMs = m_clock.nowMs();
    // Here rather than on a timer: the table only grows by logins.
    if (auto removed = m_store.removeEnded(nowMs); !removed)
        return removed;
    const auto live = m_store.liveOfUser(userId, nowMs);
    if (!live)
        return live.error();
    for (size_t i = 0; i + MaxPerUser <= live->size(); ++i) {
        if (auto revoked = revokeRow(live->at(i)); !revoked)
            return revoked;
    }
    return {};
}

Login Sessions::makeLogin(const User &user, const QByteArray &sessionId) const
{
    const qint64 nowMs = m_clock.nowMs();
    Principal principal;
    principal.subjectId = user.id;
    principal.role = user.role;
    principal.site = user.site;
    principal.sessionId = sessionId;
    return {user,
            sessionId,
            m_signer.issue(principal, m_config.tokenTtl, nowMs),
            {},
            TokenSigner::expiresAtMs(m_config.tokenTtl, nowMs)};
}

Result<QByteArray> Sessions::makeRefreshToken(const QByteArray &sessionId)
{
    const qint64 nowMs = m_clock.nowMs();
    const QByteArray token = RefreshTokenPrefix + m_rng.token();
    auto inserted = m_store.insertToken({sha256(token), sessionId, nowMs, nowMs + m_config.refreshTtl.count()});
    if (!inserted)
        return inserted.error();
    return token;
}

Result<void> Sessions::revoke(const QByteArray &sessionId)
{
    const auto session = m_store.find(sessionId);
    if (!session)
        return session.error();
    if (!*session || (*session)->isRevoked)
        return {};
    return revokeRow(**session);
}

Result<void> Sessions::revokeAllOfUser(const QByteArray &userId)
{
    return revokeAll(m_store.liveOfUser(userId, m_clock.nowMs()));
}

Result<void> Sessions::revokeAllOfApiKey(const QByteArray &apiKeyId)
{
    return revokeAll(m_store.liveOfApiKey(apiKeyId, m_clock.nowMs()));
}

Result<void> Sessions::revokeAll(const Result<std::vector<SessionRow>> &sessions)
{
    if (!sessions)
        return sessions.error();
    for (const SessionRow &session : *sessions) {
        if (auto revoked = revokeRow(session); !revoked)
            return revoked;
    }
    return {};
}

Result<void> Sessions::revokeRow(const SessionRow &session)
{
    const qint64 nowMs = m_clock.nowMs();
    m_revoked.add(session.id, session.accessExpiresAtMs, nowMs);
    m_events.revoked(session.id);
    return m_store.markRevoked(session.id, nowMs);
}

AuthResult<Login> Sessions::refresh(const QByteArray &refreshToken)
{
    if (refreshToken.size() > MaxRefreshTokenBytes || !refreshToken.startsWith(RefreshTokenPrefix))
        return invalidToken();
    AuthTransaction transaction(m_database);
    const auto token = m_store.findToken(sha256(refreshToken));
    if (!token)
        return storageFault();
    if (!*token)
        return invalidToken();
    const auto session = m_store.find((*token)->sessionId);
    if (!session)
        return storageFault();
    if (!*session || (*session)->isRevoked)
        return invalidToken();
    auto answer = rotate(**token, **session);
    // Also after a refusal: it may have ended the session.
    if (auto done = transaction.commit(); !done)
        return storageFault();
    if (answer)
        m_events.extended(answer->sessionId, answer->expiresAtMs);
    return answer;
}

AuthResult<Login> Sessions::rotate(const RefreshTokenRow &token, const SessionRow &session)
{
    const qint64 nowMs = m_clock.nowMs();
    if (token.isUsed) {
        qCWarning(lcAuth).noquote() << "refresh token used twice, session ended: session=" + session.id;
        if (auto revoked = revokeRow(session); !revoked)
            return storageFault();
        return invalidToken();
    }
    const auto stored = m_users.findById(session.userId);
    if (!stored)
        return storageFault();
    if (token.expiresAtMs <= nowMs || !*stored || (*stored)->user.status != UserStatus::Active)
        return invalidToken();

    Login login = makeLogin((*stored)->user, session.id);
    auto next = makeRefreshToken(session.id);
    if (!next || !m_store.markTokenUsed(token, nowMs) ||
        !m_store.extend(session.id, login.expiresAtMs, nowMs + m_config.refreshTtl.count()))
        return storageFault();
    login.refreshToken = *next;
    return login;
}

} // namespace Tidegate
