// SPDX-License-Identifier: MIT
#pragma once

#include "channel/audience.h"

namespace Tidegate::ShareData {

//! How publications of documents become frames. The same for everybody, so a document's frame is encoded once per
//! shard.
AudienceSpec documentAudience(LagPolicy overflow);

} // namespace Tidegate::ShareData
