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
    Counter originsRefused;
    Counter framesIn, framesOut; //!< out: answers
    Counter deliveries;          //!< live frames, once for each subscriber they are for
    Counter subscribes, subscriptions, denied, unknown;
    Counter proposals, proposalsDenied;
    Counter proposalsUnknown; //!< to documents that do not exist
    Counter rateLimited;
    Counter ticketsIssued, ticketsRedeemed, ticketsRefused;
    Counter replaysExact, replaysMissed;
    Counter invalidMessages, slowClosed, expired;
};

} // namespace Tidegate::ShareData
