// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

#include <QVariantList>

namespace Tidegate::Console {

//! QML's maps {field, op, value} as the port wants them: values take the column's type; what has no value is left out.
QList<Admin::Filter> rowFilters(const Admin::Resource &resource, const QVariantList &filters);

} // namespace Tidegate::Console
