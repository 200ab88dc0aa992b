// SPDX-License-Identifier: MIT
#pragma once

#include "app/configbuilder.h"
#include "app/configdotenv.h"

namespace Tidegate {

//! Sections [mesh] and [cluster] of the table of settings.
std::vector<Setting> meshRows();
std::vector<Setting> clusterRows();

//! The variables of an existing MottoMesh deployment (MottoMesh spec section 8).
void readMeshVariables(ConfigBuilder &builder, const EnvironmentEntries &entries);
//! What must hold when the dialect is on.
void checkMesh(ConfigBuilder &builder);

} // namespace Tidegate
