// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/buscounters.h"
#include "session/mesh/counters.h"
#include "session/mesh/subjectcounts.h"

#include <QJsonObject>

namespace Tidegate::Mesh {

//! The dialect's part of GET /optimistic/metrics: the members "mesh", "subjects" and "broker".
QJsonObject metricsJson(const DialectCounters &dialect, const BusCounters &bus, const SubjectCounts::Table &subjects);

//! What carries the messages: "embedded", "nats", or "nats, lost".
QByteArray brokerState(const BusCounters &bus);

} // namespace Tidegate::Mesh
