// SPDX-License-Identifier: MIT
#pragma once

#include "app/configrow.h"

namespace Tidegate {

//! Section [sharedata].
ConfigRow::Rows shareDataRows();

} // namespace Tidegate
