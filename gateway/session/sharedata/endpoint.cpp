// SPDX-License-Identifier: MIT
#include "session/sharedata/endpoint.h"

#include "base/logging.h"
#include "session/sharedata/linksession.h"
#include "sharedata/encoder.h"

namespace Tidegate::ShareData {

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
        return HttpResponse{429, {{"Retry-After", "5"}}, {}};
    }
    if (!identity) {
        counters.refused.add();
        return HttpResponse{401, {}, {}};
    }
    const QByteArray origin = headerValue(request.headers, "Origin");
    if (!m_context.origins().isAllowed(origin, headerValue(request.headers, "Host"), request.peer.isTls)) {
        qCInfo(lcSession, "origin refused: %s is not in origins.allowed", origin.constData());
        return HttpResponse{403, {}, {}};
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
    admission.handler = std::make_unique<LinkSession>(m_context, std::move(identity), request.peer.address);
    return admission;
}

} // namespace Tidegate::ShareData
