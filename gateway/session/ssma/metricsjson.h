// SPDX-License-Identifier: MIT
#pragma once

#include "channel/fanoutcounters.h"
#include "intent/intentengine.h"
#include "session/ssma/counters.h"
#include "session/ssma/profile.h"
#include "transport/ioshard.h"

#include <QJsonObject>

namespace Tidegate::Ssma {

struct MetricsSource
{
    const DialectCounters &dialect;
    const TransportCounters &transport;
    const FanoutCounters &fanout;
    const IntentEngine &engine;
    const Profile &profile;
    qint64 nowMs;
    QJsonObject others = {}; //!< members of other dialects, as they are
};

//! Body of GET /optimistic/metrics: the union of what both original runtimes report. (SSMA spec section 14)
QByteArray metricsJson(const MetricsSource &source);

} // namespace Tidegate::Ssma
