// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentcounters.h"
#include "session/sharedata/counters.h"

#include <QJsonObject>

namespace Tidegate::ShareData {

//! The dialect's part of GET /optimistic/metrics: the members "sharedata" and "documents".
QJsonObject metricsJson(const Counters &dialect, const DocumentCounters &documents);

} // namespace Tidegate::ShareData
