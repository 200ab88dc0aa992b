// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <memory>

struct evp_pkey_st;

namespace Tidegate {

//! The public half of a key pair, for checking signatures of others. Immutable; any thread.
class PublicKey
{
public:
    enum class Kind : quint8 { Rsa, Ed25519 };

    //! A PEM file with a public key or a certificate. Errors name the file.
    static Result<PublicKey> load(const QString &file);

    Kind kind() const { return m_kind; }
    //! RSA: PKCS #1 v1.5 with SHA-256 (RS256); Ed25519: RFC 8032 (EdDSA).
    bool verifies(QByteArrayView message, QByteArrayView signature) const;

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
