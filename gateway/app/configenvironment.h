// SPDX-License-Identifier: MIT
#pragma once

#include "app/configdotenv.h"

namespace Tidegate {

//! TIDEGATE_<SECTION>_<KEY> for every setting. Bad values are refused; unknown names only warned about, since
//! container platforms put variables named after a service into every process.
void readOwnVariables(ConfigBuilder &builder, const EnvironmentEntries &entries);

//! The variables of an SSMA deployment, as they are (SSMA spec section 2).
void readSsmaVariables(ConfigBuilder &builder, const EnvironmentEntries &entries);

} // namespace Tidegate
