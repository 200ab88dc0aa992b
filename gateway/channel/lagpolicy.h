// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

namespace Tidegate {

//! What happens to the events of a stream for a subscriber that reads too slowly. A namespace's choice.
enum class LagPolicy : quint8 {
    Close,      //!< everything is queued on the link, which ends it with the dialect's code when over its budget
    DropOldest, //!< held back; beyond the bound the oldest go, and the subscriber is told which
    DropNewest, //!< what comes while the link is behind is not kept, and the subscriber is told how much
    Conflate,   //!< held back; an event replaces the held one of the same key; the rest as DropOldest
};

} // namespace Tidegate
