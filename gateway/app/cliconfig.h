// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

#include <optional>

namespace Tidegate {

//! Where this process finds its configuration: the file named by \p tomlPath, else by TIDEGATE_CONFIG, else the first
//! that exists of ./tidegate.toml, the user's and the system's; .env in the working directory; the environment.
ConfigSources processSources(const QString &tomlPath, const QMap<QByteArray, QString> &flags);

//! Nothing means that all problems have been written to standard error; the exit code is then ExitUsage.
std::optional<GatewayConfig> loadOrExplain(const ConfigSources &sources);

//! `config check`: problems and warnings. \return exit code
int checkConfig(const ConfigSources &sources);
//! `config print`. \p format: "toml" or "json". \return exit code
int printConfig(const ConfigSources &sources, const QString &format, bool withOrigin);

} // namespace Tidegate
