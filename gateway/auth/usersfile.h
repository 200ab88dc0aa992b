// SPDX-License-Identifier: MIT
#pragma once

#include "auth/userstore.h"

#include <vector>

namespace Tidegate {

constexpr qint64 MaxUsersFileBytes = 64 * 1024 * 1024;

//! Reads users.json of SSMA: {"users":[{id,email,name,role,status,createdAt,updatedAt,lastLoginAt,passwordHash}]}
//! (SSMA spec section 4). Rows without a usable id, mail or argon2id hash are skipped with a warning; an unknown role
//! is a guest, a status other than "active" is disabled, a time that cannot be read is \p nowMs.
Result<std::vector<StoredUser>> readUsersFile(const QString &path, qint64 nowMs);

} // namespace Tidegate
