// SPDX-License-Identifier: MIT
#pragma once

#include "auth/publickey.h"
#include "wire/result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QHash>

namespace Tidegate::Mesh {

//! What a token says about its bearer. (MottoMesh spec section 4.)
struct Claims
{
    QByteArray user; //!< "sub"
    qint64 expiresAtSeconds = 0;
    QByteArrayList permissions;
    QByteArrayList allowedSubjects;
    QByteArrayList deniedSubjects;
};

//! Checks login tokens: HS256 by one secret or by several named ones, and RS256 and EdDSA by public keys. A key is only
//! ever used with its own algorithm. Immutable; any thread.
class TokenVerifier
{
public:
    static constexpr qsizetype MaxTokenBytes = 16 * 1024;
    //! For clocks that differ.
    static constexpr qint64 LeewaySeconds = 60;

    struct Config
    {
        QByteArray secret;                       //!< for tokens whose "kid" names no other key; empty = there is none
        QHash<QByteArray, QByteArray> secrets;   //!< by "kid"
        QHash<QByteArray, PublicKey> publicKeys; //!< by "kid"
        QByteArray issuer;                       //!< that "iss" must name; empty = any
        QByteArray audience;                     //!< that "aud" must name; empty = there must be none
    };

    explicit TokenVerifier(Config config)
        : m_config(std::move(config))
    {
    }

    //! The error is the reason as clients have it shown, without the prefix.
    Result<Claims, QByteArray> verify(QByteArrayView token, qint64 nowMs) const;

private:
    struct Header;
    bool hasValidSignature(const Header &header, QByteArrayView signedPart, QByteArrayView signature) const;
    bool takesAlgorithm(const Header &header) const;

    const Config m_config;
};

} // namespace Tidegate::Mesh
