// SPDX-License-Identifier: MIT
#pragma once

#include "app/configbuilder.h"

#include "wire/result.h"

namespace Tidegate {

//! Defaults < TOML file < .env file < environment < flags; among variables SSMA_* < TIDEGATE_*. Reads the named files
//! and nothing else, so equal sources give equal configurations. All problems are reported, not only the first.
Result<GatewayConfig, ConfigProblems> loadConfig(const ConfigSources &sources);

} // namespace Tidegate
