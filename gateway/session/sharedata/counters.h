// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate::ShareData {

//! Bumped by core and shards, read by anyone.
struct Counters
{
    Counter connectionsOpen, connectionsAccepted;
    Counter refused;   //!< upgrades without a usable token
    Counter throttled; //!< upgrades of addresses that ask for unknown documents again and again
    Counter subscribes, subscriptions, denied, unknown;
    Counter proposals, proposalsDenied;
    Counter replaysExact, replaysMissed;
    Counter invalidMessages, slowClosed, expired;
};

} // namespace Tidegate::ShareData
