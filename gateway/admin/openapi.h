// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

namespace Tidegate::Admin {

//! The HTTP form of the port as an OpenAPI 3.1 document, written from the catalog.
QJsonObject openApiOf(const ResourceCatalog &catalog, const QString &version);

} // namespace Tidegate::Admin
