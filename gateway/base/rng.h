// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! Randomness as a port. Safe to call from any thread.
class Rng
{
public:
    virtual ~Rng() = default;
    virtual QByteArray bytes(qsizetype count) = 0;

    //! RFC 4122 version 4 in its 36-character text form.
    QByteArray uuid();
    //! \p byteCount random bytes as unpadded base64url; for tokens, nonces and keys.
    QByteArray token(qsizetype byteCount = 32);
};

//! Cryptographic randomness of the operating system.
class SystemRng final : public Rng
{
public:
    QByteArray bytes(qsizetype count) override;
};

} // namespace Tidegate
