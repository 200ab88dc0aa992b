// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate::Bench {

//! From now on SIGINT, SIGTERM and SIGHUP do not end the process but make isInterrupted() true: whoever waits ends
//! early, and what was started is stopped on the way out.
void watchForInterruption();
bool isInterrupted();

} // namespace Tidegate::Bench
