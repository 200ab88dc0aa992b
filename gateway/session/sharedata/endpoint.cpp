// SPDX-License-Identifier: MIT
#include "session/sharedata/endpoint.h"

#include "auth/rules.h"
#include "base/decisionbatch.h"
#include "base/logging.h"
#include "session/sharedata/linksession.h"
#include "session/sharedata/rules.h"
#include "sharedata/encoder.h"

namespace Tidegate::ShareData {

namespace {

//! Of whoever is not let in there is no link yet, only the request.
HttpResponse refused(const ShardContext &context, const DecisionRule &rule, const HttpRequest &request, int status,
                     const QByteArray &user = {}, const QByteArray &detail = {})
{
    constexpr qsizetype MaxToldBytes = 256;
    Decision decision{&rule, 0, user, {}, RealtimePath};
    decision.code = QByteArray::number(status);
    decision.detail =
        (detail.isEmpty() ? QByteArray() : detail.left(MaxToldBytes) + ", ") + "from " + request.peer.address;
    if (rule.isLimit)
        decision.who = request.peer.address;
    note(context.decisions(), std::move(decision));
    return {status, {}, {}};
}

} // namespace

Endpoint::Decision RealtimeEndpoint::admit(const HttpRequest &request)
{
    return decide(request, m_context.tokens().identify(tokenOf(request), m_context.services().clock.nowMs()));
}

bool RealtimeEndpoint::admitLater(const HttpRequest &request, std::function<void(Decide)> done)
{
    const QByteArray token = tokenOf(request);
    if (!m_context.profile().asksForIdentity || token.isEmpty() || m_context.isThrottled(request.peer.address) ||
        m_context.tokens().identify(token, m_context.services().clock.nowMs()))
        return false;
    m_context.onCore(token.size() + 512, [this, request, token, done = std::move(done)](Service &service) mutable {
        service.identify(token, request.peer.address,
                         [this, request, done = std::move(done)](const std::optional<Identity> &identity) {
                             done([this, request, identity] { return decide(request, identity); });
                         });
    });
    return true;
}

//! On the shard, which this endpoint belongs to.
Endpoint::Decision RealtimeEndpoint::decide(const HttpRequest &request, std::optional<Identity> identity) const
{
    Counters &counters = m_context.services().counters;
    if (m_context.isThrottled(request.peer.address)) {
        counters.throttled.add();
        HttpResponse response = refused(m_context, Rules::UnknownThrottled, request, 429);
        response.headers = {{"Retry-After", "5"}};
        return response;
    }
    if (!identity) {
        counters.refused.add();
        return refused(m_context, Rules::TokenRefused, request, 401, {},
                       tokenOf(request).isEmpty() ? "without a token" : "with a token");
    }
    const QByteArray origin = headerValue(request.headers, "Origin");
    if (!m_context.origins().isAllowed(origin, headerValue(request.headers, "Host"), request.peer.isTls)) {
        qCInfo(lcSession, "origin refused: %s is not in origins.allowed", origin.constData());
        return refused(m_context, AuthRules::OriginRefused, request, 403, identity->subject(), origin);
    }
    return admission(request, *std::move(identity));
}

LinkAdmission RealtimeEndpoint::admission(const HttpRequest &request, Identity identity) const
{
    LinkAdmission admission;
    const QByteArrayList offered = Http::headerItems(request.headers, "Sec-WebSocket-Protocol");
    if (!offered.isEmpty())
        admission.subprotocol = offered.first();
    admission.slowCode = CloseSendBufferExceeded;
    admission.slowText = "send buffer exceeded";
    admission.budgetBytes = m_context.profile().linkBudgetBytes;
    admission.slowPolicy = SlowPolicy::NextMessage;
    admission.mayDeflate = false; // the original agrees to no extension
    admission.site = "sharedata";
    admission.linkClass = LinkClass::User;
    admission.handler = std::make_unique<LinkSession>(m_context, std::move(identity), request.peer.address,
                                                      headerValue(request.headers, "User-Agent"));
    return admission;
}

} // namespace Tidegate::ShareData
