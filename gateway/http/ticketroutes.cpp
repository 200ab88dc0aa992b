// SPDX-License-Identifier: MIT
#include "http/ticketroutes.h"

#include "http/replies.h"
#include "http/routetable.h"
#include "http/whendone.h"
#include "session/sharedata/rules.h"
#include "session/sharedata/ticketdesk.h"

namespace Tidegate {

namespace {

constexpr qint64 RetryAfterMs = 5'000;

void refuse(const RequestPtr &request, ErrorCode code)
{
    using namespace ShareData;
    if (code == ErrorCode::NotFound)
        request->answer(Replies::refused(404, "NOT_FOUND"));
    else if (code == ErrorCode::RateLimited)
        request->refuse(Rules::TooManyTickets, Replies::tooManyRequests(RetryAfterMs), request->request.peer.address);
    else
        request->refuse(Rules::TicketDenied, Replies::refused(401, "UNAUTHORIZED"));
}

} // namespace

void TicketRoutes::addTo(RouteTable &table)
{
    if (m_desk)
        table.add(RouteTable::Method::Post, QString::fromLatin1(Path),
                  [this](const RequestPtr &request) { issue(request); });
}

void TicketRoutes::issue(const RequestPtr &request)
{
    using Issued = ShareData::TicketDesk::Issued;
    const QByteArray token = ShareData::bearerOf(request->request.headers);
    whenDone(request, m_desk->issue(token, request->principal, request->request.peer.address),
             [request](const Result<Issued> &issued) {
                 if (!issued)
                     return refuse(request, issued.error().code);
                 request->answer(
                     Replies::json(201, QJsonObject{{QStringLiteral("ticket"), QString::fromLatin1(issued->ticket)},
                                                    {QStringLiteral("expiresInMs"), issued->ttlMs}}));
             });
}

} // namespace Tidegate
