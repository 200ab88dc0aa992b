// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

// The content of ResourceCatalog::builtIn().

namespace Tidegate::Admin {

QList<Resource> trafficResources(); //!< links, streams, subscriptions, events, intents, transitions, subjects
QList<Resource> recordResources();  //!< log, audit, decisions, limits
QList<Resource> systemResources();  //!< config, users, keys, sessions
QList<Statistic> allStatistics();

} // namespace Tidegate::Admin
