// SPDX-License-Identifier: MIT
#include "auth/authenticator.h"

#include "auth/revokedsessions.h"

namespace Tidegate {

namespace {

constexpr QByteArrayView BearerPrefix("bearer ");

QByteArray cookieValue(QByteArrayView header, QByteArrayView name)
{
    while (!header.isEmpty()) {
        const qsizetype end = header.indexOf(';');
        const QByteArrayView pair = (end < 0 ? header : header.first(end)).trimmed();
        if (pair.size() > name.size() && pair.startsWith(name) && pair[name.size()] == '=')
            return QByteArray::fromPercentEncoding(pair.sliced(name.size() + 1).trimmed().toByteArray());
        header = end < 0 ? QByteArrayView() : header.sliced(end + 1);
    }
    return {};
}

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
    return fromToken(cookieValue(cookieHeader, m_cookieName));
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
    return m_revoked.contains(principal.sessionId, principal.expiresAtMs) ? Principal() : principal;
}

Principal Authenticator::fromRequest(QByteArrayView cookieHeader, QByteArrayView authorization) const
{
    return authorization.isEmpty() ? fromCookies(cookieHeader) : fromBearer(authorization);
}

} // namespace Tidegate
