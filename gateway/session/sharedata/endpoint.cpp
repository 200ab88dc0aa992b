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
    return decide(request, identify(credentialOf(request)));
}

std::optional<Identity> RealtimeEndpoint::identify(const Credential &credential) const
{
    if (credential.kind == Credential::Kind::Ticket ||
        (credential.kind == Credential::Kind::QueryToken && !m_context.profile().takesQueryTokens))
        return {};
    return m_context.tokens().identify(credential.text, m_context.services().clock.nowMs());
}

bool RealtimeEndpoint::admitLater(const HttpRequest &request, std::function<void(Decide)> done)
{
    const Credential credential = credentialOf(request);
    const Profile &profile = m_context.profile();
    const bool isTicket = credential.kind == Credential::Kind::Ticket;
    const bool isAskedAbout =
        profile.asksForIdentity && (credential.kind == Credential::Kind::Bearer ||
                                    (credential.kind == Credential::Kind::QueryToken && profile.takesQueryTokens));
    if ((!isTicket && !isAskedAbout) || m_context.isThrottled(request.peer.address) || identify(credential))
        return false;
    const auto told = [this, request, done = std::move(done)](const std::optional<Identity> &identity) {
        done([this, request, identity] { return decide(request, identity); });
    };
    m_context.onCore(credential.text.size() + 512,
                     [isTicket, text = credential.text, address = request.peer.address, told](Service &service) {
                         if (isTicket)
                             told(service.redeem(text));
                         else
                             service.identify(text, address, told);
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
    // A ticket's token may have ended since.
    const qint64 endsAtMs = identity ? identity->expiresAtMs : 0;
    if (!identity || (endsAtMs > 0 && endsAtMs <= m_context.services().clock.nowMs()) ||
        !m_context.tokens().stillVouchesFor(*identity)) {
        counters.refused.add();
        return refuseCredential(request);
    }
    const QByteArray origin = headerValue(request.headers, "Origin");
    if (!m_context.origins().isAllowed(origin, headerValue(request.headers, "Host"), request.peer.isTls)) {
        counters.originsRefused.add();
        qCInfo(lcSession, "origin refused: %s is not in origins.allowed", origin.constData());
        return refused(m_context, AuthRules::OriginRefused, request, 403, identity->subject(), origin);
    }
    return admission(request, *std::move(identity));
}

HttpResponse RealtimeEndpoint::refuseCredential(const HttpRequest &request) const
{
    switch (credentialOf(request).kind) {
    case Credential::Kind::None:
        return refused(m_context, Rules::TokenRefused, request, 401, {}, "without a token");
    case Credential::Kind::Ticket:
        return refused(m_context, Rules::TicketRefused, request, 401);
    case Credential::Kind::QueryToken:
        if (!m_context.profile().takesQueryTokens)
            return refused(m_context, Rules::QueryTokenRefused, request, 401);
        break;
    case Credential::Kind::Bearer:
        break;
    }
    return refused(m_context, Rules::TokenRefused, request, 401, {}, "with a token");
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
