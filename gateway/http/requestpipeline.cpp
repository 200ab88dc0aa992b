// SPDX-License-Identifier: MIT
#include "http/requestpipeline.h"

#include "auth/authenticator.h"
#include "auth/rules.h"
#include "base/eventlog.h"
#include "http/jsonbody.h"
#include "http/replies.h"
#include "http/rules.h"
#include "http/ticketroutes.h"
#include "wire/jsontext.h"

namespace Tidegate {

namespace {

constexpr qsizetype MaxLoggedPathBytes = 256;

bool hasBody(const QByteArray &method)
{
    return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

//! Whose bearer need not be a session's: the route says what it is worth.
bool hasBearerOfItsOwn(const QByteArray &path)
{
    return path == TicketRoutes::Path;
}

void removeTrailingSlashes(QByteArray &path)
{
    while (path.size() > 1 && path.endsWith('/'))
        path.chop(1);
}

} // namespace

RequestPipeline::RequestPipeline(const QByteArrayList &allowedOrigins, const HttpLimits &limits,
                                 const Authenticator &authenticator, EventLog &events, const Clock &clock)
    : m_origins(allowedOrigins)
    , m_requestLimit(limits.requests)
    , m_reworkLimit(limits.rework)
    , m_limitEventLimit({.windowMs = 1000, .max = 10})
    , m_authenticator(authenticator)
    , m_events(events)
    , m_clock(clock)
{
}

void RequestPipeline::setAllowedOrigins(const QByteArrayList &origins)
{
    m_origins = OriginPolicy(origins);
}

void RequestPipeline::setLimits(const HttpLimits &limits)
{
    m_requestLimit = FixedWindowLimiter(limits.requests);
    m_reworkLimit = FixedWindowLimiter(limits.rework);
}

std::vector<LimitBucket> RequestPipeline::limitBuckets() const
{
    const qint64 now = m_clock.monotonicMs();
    std::vector<LimitBucket> buckets = m_requestLimit.buckets(HttpRules::RequestLimit, now);
    const std::vector<LimitBucket> reworks = m_reworkLimit.buckets(HttpRules::ReworkLimit, now);
    buckets.insert(buckets.end(), reworks.begin(), reworks.end());
    return buckets;
}

bool RequestPipeline::admits(const RequestPtr &request)
{
    removeTrailingSlashes(request->request.path);
    return passesCors(*request) && passesRequestLimit(*request) && readsBody(*request) && passesSession(*request) &&
           passesReworkLimit(*request);
}

bool RequestPipeline::readsBody(RequestContext &request) const
{
    if (!hasBody(request.request.method))
        return true;
    if (!isJsonContentType(request.header("Content-Type"))) {
        request.json = QJsonValue(QJsonValue::Undefined);
        return true;
    }
    const std::optional<QJsonValue> json = parseJsonBody(request.request.body);
    if (!json) {
        request.corsHeaders.clear();
        request.refuse(HttpRules::BodyInvalid, Replies::failed(400, "Invalid JSON payload"));
        return false;
    }
    request.json = *json;
    return true;
}

bool RequestPipeline::passesCors(RequestContext &request) const
{
    if (request.request.bodyTooLarge) {
        request.refuse(HttpRules::BodyTooLarge, Replies::failed(413, "Payload too large"));
        return false;
    }
    request.corsHeaders =
        m_origins.corsHeaders(request.header("Origin"), request.header("Host"), request.request.peer.isTls,
                              request.header("Access-Control-Request-Headers"));
    if (request.request.method != "OPTIONS")
        return true;
    request.answer({204, {}, {}});
    return false;
}

bool RequestPipeline::passesRequestLimit(RequestContext &request)
{
    const auto decision = m_requestLimit.hit(request.request.peer.address, m_clock.monotonicMs());
    if (decision.allowed)
        return true;
    recordLimitHit("RATE_LIMIT_HIT", request);
    request.refuse(HttpRules::RequestLimit, Replies::tooManyRequests(decision.retryAfterMs),
                   request.request.peer.address);
    return false;
}

bool RequestPipeline::passesSession(RequestContext &request) const
{
    const QByteArray authorization = request.header("Authorization");
    request.principal = m_authenticator.fromRequest(request.header("Cookie"), authorization);
    if (request.principal.isGuest() && !hasBearerOfItsOwn(request.request.path) &&
        m_authenticator.hasToken(request.header("Cookie"), authorization))
        request.tell(AuthRules::TokenRefused);
    request.cookieAuthenticated = authorization.isEmpty() && request.principal.hasSession();
    // A browser attaches the cookie to any page's request; only the Origin tells whose page it was. Routes that set the
    // cookie are included: another page must not log its visitor in as somebody else.
    const bool usesCookie = request.cookieAuthenticated || request.request.path.startsWith("/auth/");
    if (!usesCookie || !hasBody(request.request.method) ||
        m_origins.isAllowed(request.header("Origin"), request.header("Host"), request.request.peer.isTls))
        return true;
    request.refuse(AuthRules::OriginRefused, Replies::refused(403, "ORIGIN_NOT_ALLOWED"));
    return false;
}

bool RequestPipeline::passesReworkLimit(RequestContext &request)
{
    const QByteArray &path = request.request.path;
    if (request.request.method != "POST" || (path != "/optimistic/rework" && path != "/optimistic/undo"))
        return true;
    const Principal &caller = request.principal;
    const QByteArray who = caller.hasSession() ? caller.subjectId : request.request.peer.address;
    const QByteArray key = who + ':' + roleName(caller.role);
    const auto decision = m_reworkLimit.hit(key, m_clock.monotonicMs());
    if (decision.allowed)
        return true;
    recordLimitHit("OPTIMISTIC_REWORK_RATE_LIMIT", request);
    request.refuse(HttpRules::ReworkLimit, Replies::tooManyRequests(decision.retryAfterMs), key);
    return false;
}

void RequestPipeline::recordLimitHit(const QByteArray &type, const RequestContext &request)
{
    // Whoever floods us must not flood the disk as well.
    if (!m_limitEventLimit.hit(type, m_clock.monotonicMs()).allowed)
        return;
    QByteArray data = "{\"ip\":";
    Json::appendString(data, request.request.peer.address);
    data += ",\"path\":";
    Json::appendString(data, request.request.path.left(MaxLoggedPathBytes).toPercentEncoding("/%"));
    m_events.record(type, LogLevel::Warn, data + '}', request.principal.subjectId, request.principal.sessionId);
}

} // namespace Tidegate
