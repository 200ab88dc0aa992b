// SPDX-License-Identifier: MIT
#include "session/ssma/endpoints.h"

#include "auth/rules.h"
#include "base/logging.h"
#include "session/ssma/intents.h"
#include "session/ssma/linksession.h"
#include "session/ssma/rules.h"
#include "session/ssma/streamsession.h"
#include "ssma/encoder.h"
#include "ssma/errorcodes.h"
#include "wire/ssewriter.h"

namespace Tidegate::Ssma {

namespace {

HttpResponse refusal(int status, const QByteArray &code)
{
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, "{\"error\":\"" + code + "\"}"};
}

HttpResponse malformed(const Error &error)
{
    return {400,
            {{"Content-Type", "application/json; charset=utf-8"}},
            "{\"error\":" + quoted(error.text.toUtf8()) + ",\"code\":" + quoted(wireCode(error.code)) + '}'};
}

constexpr qsizetype MaxToldBytes = 256;

//! Of whoever is not let in there is no link yet, only the request.
void decide(const ShardContext &context, const DecisionRule &rule, const HttpRequest &request,
            const Principal &principal, QByteArray detail, const QByteArray &code = {})
{
    Decision decision{&rule, 0, principal.subjectId, {}, request.path.left(MaxToldBytes)};
    decision.detail = detail.left(MaxToldBytes) + ", from " + request.peer.address;
    decision.code = code;
    note(context.decisions(), std::move(decision));
}

//! Whoever shows a token and is a guest all the same has shown a bad one.
Principal identify(const ShardContext &context, const HttpRequest &request)
{
    const QByteArray cookies = headerValue(request.headers, "Cookie");
    const QByteArray authorization = headerValue(request.headers, "Authorization");
    const Authenticator &authenticator = context.services().authenticator;
    Principal principal = authenticator.fromRequest(cookies, authorization);
    if (principal.isGuest() && authenticator.hasToken(cookies, authorization))
        decide(context, AuthRules::TokenRefused, request, principal, "goes on as a guest");
    return principal;
}

bool isOriginAllowed(const ShardContext &context, const HttpRequest &request)
{
    const QByteArray origin = headerValue(request.headers, "Origin");
    if (context.origins().isAllowed(origin, headerValue(request.headers, "Host"), request.peer.isTls))
        return true;
    decide(context, AuthRules::OriginRefused, request, {}, origin, "ORIGIN_NOT_ALLOWED");
    qCInfo(lcSession, "origin refused: %s is not in origins.allowed (SSMA_ALLOWED_ORIGINS)", origin.constData());
    return false;
}

//! A token that is bound to a site opens no other.
bool isSiteAllowed(const ShardContext &context, const HttpRequest &request, const Principal &principal,
                   const QByteArray &site)
{
    if (principal.site.isEmpty() || principal.site == site || principal.may(Role::System))
        return true;
    decide(context, AuthRules::SiteBound, request, principal, "asked for " + site, "SITE_NOT_ALLOWED");
    return false;
}

LinkClass linkClassOf(const Principal &principal)
{
    if (principal.may(Role::Staff))
        return LinkClass::Staff;
    return principal.isGuest() ? LinkClass::Guest : LinkClass::User;
}

} // namespace

std::variant<LinkAdmission, HttpResponse> WebSocketEndpoint::admit(const HttpRequest &request)
{
    if (!isOriginAllowed(m_context, request))
        return refusal(403, "ORIGIN_NOT_ALLOWED");
    ConnectQuery query = ConnectQuery::parse(request.query);
    Principal principal = identify(m_context, request);
    if (!isSiteAllowed(m_context, request, principal, query.site))
        return refusal(403, "SITE_NOT_ALLOWED");
    LinkAdmission admission;
    const QByteArrayList offered = Http::headerItems(request.headers, "Sec-WebSocket-Protocol");
    if (!offered.isEmpty())
        admission.subprotocol = offered.first();
    admission.slowCode = 4002;
    admission.slowText = "SLOW_CONSUMER";
    admission.budgetBytes = m_context.profile().linkBudgetBytes;
    admission.site = query.site;
    admission.linkClass = linkClassOf(principal);
    admission.handler = std::make_unique<LinkSession>(m_context, std::move(query), std::move(principal),
                                                      request.peer.address, headerValue(request.headers, "User-Agent"));
    return admission;
}

std::variant<LinkAdmission, HttpResponse> EventsEndpoint::admit(const HttpRequest &request)
{
    auto parsed = StreamQuery::parse(request);
    Principal principal = identify(m_context, request);
    if (!parsed) {
        m_context.services().counters.sse.requestsRefused.add();
        decide(m_context, Rules::StreamQueryInvalid, request, principal, parsed.error().text.toUtf8());
        return malformed(parsed.error());
    }
    StreamQuery query = *std::move(parsed);
    if (!isSiteAllowed(m_context, request, principal, query.site.value_or(principal.site)))
        return refusal(403, "SITE_NOT_ALLOWED");
    if (!query.site && !principal.site.isEmpty())
        query.site = principal.site;
    LinkAdmission admission;
    admission.extraHeaders = m_context.origins().corsHeaders(
        headerValue(request.headers, "Origin"), headerValue(request.headers, "Host"), request.peer.isTls, {});
    admission.budgetBytes = m_context.profile().streamBudgetBytes;
    admission.site = query.site.value_or("default");
    admission.linkClass = linkClassOf(principal);
    if (!Sse::appendEvent(admission.slowEvent, "retry", sseRetry()))
        return refusal(500, "INTERNAL_ERROR");
    admission.handler =
        std::make_unique<StreamSession>(m_context, std::move(query), std::move(principal), request.peer.address,
                                        headerValue(request.headers, "User-Agent"));
    return admission;
}

} // namespace Tidegate::Ssma
