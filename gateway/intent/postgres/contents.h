// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"

namespace Tidegate {

class PgConnection;

//! What a node must know to read; all of it changes only by the node that writes.
struct PgState
{
    QByteArray epoch;
    QByteArray keySeed;
    quint64 headSeq = 0;
    quint64 trimmedBelow = 1;
    qint64 fence = 0;
};

Result<PgState> readState(PgConnection &connection);

//! Seq of the log's first row, trimmed or not; 0 when there is none.
Result<quint64> lowestStoredSeq(PgConnection &connection);

//! Reads what open() answers. Does not touch the log's wide rows.
Result<StoreContents> loadContents(PgConnection &connection);

} // namespace Tidegate
