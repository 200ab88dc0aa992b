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
    //! Per subscriber and event: left out because of its role. By what carries it.
    Counter eventsHidden, streamEventsHidden;
};

} // namespace Tidegate
