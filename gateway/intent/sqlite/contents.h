// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"

namespace Tidegate {

class Rng;
class SqlConnection;

//! Gives a new store its epoch and key seed; leaves an old one alone.
Result<void> initialiseMeta(SqlConnection &connection, Rng &rng);

//! Seq of the log's first row, trimmed or not; 0 when there is none.
Result<quint64> lowestStoredSeq(SqlConnection &connection);

//! Reads what open() answers. Counts nothing and does not touch the log's wide rows.
Result<StoreContents> loadContents(SqlConnection &connection);

} // namespace Tidegate
