// SPDX-License-Identifier: MIT
#include "document/documentlogging.h"

namespace Tidegate {

Q_LOGGING_CATEGORY(lcDocument, "tidegate.document", QtInfoMsg)

} // namespace Tidegate
