// SPDX-License-Identifier: MIT
#pragma once

#include "auth/jwt.h"
#include "auth/principal.h"
#include "base/clock.h"

namespace Tidegate {

class RevokedSessions;

//! The one place that turns what a request carries into a Principal: reads the token, checks signature, expiry and
//! revocation. Anything wrong is a guest. Thread-safe; called on I/O shards; does no I/O. (SSMA spec section 4)
class Authenticator
{
public:
    //! \p revoked and \p clock must outlive this object.
    Authenticator(TokenSigner signer, QByteArray cookieName, const RevokedSessions &revoked, const Clock &clock);

    //! \p cookieHeader: raw value of the Cookie header, empty when absent.
    Principal fromCookies(QByteArrayView cookieHeader) const;
    //! \p authorization: raw value of the Authorization header; only the Bearer scheme counts.
    Principal fromBearer(QByteArrayView authorization) const;
    Principal fromToken(QByteArrayView token) const;

    //! For HTTP API requests: the bearer if an Authorization header is present, else the cookie.
    Principal fromRequest(QByteArrayView cookieHeader, QByteArrayView authorization) const;
    //! Whether the session was ended before its time.
    bool isRevoked(const QByteArray &sessionId, qint64 expiresAtMs) const;
    //! Whether the request carries a token at all, good or bad.
    bool hasToken(QByteArrayView cookieHeader, QByteArrayView authorization) const;

private:
    TokenSigner m_signer;
    QByteArray m_cookieName;
    const RevokedSessions &m_revoked;
    const Clock &m_clock;
};

} // namespace Tidegate
