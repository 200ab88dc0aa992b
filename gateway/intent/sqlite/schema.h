// SPDX-License-Identifier: MIT
#pragma once

#include "sql/migrations.h"

#include <vector>

namespace Tidegate {

//! Every step of the SQLite store's schema, oldest first. Steps that were released never change.
std::vector<Migration> sqliteSchema();

} // namespace Tidegate
