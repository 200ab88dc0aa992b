// SPDX-License-Identifier: MIT
#pragma once

#include "app/sharedatasettings.h"
#include "base/taskqueue.h"
#include "document/documentregistry.h"
#include "document/native/pool.h"

namespace Tidegate {

//! Functions that the embedding application brings, by the name that `native=NAME` refers to.
using NativeFunctions = std::map<QByteArray, std::shared_ptr<const NativeFunction>>;

//! "accept-any", "counter-increment=total", "http=https://rules.example/decide", "native=name".
bool isFunctionText(const QByteArray &text);

DocumentLimits documentLimits(const ShareDataSettings &settings);

//! The error names the setting and what is wrong. Core thread; \p pool and \p clock outlive the functions.
Result<FunctionCatalog> makeFunctions(const ShareDataSettings &settings, const NativeFunctions &natives,
                                      FunctionPool &pool, const Clock &clock);

} // namespace Tidegate
