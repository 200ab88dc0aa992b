// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate {

//! How long a test waits for a fact before it counts as not happening. Generous: only failing tests ever spend it.
constexpr int WaitMs = 15'000;

} // namespace Tidegate
