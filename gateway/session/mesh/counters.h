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
    Counter deliveriesFiltered; //!< kept from subscribers of one id and rule, together
    Counter denied;             //!< by permissions
    Counter invalid;            //!< packets that are none
    Counter rateLimited;        //!< packets over a limit
    Counter slowConsumers;
    Counter identitiesExpired;
};

} // namespace Tidegate::Mesh
