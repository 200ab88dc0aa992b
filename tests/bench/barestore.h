// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace Tidegate::Bench {

//! The reference of the same run: rows/s that one thread puts durably into a bare SQLite table (WAL, synchronous FULL)
//! in transactions of \p rowsPerCommit, through Qt SQL's prepared statements, with rows of the size the gateway stores.
double bareInsertsPerSecond(const QString &path, int rowsPerCommit, int milliseconds);

} // namespace Tidegate::Bench
