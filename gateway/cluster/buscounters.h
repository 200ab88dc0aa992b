// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate {

//! What the bus counts; read by anyone.
struct BusCounters
{
    Counter state; //!< BusState as a number
    Counter patterns;
    Counter published, publishesRefused;
    Counter received, receivedDropped; //!< dropped: more came in than the owner could take
    Counter timesLost;
    Counter maxPayloadBytes; //!< of the server; 0 = not yet known
};

} // namespace Tidegate
