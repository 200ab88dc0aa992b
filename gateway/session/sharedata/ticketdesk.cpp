// SPDX-License-Identifier: MIT
#include "session/sharedata/ticketdesk.h"

#include <QPromise>

namespace Tidegate::ShareData {

void TicketDesk::configure(std::shared_ptr<const TokenGate> tokens, qint64 ttlMs)
{
    m_tokens = std::move(tokens);
    m_ttlMs = ttlMs;
}

QFuture<Result<TicketDesk::Issued>> TicketDesk::issue(const QByteArray &token, const Principal &principal,
                                                      const QByteArray &address)
{
    auto promise = std::make_shared<QPromise<Result<Issued>>>();
    promise->start();
    QFuture<Result<Issued>> future = promise->future();
    m_services.core.post(
        [this, promise, token, principal, address] {
            issueOnCore(token, principal, address, [promise](const Result<Issued> &issued) {
                promise->addResult(issued);
                promise->finish();
            });
        },
        token.size() + 512);
    return future;
}

void TicketDesk::issueOnCore(const QByteArray &token, const Principal &principal, const QByteArray &address, Done done)
{
    if (m_ttlMs == 0 || !m_tokens)
        return done(Error{ErrorCode::NotFound, QStringLiteral("tickets are not issued here")});
    if (token.isEmpty())
        return done(issueTo(m_tokens->fromPrincipal(principal)));
    const auto known = m_tokens->identify(token, m_services.clock.nowMs());
    if (known || !m_services.remote || !m_services.remote->identifies())
        return done(issueTo(known));
    m_services.remote->identify(
        token, address,
        [this, done = std::move(done)](const std::optional<Identity> &identity) { done(issueTo(identity)); });
}

Result<TicketDesk::Issued> TicketDesk::issueTo(const std::optional<Identity> &identity)
{
    if (!identity)
        return Error{ErrorCode::Unauthenticated, QStringLiteral("the token does not count here")};
    const QByteArray ticket = m_tickets.issue(*identity, m_ttlMs);
    if (ticket.isEmpty())
        return Error{ErrorCode::RateLimited, QStringLiteral("too many tickets were taken and not used")};
    m_services.counters.ticketsIssued.add();
    return Issued{ticket, m_ttlMs};
}

std::optional<Identity> TicketDesk::redeem(const QByteArray &ticket)
{
    auto identity = m_tickets.redeem(ticket);
    (identity ? m_services.counters.ticketsRedeemed : m_services.counters.ticketsRefused).add();
    return identity;
}

} // namespace Tidegate::ShareData
