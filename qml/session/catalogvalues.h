// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

#include <QVariantMap>

// The catalog's entries as QML reads them: plain maps with the names of the struct members.

namespace Tidegate::Console {

//! With the commands \p role may give.
QVariantMap resourceValues(const Admin::Resource &resource, Admin::OperatorRole role);
QVariantMap commandValues(const Admin::Command &command);

} // namespace Tidegate::Console
