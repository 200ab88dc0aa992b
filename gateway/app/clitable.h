// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

namespace Tidegate {

enum class RowFormat : quint8 { Table, Json, Csv };

//! Rows of a resource as text: aligned columns for people (those without any value are left out), one JSON array, or
//! CSV as RFC 4180 has it, with all columns.
QByteArray rowsAsText(const Admin::Resource &resource, const QList<QJsonObject> &rows, RowFormat format);
//! One row: a line per column, or JSON.
QByteArray rowAsText(const Admin::Resource &resource, const QJsonObject &row, RowFormat format);

} // namespace Tidegate
