// SPDX-License-Identifier: MIT
#pragma once

#include "app/configtable.h"

namespace Tidegate {

//! The rows of the table of settings; settings() keeps them.
std::vector<Setting> allSettingRows();

} // namespace Tidegate
