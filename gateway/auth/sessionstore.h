// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QVariantList>

#include <optional>
#include <vector>

namespace Tidegate {

class AuthDatabase;

//! One login. All times are wall clock milliseconds.
struct SessionRow
{
    QByteArray id;
    QByteArray userId;
    QByteArray apiKeyId; //!< empty = opened with a password
    qint64 createdAtMs = 0;
    qint64 accessExpiresAtMs = 0;  //!< of the newest access token
    qint64 refreshExpiresAtMs = 0; //!< of the newest refresh token; 0 = has none
    bool isRevoked = false;
};

struct RefreshTokenRow
{
    QByteArray hash; //!< SHA-256 of the token
    QByteArray sessionId;
    qint64 createdAtMs = 0;
    qint64 expiresAtMs = 0;
    bool isUsed = false;
};

//! Rows of sessions and refresh tokens. On the database's thread; the caller makes the transactions.
class SessionStore
{
public:
    //! Used refresh tokens remembered per session, so that their reuse is noticed; older ones are just unknown.
    static constexpr int MaxRememberedTokens = 1000;

    explicit SessionStore(AuthDatabase &database)
        : m_database(database)
    {
    }

    Result<void> insert(const SessionRow &session);
    Result<std::optional<SessionRow>> find(const QByteArray &id);
    Result<void> extend(const QByteArray &id, qint64 accessExpiresAtMs, qint64 refreshExpiresAtMs);
    Result<void> markRevoked(const QByteArray &id, qint64 nowMs);

    // Not revoked and still usable, oldest first.
    Result<std::vector<SessionRow>> live(qint64 nowMs);
    Result<std::vector<SessionRow>> liveOfUser(const QByteArray &userId, qint64 nowMs);
    Result<std::vector<SessionRow>> liveOfApiKey(const QByteArray &apiKeyId, qint64 nowMs);
    //! Revoked, while tokens naming them may still be valid.
    Result<std::vector<SessionRow>> revokedWithTokens(qint64 nowMs);
    //! Removes sessions that nothing can use any more, with their refresh tokens.
    Result<void> removeEnded(qint64 nowMs);

    Result<void> insertToken(const RefreshTokenRow &token);
    Result<std::optional<RefreshTokenRow>> findToken(const QByteArray &hash);
    Result<void> markTokenUsed(const RefreshTokenRow &token, qint64 nowMs);

private:
    Result<std::vector<SessionRow>> select(const QString &condition, const QVariantList &bindings);

    AuthDatabase &m_database;
};

} // namespace Tidegate
