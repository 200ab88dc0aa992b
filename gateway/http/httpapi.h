// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpapiconfig.h"
#include "transport/httpmessage.h"

#include <QThread>

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate {

namespace Admin {
class OperatorGate;
}
namespace ShareData {
class TicketDesk;
}
namespace Ssma {
class OptimisticApi;
}
class Admission;
class AuthService;
class Clock;
class DecisionSink;
class DocumentApi;
class EventLog;
class HttpApiCore;
class TaskQueue;

//! What the routes work on; all of it outlives the HttpApi and may be called from its thread.
struct HttpApiPorts
{
    AuthService &auth;
    Ssma::OptimisticApi &optimistic;
    EventLog &events;
    const Clock &clock;
    std::shared_ptr<Admin::OperatorGate> operators = {}; //!< none: no /admin/v1
    DecisionSink *decisions = nullptr;                   //!< none: nobody records why something is refused
    DocumentApi *documents = nullptr;                    //!< none: no /admin/sharedata
    std::function<QJsonObject()> furtherHealth = {};     //!< members of /health; may be empty
    ShareData::TicketDesk *tickets = nullptr;            //!< none: no /realtime/ticket
};

//! The HTTP API (SSMA spec sections 3, 4, 5): QHttpServer and its routes on one thread of their own, named "http".
//! Every request is answered exactly once, at the latest at the deadline or in the destructor.
class HttpApi final : public HttpHandler
{
public:
    //! Blocks until the thread is ready.
    HttpApi(HttpApiConfig config, HttpApiPorts ports);
    //! Blocks until every open request is answered (503). No handle() may run or follow.
    ~HttpApi() override;

    //! Any thread; does not block. The responder runs on the http thread, or right here when there is no room (503).
    void handle(HttpRequest request, Responder respond) override;

    // For a configuration reload; any thread, in effect for the requests that follow.
    void setAllowedOrigins(const QByteArrayList &origins);
    //! Starts new windows.
    void setLimits(const HttpLimits &limits);
    //! Where callers stand with their limits. Any thread; \p done runs on the http thread.
    void limitBuckets(std::function<void(std::vector<LimitBucket>)> done);

private:
    const Clock &m_clock;
    DecisionSink *const m_decisions;
    const std::shared_ptr<Admission> m_admission;
    QThread m_thread;
    std::shared_ptr<TaskQueue> m_queue;
    std::unique_ptr<HttpApiCore> m_core; //!< lives on m_thread
};

} // namespace Tidegate
