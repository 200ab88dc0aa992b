// SPDX-License-Identifier: MIT
#pragma once

#include "app/configbuilder.h"

namespace Tidegate {

struct EnvironmentEntry
{
    QString value;
    QString place; //!< "environment SSMA_PORT" or ".env:3"
};
using EnvironmentEntries = QMap<QString, EnvironmentEntry>;

//! KEY=VALUE lines with # comments, optional "export" and optional quotes. Lines that are something else are warned
//! about and skipped; a missing file is an empty one.
EnvironmentEntries readDotEnv(ConfigBuilder &builder, const QString &path);

} // namespace Tidegate
