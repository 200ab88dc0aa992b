// SPDX-License-Identifier: MIT
#include "auth/sessionstore.h"

#include "auth/authdatabase.h"

namespace Tidegate {

namespace {

const QString Columns =
    QStringLiteral("id, user_id, api_key_id, created_at, access_expires_at, refresh_expires_at, revoked_at");

} // namespace

Result<void> SessionStore::insert(const SessionRow &session)
{
    const QVariant keyId = session.apiKeyId.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(session.apiKeyId));
    return m_database.change(QStringLiteral("INSERT INTO sessions (%1) VALUES (?,?,?,?,?,?,NULL)").arg(Columns),
                             {QString::fromUtf8(session.id), QString::fromUtf8(session.userId), keyId,
                              session.createdAtMs, session.accessExpiresAtMs, session.refreshExpiresAtMs});
}

Result<std::vector<SessionRow>> SessionStore::select(const QString &condition, const QVariantList &bindings)
{
    auto rows = m_database.run(
        QStringLiteral("SELECT %1 FROM sessions WHERE %2 ORDER BY created_at, rowid").arg(Columns, condition),
        bindings);
    if (!rows)
        return rows.error();
    std::vector<SessionRow> sessions;
    while (rows->next()) {
        sessions.push_back({rows->value(0).toString().toUtf8(), rows->value(1).toString().toUtf8(),
                            rows->value(2).toString().toUtf8(), rows->value(3).toLongLong(),
                            rows->value(4).toLongLong(), rows->value(5).toLongLong(), !rows->isNull(6)});
    }
    return sessions;
}

Result<std::optional<SessionRow>> SessionStore::find(const QByteArray &id)
{
    const auto sessions = select(QStringLiteral("id=?"), {QString::fromUtf8(id)});
    if (!sessions)
        return sessions.error();
    return sessions->empty() ? std::nullopt : std::optional(sessions->front());
}

Result<void> SessionStore::extend(const QByteArray &id, qint64 accessExpiresAtMs, qint64 refreshExpiresAtMs)
{
    return m_database.change(QStringLiteral("UPDATE sessions SET access_expires_at=?, refresh_expires_at=? WHERE id=?"),
                             {accessExpiresAtMs, refreshExpiresAtMs, QString::fromUtf8(id)});
}

Result<void> SessionStore::markRevoked(const QByteArray &id, qint64 nowMs)
{
    return m_database.change(QStringLiteral("UPDATE sessions SET revoked_at=? WHERE id=? AND revoked_at IS NULL"),
                             {nowMs, QString::fromUtf8(id)});
}

Result<std::vector<SessionRow>> SessionStore::live(qint64 nowMs)
{
    return select(QStringLiteral("revoked_at IS NULL AND max(access_expires_at, refresh_expires_at) > ?"), {nowMs});
}

Result<std::vector<SessionRow>> SessionStore::liveOfUser(const QByteArray &userId, qint64 nowMs)
{
    return select(QStringLiteral("user_id=? AND revoked_at IS NULL AND max(access_expires_at, refresh_expires_at) > ?"),
                  {QString::fromUtf8(userId), nowMs});
}

Result<std::vector<SessionRow>> SessionStore::liveOfApiKey(const QByteArray &apiKeyId, qint64 nowMs)
{
    return select(
        QStringLiteral("api_key_id=? AND revoked_at IS NULL AND max(access_expires_at, refresh_expires_at) > ?"),
        {QString::fromUtf8(apiKeyId), nowMs});
}

Result<std::vector<SessionRow>> SessionStore::revokedWithTokens(qint64 nowMs)
{
    return select(QStringLiteral("revoked_at IS NOT NULL AND access_expires_at > ?"), {nowMs});
}

Result<void> SessionStore::removeEnded(qint64 nowMs)
{
    return m_database.change(QStringLiteral("DELETE FROM sessions WHERE access_expires_at <= ? AND "
                                            "(refresh_expires_at <= ? OR revoked_at IS NOT NULL)"),
                             {nowMs, nowMs});
}

Result<void> SessionStore::insertToken(const RefreshTokenRow &token)
{
    return m_database.change(QStringLiteral("INSERT INTO refresh_tokens VALUES (?,?,?,?,NULL)"),
                             {token.hash, QString::fromUtf8(token.sessionId), token.createdAtMs, token.expiresAtMs});
}

Result<std::optional<RefreshTokenRow>> SessionStore::findToken(const QByteArray &hash)
{
    auto row = m_database.run(
        QStringLiteral("SELECT session_id, created_at, expires_at, used_at FROM refresh_tokens WHERE hash=?"), {hash});
    if (!row)
        return row.error();
    if (!row->next())
        return std::optional<RefreshTokenRow>();
    return std::optional(RefreshTokenRow{hash, row->value(0).toString().toUtf8(), row->value(1).toLongLong(),
                                         row->value(2).toLongLong(), !row->isNull(3)});
}

Result<void> SessionStore::markTokenUsed(const RefreshTokenRow &token, qint64 nowMs)
{
    auto marked =
        m_database.change(QStringLiteral("UPDATE refresh_tokens SET used_at=? WHERE hash=?"), {nowMs, token.hash});
    if (!marked)
        return marked;
    return m_database.change(
        QStringLiteral("DELETE FROM refresh_tokens WHERE session_id=? AND used_at IS NOT NULL AND rowid NOT IN "
                       "(SELECT rowid FROM refresh_tokens WHERE session_id=? ORDER BY rowid DESC LIMIT ?)"),
        {QString::fromUtf8(token.sessionId), QString::fromUtf8(token.sessionId), MaxRememberedTokens});
}

} // namespace Tidegate
