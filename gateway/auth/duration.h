// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

#include <chrono>
#include <optional>

namespace Tidegate {

//! "15m", "2 hours", "900s", "1d", "1.5 hrs": a positive number and a unit from seconds to years, as SSMA's token
//! lifetimes are written. Nothing for any other text and for more than a hundred years.
std::optional<std::chrono::milliseconds> parseDuration(QByteArrayView text);

} // namespace Tidegate
