// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intent.h"
#include "replay/event.h"

#include <vector>

// Stored intents as the dialect's rows and as events of the log.

namespace Tidegate::Ssma {

//! The full row of SSMA spec section 6.
QByteArray rowText(const Intent &intent);
//! The same without the reason "replay" if the intent came in before \p replaySinceMs. (Section 7, replay window)
QByteArray rowText(const Intent &intent, qint64 replaySinceMs);
QByteArrayList reasonsSince(const Intent &intent, qint64 replaySinceMs);
//! Row of an event that came out of the replay log; equal to rowText() of the intent it was made from.
QByteArray rowText(const Event &event);
//! The short row that live invalidations carry (section 8.3).
QByteArray flushRowText(const Intent &intent);
//! Row of an SSE rework event (section 8.4).
QByteArray reworkRowText(const Intent &intent);

EventPtr makeEvent(const Intent &intent, Role minRole);

//! meta.undo as JSON; empty when there is none.
QByteArray undoOf(const Intent &intent);

} // namespace Tidegate::Ssma
