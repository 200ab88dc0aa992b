// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace Tidegate::Console {

//! How a word is meant, as a name of Theme.tone(): "good", "info", "warning", "bad", "quiet" or "" (neutral).
QString toneOf(const QString &word);

} // namespace Tidegate::Console
