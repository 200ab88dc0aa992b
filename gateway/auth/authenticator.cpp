// SPDX-License-Identifier: MIT
#include "auth/authenticator.h"

#include "auth/revokedsessions.h"
#include "wire/httpquery.h"

namespace Tidegate {

namespace {

constexpr QByteArrayView BearerPrefix("bearer ");

} // namespace

Authenticator::Authenticator(TokenSigner signer, QByteArray cookieName, const RevokedSessions &revoked,
                             const Clock &clock)
    : m_signer(std::move(signer))
    , m_cookieName(std::move(cookieName))
    , m_revoked(revoked)
    , m_clock(clock)
{
}

Principal Authenticator::fromCookies(QByteArrayView cookieHeader) const
{
    return fromToken(Http::cookieValue(cookieHeader, m_cookieName).value_or(QByteArray()));
}

Principal Authenticator::fromBearer(QByteArrayView authorization) const
{
    authorization = authorization.trimmed();
    if (authorization.size() <= BearerPrefix.size() ||
        authorization.first(BearerPrefix.size()).compare(BearerPrefix, Qt::CaseInsensitive) != 0)
        return {};
    return fromToken(authorization.sliced(BearerPrefix.size()).trimmed());
}

Principal Authenticator::fromToken(QByteArrayView token) const
{
    const Principal principal = m_signer.verify(token, m_clock.nowMs());
    return isRevoked(principal.sessionId, principal.expiresAtMs) ? Principal() : principal;
}

bool Authenticator::isRevoked(const QByteArray &sessionId, qint64 expiresAtMs) const
{
    return m_revoked.contains(sessionId, expiresAtMs);
}

Principal Authenticator::fromRequest(QByteArrayView cookieHeader, QByteArrayView authorization) const
{
    return authorization.isEmpty() ? fromCookies(cookieHeader) : fromBearer(authorization);
}

bool Authenticator::hasToken(QByteArrayView cookieHeader, QByteArrayView authorization) const
{
    return !authorization.isEmpty() || !Http::cookieValue(cookieHeader, m_cookieName).value_or(QByteArray()).isEmpty();
}

} // namespace Tidegate
