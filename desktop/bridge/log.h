// SPDX-License-Identifier: MIT
#pragma once

#include <QLoggingCategory>

namespace Tidegate::Desktop {

//! "tidegate.desktop"; what a line may hold: gateway/base/logging.h.
Q_DECLARE_LOGGING_CATEGORY(lcDesktop)

} // namespace Tidegate::Desktop
