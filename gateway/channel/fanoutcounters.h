// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate {

//! What fan-out does to subscribers that lag. Bumped by shards, read by anyone.
struct FanoutCounters
{
    Counter subscribersLagging;  //!< now: events are held back for them
    Counter publicationsDropped; //!< per subscriber, told to it
    Counter eventsConflated;     //!< per subscriber
};

} // namespace Tidegate
