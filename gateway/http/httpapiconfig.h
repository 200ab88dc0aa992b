// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"

#include <QByteArray>
#include <QByteArrayList>

#include <chrono>

namespace Tidegate {

//! The windows of SSMA spec section 13 that count HTTP requests.
struct HttpLimits
{
    FixedWindowLimiter::Config requests{.windowMs = 60'000, .max = 120};
    FixedWindowLimiter::Config rework{.windowMs = 60'000, .max = 20};
    FixedWindowLimiter::Config logBatches{.windowMs = 60'000, .max = 60};
};

//! What the API holds at a time. A request over maxOpen or maxOpenBytes is answered 503.
struct HttpBounds
{
    int maxOpen = 1024; //!< taken in and not yet answered
    qint64 maxOpenBytes = 64 * 1024 * 1024;
    int maxRunning = 256; //!< of maxOpen; the others wait in order
    //! Counted from arrival, waiting included; then the answer is 504.
    std::chrono::milliseconds deadline = std::chrono::seconds(30);
};

//! Defaults of SSMA spec section 2.
struct HttpApiConfig
{
    QByteArrayList allowedOrigins = {}; //!< as OriginPolicy takes them
    HttpLimits limits = {};
    QByteArray backendToken = {};  //!< of POST /internal/backend/events; empty = this machine only
    QByteArray documentToken = {}; //!< x-admin-token of /admin/sharedata; empty = staff sessions only
    bool metricsPublic = false;    //!< GET /optimistic/metrics for everybody; else staff and this machine
    bool devMode = false;          //!< GET / is the demo page
    bool islandsDemo = false;      //!< sample data under /islands
    bool islandsEnabled = true;    //!< kill switch of all islands
    QByteArrayList disabledIslands = {};
    HttpBounds bounds = {};
};

} // namespace Tidegate
