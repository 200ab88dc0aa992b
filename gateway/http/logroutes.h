// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"
#include "base/clock.h"
#include "http/requestcontext.h"

namespace Tidegate {

class AuthService;
class EventLog;
class RouteTable;

//! /health, /logs/batch, /logs/health (SSMA spec section 5).
class LogRoutes
{
public:
    //! \p furtherHealth: what /health says besides; may be empty.
    LogRoutes(AuthService &auth, EventLog &events, const Clock &clock, FixedWindowLimiter::Config batchLimit,
              std::function<QJsonObject()> furtherHealth);
    void addTo(RouteTable &table);
    void setLimit(FixedWindowLimiter::Config batchLimit) { m_batchLimit = FixedWindowLimiter(batchLimit); }

private:
    void health(const RequestPtr &request);
    void takeBatch(const RequestPtr &request);
    void verifyThenRecord(const RequestPtr &request);
    void record(const RequestPtr &request);
    QJsonObject pipelineHealth() const;

    AuthService &m_auth;
    EventLog &m_events;
    const Clock &m_clock;
    FixedWindowLimiter m_batchLimit;
    const std::function<QJsonObject()> m_furtherHealth;
};

} // namespace Tidegate
