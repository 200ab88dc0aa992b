// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <map>
#include <memory>

struct evp_pkey_st;

namespace Tidegate {

//! A token's claims after everything about it was found in order.
struct IssuedClaims
{
    QByteArray json;        //!< object text
    qint64 expiresAtMs = 0; //!< wall clock; 0 = never
};

//! Checks tokens that others sign: JWT with the public key of their issuer (RFC 7519, 7518, 8037). RSA keys take RS256,
//! RS384, RS512, PS256, PS384 and PS512, P-256 takes ES256, P-384 ES384, Ed25519 EdDSA: what a key takes is the key's
//! to say and never the token's. Immutable; any thread.
class IssuerKeys
{
public:
    static constexpr qsizetype MaxTokenBytes = 16 * 1024;

    //! \p files: issuer to a PEM file with its public key. The error names the file.
    static Result<std::shared_ptr<const IssuerKeys>> load(const std::map<QByteArray, QByteArray> &files);
    ~IssuerKeys();
    Q_DISABLE_COPY_MOVE(IssuerKeys)

    bool isEmpty() const { return m_keys.empty(); }
    //! Unauthenticated, whatever is wrong: unknown issuer, signature, time (no leeway), or not for \p audience.
    Result<IssuedClaims> verify(QByteArrayView token, const QByteArray &audience, qint64 nowMs) const;

private:
    IssuerKeys() = default;

    std::map<QByteArray, evp_pkey_st *> m_keys; //!< owned
};

} // namespace Tidegate
