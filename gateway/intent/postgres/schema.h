// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

namespace Tidegate {

class PgConnection;
class Rng;

//! Makes or migrates schema "tidegate" and gives a new store its epoch and key seed. Refuses a newer schema and
//! somebody else's, untouched. Only for the session that holds the write lock.
Result<void> migratePostgres(PgConnection &connection, Rng &rng);

} // namespace Tidegate
