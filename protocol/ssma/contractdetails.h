// SPDX-License-Identifier: MIT
#pragma once

#include "ssma/contractvalidator.h"
#include "wire/jsonslice.h"

#include <vector>

namespace Tidegate::Ssma {

//! Rewords one finding of the schema library as the JavaScript validator reports it. \p path leads to the value within
//! the checked text, \p description is the library's English text, the only place where it names the broken rule; texts
//! that are not known (another library version) become a violation without params. Pure.
ContractViolation explainFinding(const JsonSlice &schema, const std::vector<QByteArray> &path,
                                 QByteArrayView description);

//! True for findings that only say that something further inside is wrong.
bool isEchoOfInnerFinding(QByteArrayView description);

} // namespace Tidegate::Ssma
