// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"
#include "http/requestdesk.h"

#include <QByteArray>
#include <QByteArrayList>

namespace Tidegate {

//! The windows of SSMA spec section 13 that count HTTP requests.
struct HttpLimits
{
    FixedWindowLimiter::Config requests{.windowMs = 60'000, .max = 120};
    FixedWindowLimiter::Config rework{.windowMs = 60'000, .max = 20};
    FixedWindowLimiter::Config logBatches{.windowMs = 60'000, .max = 60};
};

//! Defaults of SSMA spec section 2.
struct HttpApiConfig
{
    QByteArrayList allowedOrigins; //!< as OriginPolicy takes them
    HttpLimits limits;
    QByteArray backendToken;    //!< of POST /internal/backend/events; empty = this machine only
    bool metricsPublic = false; //!< GET /optimistic/metrics for everybody; else staff and this machine
    bool devMode = false;       //!< GET / is the demo page
    bool islandsDemo = false;   //!< sample data under /islands
    bool islandsEnabled = true; //!< kill switch of all islands
    QByteArrayList disabledIslands;
    Admission::Bounds admission;
    RequestDesk::Config desk;
};

} // namespace Tidegate
