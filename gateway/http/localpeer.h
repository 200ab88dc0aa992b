// SPDX-License-Identifier: MIT
#pragma once

#include "transport/httpmessage.h"

namespace Tidegate {

//! A program on this machine that speaks to us itself: a loopback peer without the marks of a proxy (forwarding
//! headers) or of a browser (Origin), behind which anybody's page could stand.
bool isDirectlyFromThisMachine(const HttpRequest &request);

} // namespace Tidegate
