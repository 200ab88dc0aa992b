// SPDX-License-Identifier: MIT
#include "app/serve.h"

#include "base/logging.h"

namespace Tidegate {

int serve(const GatewayConfig &, QCoreApplication &)
{
    qCCritical(lcApp, "serve is not built yet");
    return 1;
}

} // namespace Tidegate
