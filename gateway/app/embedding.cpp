// SPDX-License-Identifier: MIT
#include "app/embedding.h"

#include "app/configloader.h"

namespace Tidegate {

GatewayConfig embeddedConfig(const QString &dataDir)
{
    ConfigSources sources;
    sources.flags.insert("server.data_dir", dataDir);
    GatewayConfig config = loadConfig(sources).value_or(GatewayConfig());
    config.server.listen.clear();
    return config;
}

} // namespace Tidegate
