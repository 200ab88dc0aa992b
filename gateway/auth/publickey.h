// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <memory>

struct evp_pkey_st;

namespace Tidegate {

//! The public half of a key pair, for checking signatures of others under the algorithms of JSON Web Signatures (RFC
//! 7518 section 3, RFC 8037). Immutable; any thread.
class PublicKey
{
public:
    enum class Kind : quint8 { Rsa, P256, P384, Ed25519 };

    //! A PEM file with a public key or a certificate; RSA from 2048 bits on. Errors name the file.
    static Result<PublicKey> load(const QString &file);

    Kind kind() const { return m_kind; }
    //! RSA keys take RS256, RS384, RS512, PS256, PS384 and PS512, P-256 takes ES256, P-384 ES384, Ed25519 EdDSA: what a
    //! key takes is the key's to say and never the token's. False under any other \p algorithm.
    bool verifies(QByteArrayView algorithm, QByteArrayView message, QByteArrayView signature) const;

private:
    PublicKey(Kind kind, std::shared_ptr<evp_pkey_st> key)
        : m_kind(kind)
        , m_key(std::move(key))
    {
    }

    Kind m_kind;
    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace Tidegate
