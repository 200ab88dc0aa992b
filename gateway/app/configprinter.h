// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

namespace Tidegate {

enum class OriginColumn : quint8 { Hidden, Shown };

//! The configuration as it stands, every setting, secrets as ***. The TOML form can be read again; its
//! secrets are commented out.
QByteArray configAsToml(const GatewayConfig &config, OriginColumn origins);
QByteArray configAsJson(const GatewayConfig &config, OriginColumn origins);

//! A commented file with every setting, its meaning and its default: packaging/tidegate.example.toml.
QByteArray exampleToml();

} // namespace Tidegate
