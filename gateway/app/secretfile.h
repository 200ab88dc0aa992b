// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QString>

namespace Tidegate {

class Rng;

//! The key in the file at \p path. If there is none, makes one of 32 random bytes (as base64url text) that only this
//! user can read, in a folder only this user can enter. Of several processes that start at once all get the same key.
//! Refuses a file others can read, with the command that mends it. Blocks on the disk.
Result<QByteArray> readOrCreateSecret(const QString &path, Rng &rng);

} // namespace Tidegate
