// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

namespace Tidegate::Console {

//! Whole rows: an object for one, a list for several.
QString rowsAsJson(const QList<const QJsonObject *> &rows);
//! The columns shown, RFC 4180, values as the port says them. Texts a spreadsheet would take for a formula get a
//! leading apostrophe.
QString rowsAsCsv(const QList<Admin::Column> &columns, const QList<const QJsonObject *> &rows);

} // namespace Tidegate::Console
