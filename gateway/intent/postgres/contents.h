// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"

namespace Tidegate {

class PgConnection;

//! Seq of the log's first row, trimmed or not; 0 when there is none.
Result<quint64> lowestStoredSeq(PgConnection &connection);

//! Reads what open() answers. Does not touch the log's wide rows.
Result<StoreContents> loadContents(PgConnection &connection);

} // namespace Tidegate
