// SPDX-License-Identifier: MIT
#include "desktop/bridge/log.h"

namespace Tidegate::Desktop {

Q_LOGGING_CATEGORY(lcDesktop, "tidegate.desktop", QtInfoMsg)

} // namespace Tidegate::Desktop
