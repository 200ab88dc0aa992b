// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate {

//! What happens to documents. Bumped on the core thread, read by anyone.
struct DocumentCounters
{
    Counter documents; //!< now
    Counter stateBytes;
    Counter windowBytes;
    Counter inflightBytes; //!< proposals without an outcome
    Counter accepted, rejected, failed;
    Counter repeated; //!< proposals answered with the outcome of the first
    Counter replaced, removed;
    Counter cutOff; //!< 1: several gateways share them, and this one cannot reach the others now
};

} // namespace Tidegate
