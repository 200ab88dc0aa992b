// SPDX-License-Identifier: MIT
#pragma once

#include "app/configbuilder.h"

namespace Tidegate {

//! Reads the TOML file into \p builder. Unknown sections and keys are problems, with their line.
void readToml(ConfigBuilder &builder, const QString &path);

} // namespace Tidegate
