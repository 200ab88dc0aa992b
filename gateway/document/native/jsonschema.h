// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentfunction.h"
#include "wire/result.h"

namespace Tidegate {

//! Accepts what keeps the JSON schema (draft 7) in \p file. The error names the file and what is wrong with it.
Result<std::shared_ptr<const NativeFunction>> makeJsonSchemaFunction(const QString &file);

} // namespace Tidegate
