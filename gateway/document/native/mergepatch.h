// SPDX-License-Identifier: MIT
#pragma once

#include "wire/jsonslice.h"

namespace Tidegate {

//! \p target with \p patch merged in (RFC 7396). What the patch does not name keeps its text. Both are validated and
//! nested no deeper than the caller's stack takes.
QByteArray mergePatched(const JsonSlice &target, const JsonSlice &patch);

} // namespace Tidegate
