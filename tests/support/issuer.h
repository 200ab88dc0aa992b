// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <openssl/types.h>

namespace Tidegate {

//! Somebody else who signs tokens, with a key pair of its own.
class Issuer
{
public:
    //! "rsa", "weak" (RSA of 1024 bits), "ed", "ec384" or "ec256".
    explicit Issuer(const QByteArray &kind = "ec256");
    ~Issuer();
    Q_DISABLE_COPY_MOVE(Issuer)

    //! Writes the public key as PEM.
    bool publish(const QString &path) const;
    //! A JWT. \p headerExtra is JSON that starts with a comma, or empty.
    QByteArray token(const QByteArray &algorithm, const QByteArray &claims, const QByteArray &headerExtra = {}) const;

private:
    QByteArray signatureOf(const QByteArray &algorithm, const QByteArray &text) const;

    EVP_PKEY *const m_key;
};

} // namespace Tidegate
