// SPDX-License-Identifier: MIT
#pragma once

#include "auth/originpolicy.h"
#include "auth/ratelimit.h"
#include "base/clock.h"
#include "http/httpapiconfig.h"
#include "http/requestcontext.h"

namespace Tidegate {

class Authenticator;
class EventLog;

//! Everything that happens to a request before its route, in the order of SSMA spec section 3: body, CORS, limiter,
//! session, cross-site check, rework limiter. Lives on the http thread.
class RequestPipeline
{
public:
    RequestPipeline(const QByteArrayList &allowedOrigins, const HttpLimits &limits, const Authenticator &authenticator,
                    EventLog &events, const Clock &clock);

    void setAllowedOrigins(const QByteArrayList &origins);
    void setLimits(const HttpLimits &limits);

    //! False when a stage has answered the request.
    bool admits(const RequestPtr &request);

private:
    bool readsBody(RequestContext &request) const;
    bool passesCors(RequestContext &request) const;
    bool passesRequestLimit(RequestContext &request);
    bool passesSession(RequestContext &request) const;
    bool passesReworkLimit(RequestContext &request);

    OriginPolicy m_origins;
    FixedWindowLimiter m_requestLimit;
    FixedWindowLimiter m_reworkLimit;
    const Authenticator &m_authenticator;
    EventLog &m_events;
    const Clock &m_clock;
};

} // namespace Tidegate
