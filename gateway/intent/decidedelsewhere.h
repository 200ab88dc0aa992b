// SPDX-License-Identifier: MIT
#pragma once

#include "wire/error.h"

#include <QString>

namespace Tidegate {

//! For what this gateway had begun when another one took the lead.
inline Error decidedElsewhere()
{
    return {ErrorCode::Unavailable, QStringLiteral("another gateway decides now; try again"), true};
}

} // namespace Tidegate
