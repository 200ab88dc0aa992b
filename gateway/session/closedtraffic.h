// SPDX-License-Identifier: MIT
#pragma once

#include "transport/link.h"

namespace Tidegate {

//! Adds what a link has carried to what those before it had.
inline void addTraffic(LinkTraffic &sum, const LinkTraffic &link)
{
    sum.bytesIn += link.bytesIn;
    sum.bytesOut += link.bytesOut;
    sum.messagesIn += link.messagesIn;
    sum.messagesOut += link.messagesOut;
}

} // namespace Tidegate
