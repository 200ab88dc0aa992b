// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

namespace Tidegate {
struct JsonSlice;
}

namespace Tidegate::Ssma {

//! \p json without whitespace, with the keys of every object sorted by their bytes and only the last of equal keys, so
//! that two spellings of the same channel params are one subscription (SSMA spec 8.1). Numbers keep their text.
//! Nothing when \p json is no JSON text or is nested deeper than 64 levels. Safe on any thread.
std::optional<QByteArray> canonicalJson(QByteArrayView json);
//! The same for text that is validated already; appends.
void appendCanonical(QByteArray &out, const JsonSlice &value);

} // namespace Tidegate::Ssma
