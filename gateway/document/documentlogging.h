// SPDX-License-Identifier: MIT
#pragma once

#include <QLoggingCategory>

namespace Tidegate {

Q_DECLARE_LOGGING_CATEGORY(lcDocument)

} // namespace Tidegate
