// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentengine.h"
#include "ssma/encoder.h"

// What a returning client is told about the rows between its cursor and now. A silent gap must never happen.

namespace Tidegate::Ssma {

//! A cursor beyond the head is from another history (the store was replaced): that client starts over.
inline quint64 resumePoint(const IntentEngine &engine, quint64 cursor)
{
    return cursor > engine.headSeq() ? 0 : cursor;
}

inline Continuity continuityOf(const IntentEngine &engine, quint64 cursor, bool wasGiven, bool hasMore)
{
    if (!wasGiven)
        return {"snapshot", {}, hasMore};
    if (cursor > engine.headSeq())
        return {"gap", "epoch", hasMore};
    if (cursor + 1 < engine.floorSeq())
        return {"gap", "retention", hasMore};
    return {"exact", {}, hasMore};
}

} // namespace Tidegate::Ssma
