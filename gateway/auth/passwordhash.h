// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

// Passwords at rest: argon2id in its encoded text form (SSMA spec section 4). Pure; any thread; takes tens of
// milliseconds and tens of megabytes, so never on a thread that others wait for.

namespace Tidegate {

struct PasswordCost
{
    int memoryKiB = 49152;
    int passes = 3;
};

//! "$argon2id$v=19$m=...,t=...,p=1$salt$hash"; nothing if the memory cannot be had or the cost is out of range.
std::optional<QByteArray> hashPassword(QByteArrayView password, PasswordCost cost);

//! Against whatever cost \p encoded names, up to 1 GiB and 64 passes; anything else does not match.
bool isPassword(QByteArrayView password, const QByteArray &encoded);

} // namespace Tidegate
