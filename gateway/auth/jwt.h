// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"

#include <QByteArray>

#include <chrono>

namespace Tidegate {

//! Makes and checks session tokens: JWT, HMAC-signed, claims role, sub, iat, exp (SSMA spec section 4) and our own sid
//! (revocable session) and site. Pure and immutable, so any thread may use one instance.
class TokenSigner
{
public:
    static constexpr qsizetype MaxTokenBytes = 8 * 1024;

    //! An empty secret signs and accepts nothing.
    explicit TokenSigner(QByteArray secret, bool requireExpiry = false);

    //! HS256. The token lives from \p nowMs for \p ttl, in whole seconds; principal.expiresAtMs is not used.
    QByteArray issue(const Principal &principal, std::chrono::milliseconds ttl, qint64 nowMs) const;

    //! When a token issued now expires: exp is in whole seconds.
    static qint64 expiresAtMs(std::chrono::milliseconds ttl, qint64 nowMs);

    //! HS256, HS384 or HS512, no leeway. Anything wrong with the token makes a guest, never an error. A missing role
    //! is a user, an unknown one a guest. Revocation is not looked at: that is Authenticator's.
    Principal verify(QByteArrayView token, qint64 nowMs) const;

private:
    QByteArray m_secret;
    bool m_requireExpiry;
};

} // namespace Tidegate
