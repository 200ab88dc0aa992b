// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentfunction.h"
#include "wire/result.h"

namespace Tidegate {

//! The functions that come with the gateway:
//! accept-any: the proposed data becomes the state. merge-patch: RFC 7396, applied to the state.
//! counter-increment[=field]: an object whose field (count) is an integer; accepted if that is one more than now.
//! append-only: the proposed data becomes the last element of an array. json-schema=FILE: the proposed data becomes the
//! state if it keeps the schema, else it is turned down. reject-all[=reason], fail[=text]: always.
//! The error names what is wrong with \p text.
Result<std::shared_ptr<const NativeFunction>> makeBuiltIn(const QByteArray &name, const QByteArray &argument);
bool isBuiltIn(const QByteArray &name);

} // namespace Tidegate
