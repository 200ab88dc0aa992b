// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate::Mesh {

//! What the dialect counts. Bumped by shards and the core, read by anyone.
struct DialectCounters
{
    Counter sessionsOpen; //!< links, logged in or not
    Counter sessionsAccepted;
    Counter loginsAccepted, loginsRefused;
    Counter subscriptions; //!< now
    Counter published, requested;
    Counter served;                          //!< requests answered by clients
    Counter retainedMessages, retainedBytes; //!< now
    Counter replayed;                        //!< of these, to new subscribers
    Counter deliveriesFiltered;              //!< kept from subscribers of one id and rule, together
    Counter denied;                          //!< by permissions
    Counter invalid;                         //!< packets that are none
    Counter rateLimited;                     //!< packets over a limit
    Counter slowConsumers;
    Counter identitiesExpired;
};

} // namespace Tidegate::Mesh
