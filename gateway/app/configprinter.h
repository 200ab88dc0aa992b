// SPDX-License-Identifier: MIT
#pragma once

#include "app/configtable.h"

namespace Tidegate {

enum class OriginColumn : quint8 { Hidden, Shown };

//! The configuration as it stands, every setting, secrets as ***. The TOML form can be read again; its
//! secrets are commented out.
QByteArray configAsToml(const GatewayConfig &config, OriginColumn origins);
QByteArray configAsJson(const GatewayConfig &config, OriginColumn origins);

//! One setting as configAsToml() shows it.
QString visibleText(const Setting &setting, const GatewayConfig &config);
//! "tidegate.toml:12", "environment SSMA_PORT", "flag --listen" or "default".
QString originOf(const Setting &setting, const GatewayConfig &config);

//! A commented file with every setting, its meaning and its default: packaging/tidegate.example.toml.
QByteArray exampleToml();

} // namespace Tidegate
