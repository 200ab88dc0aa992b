// SPDX-License-Identifier: MIT
#pragma once

#include "auth/publickey.h"
#include "wire/result.h"

#include <QByteArray>

#include <map>
#include <memory>

namespace Tidegate {

//! A token's claims after everything about it was found in order.
struct IssuedClaims
{
    QByteArray json;        //!< object text
    qint64 expiresAtMs = 0; //!< wall clock; 0 = never
};

//! Checks tokens that others sign: JWT with the public key of their issuer (RFC 7519). Immutable; any thread.
class IssuerKeys
{
public:
    static constexpr qsizetype MaxTokenBytes = 16 * 1024;

    //! \p files: issuer to a PEM file with its public key. The error names the file.
    static Result<std::shared_ptr<const IssuerKeys>> load(const std::map<QByteArray, QByteArray> &files);

    bool isEmpty() const { return m_keys.empty(); }
    //! Unauthenticated, whatever is wrong: unknown issuer, signature, time (no leeway), or not for \p audience.
    Result<IssuedClaims> verify(QByteArrayView token, const QByteArray &audience, qint64 nowMs) const;

private:
    IssuerKeys() = default;

    std::map<QByteArray, PublicKey> m_keys;
};

} // namespace Tidegate
