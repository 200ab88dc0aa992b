// SPDX-License-Identifier: MIT
#pragma once

class QCoreApplication;

namespace Tidegate {

struct GatewayConfig;

//! Runs the gateway until it is told to stop. \return exit code of the program
int serve(const GatewayConfig &config, QCoreApplication &app);

} // namespace Tidegate
