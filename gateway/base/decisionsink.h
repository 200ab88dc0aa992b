// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

#include <vector>

namespace Tidegate {

//! Where decisions go. Port; any thread, does not block on I/O.
class DecisionSink
{
public:
    virtual ~DecisionSink() = default;
    virtual void record(std::vector<Decision> decisions) = 0;
};

} // namespace Tidegate
