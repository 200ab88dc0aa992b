// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

#include <QString>

namespace Tidegate::Console {

//! How a word is meant, as a name of Theme.tone(): "good", "info", "warning", "bad", "quiet" or "" (neutral).
QString toneOf(const QString &word);

//! An operator's mark on an intent: an object {note, colour, handled, by, at}.
inline constexpr QLatin1StringView MarkColumn("mark");
//! Of a cell: words of an enum, the colour of a mark.
QString toneOf(const Admin::Column &column, const QJsonValue &value);

} // namespace Tidegate::Console
