// SPDX-License-Identifier: MIT
#pragma once

#include "app/configbuilder.h"

namespace Tidegate {

//! Section [store] of the table of settings.
std::vector<Setting> storeRows();
//! What must hold for the kind of store that was chosen.
void checkStore(ConfigBuilder &builder);

} // namespace Tidegate
