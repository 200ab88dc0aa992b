// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "intent/intentsearch.h"
#include "intent/intentstore.h"

// Which form of a port of gateway/intent the settings ask for.

namespace Tidegate {

class Rng;
class TaskQueue;

//! \p owner and \p rng outlive it. Unsupported: this program was built without that form.
Result<std::unique_ptr<IntentStore>> makeIntentStore(const GatewayConfig &config, TaskQueue &owner, Rng &rng);

//! Null: the store is not one that can be searched.
std::unique_ptr<IntentSearcher> makeIntentSearcher(const StoreSettings &settings);

} // namespace Tidegate
