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

//! Everything that happens to a request before its route, as SSMA spec section 3 has it: CORS, limiter, body, session,
//! cross-site check, rework limiter. The original parses the body first; here its errors still come without CORS
//! headers, but after the limiter, since parsing is what a flood would make us do. Lives on the http thread.
class RequestPipeline
{
public:
    RequestPipeline(const QByteArrayList &allowedOrigins, const HttpLimits &limits, const Authenticator &authenticator,
                    EventLog &events, const Clock &clock);

    void setAllowedOrigins(const QByteArrayList &origins);
    void setLimits(const HttpLimits &limits);
    std::vector<LimitBucket> limitBuckets() const;

    //! False when a stage has answered the request.
    bool admits(const RequestPtr &request);

private:
    bool passesCors(RequestContext &request) const;
    bool passesRequestLimit(RequestContext &request);
    bool readsBody(RequestContext &request) const;
    bool passesSession(RequestContext &request) const;
    bool passesReworkLimit(RequestContext &request);
    void recordLimitHit(const QByteArray &type, const RequestContext &request);

    OriginPolicy m_origins;
    FixedWindowLimiter m_requestLimit;
    FixedWindowLimiter m_reworkLimit;
    FixedWindowLimiter m_limitEventLimit;
    const Authenticator &m_authenticator;
    EventLog &m_events;
    const Clock &m_clock;
};

} // namespace Tidegate
