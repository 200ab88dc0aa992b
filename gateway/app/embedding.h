// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

namespace Tidegate {

//! For a gateway inside an application: default settings, everything kept below \p dataDir (made when it starts), and
//! no listening address, so that only in-process clients reach it. Reads no file and no environment variable.
GatewayConfig embeddedConfig(const QString &dataDir);

} // namespace Tidegate
