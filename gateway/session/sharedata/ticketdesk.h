// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "session/sharedata/counters.h"
#include "session/sharedata/remoteaccess.h"
#include "session/sharedata/tickets.h"
#include "session/sharedata/tokengate.h"

#include <QFuture>

namespace Tidegate::ShareData {

//! Where tickets are asked for and shown. Whoever could connect with a token gets one for it. Lives on the core thread.
class TicketDesk
{
public:
    struct Services
    {
        TaskQueue &core;
        Rng &rng;
        const Clock &clock;
        Counters &counters;
        RemoteAccess *remote = nullptr; //!< null = nobody else is asked whom a token stands for
    };
    struct Issued
    {
        QByteArray ticket;
        qint64 ttlMs = 0;
    };

    explicit TicketDesk(Services services)
        : m_services(services)
        , m_tickets(services.rng, services.clock)
    {
    }

    //! Core thread. \p ttlMs 0 = none are issued.
    void configure(std::shared_ptr<const TokenGate> tokens, qint64 ttlMs);

    //! Any thread; the future always finishes. With an empty \p token the session of \p principal counts. The error is
    //! NotFound (no tickets here), Unauthenticated or RateLimited.
    QFuture<Result<Issued>> issue(const QByteArray &token, const Principal &principal, const QByteArray &address);
    //! Core thread.
    std::optional<Identity> redeem(const QByteArray &ticket);

private:
    using Done = std::function<void(Result<Issued>)>;
    void issueOnCore(const QByteArray &token, const Principal &principal, const QByteArray &address, Done done);
    Result<Issued> issueTo(const std::optional<Identity> &identity);

    const Services m_services;
    Tickets m_tickets;
    std::shared_ptr<const TokenGate> m_tokens;
    qint64 m_ttlMs = 0;
};

} // namespace Tidegate::ShareData
