// SPDX-License-Identifier: MIT
#pragma once

#include "channel/lagpolicy.h"
#include "session/sharedata/accessrules.h"

#include <QByteArray>

namespace Tidegate::ShareData {

//! What the dialect is told by the configuration. Immutable; shared by core and shards.
struct Profile
{
    AccessRules subscribeRules = {};
    AccessRules proposeRules = {};
    qsizetype linkBudgetBytes = 1024 * 1024;
    LagPolicy overflow = LagPolicy::Close; //!< or Conflate
    int maxSubscriptions = 1024;           //!< per connection
    int maxUndecided = 256;                //!< proposals and questions per connection; then its socket is not read
    qsizetype maxUndecidedBytes = 4 * 1024 * 1024; //!< likewise, what they weigh
    int messageMax = 10'000;                       //!< per connection and window; 0 = no limit
    qint64 messageWindowMs = 10'000;
    //! Subscribes to unknown ids per address and window; above it upgrades are answered 429. 0 = no limit.
    int unknownMax = 60;
    qint64 unknownWindowMs = 10'000;
    bool hidesUnknown = false;    //!< an unknown id is answered as one that is denied, and the connection stays
    bool takesQueryTokens = true; //!< "?token=" counts
    bool endsWithToken = true;    //!< close 4002 when the token expires
    bool hidesErrorTexts = false; //!< functions' texts go to the log only
    bool asksForIdentity = false; //!< tokens that nothing here knows are asked about (Service::identify)
    bool canPropose = true;       //!< any functions at all
};

} // namespace Tidegate::ShareData
