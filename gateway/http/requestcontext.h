// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"
#include "base/decisionbatch.h"
#include "transport/httpmessage.h"

#include <QHttpServerResponder>
#include <QJsonObject>
#include <QJsonValue>

#include <functional>
#include <memory>
#include <optional>

namespace Tidegate {

class TaskQueue;
class VirtualSocket;

//! One request on its way through the pipeline to its route, and the one answer it gets. Used on the http thread,
//! except that an unstarted one may be destroyed anywhere. Answers 503 by itself when it is dropped.
class RequestContext
{
public:
    //! \p home runs on the http thread; results of other threads come back through it.
    RequestContext(HttpRequest httpRequest, HttpHandler::Responder respond, std::shared_ptr<TaskQueue> home,
                   qint64 arrivedMs);
    ~RequestContext();
    Q_DISABLE_COPY_MOVE(RequestContext)

    // What the pipeline finds out, in the order of SSMA spec section 3.
    HttpRequest request;
    QJsonValue json = QJsonObject(); //!< the body; {} when empty, undefined when it is not JSON
    HttpHeaders corsHeaders;
    Principal principal;
    bool cookieAuthenticated = false;
    DecisionBatch *decisions = nullptr; //!< of the http thread: hears why something was refused; may be none

    const qint64 arrivedMs; //!< monotonic
    const std::shared_ptr<TaskQueue> home;

    //! The body as a JSON object text for ports that parse by themselves; "{}" for anything but an object.
    QByteArray jsonObjectText() const;
    QByteArray header(QByteArrayView name) const { return headerValue(request.headers, name); }

    bool isAnswered() const { return !m_respond; }
    //! First one wins; an answer that comes after the deadline is dropped.
    void answer(HttpResponse response);
    //! Answers with a no, and records why. \p who: the key a rate limit counts by.
    void refuse(const DecisionRule &rule, HttpResponse response, const QByteArray &who = {});
    //! Only records it: what is decided does not end the request.
    void tell(const DecisionRule &rule, const QByteArray &code = {}, const QByteArray &who = {}) const;

    //! Called once with the final status, after the answer has left.
    void setOnAnswered(std::function<void(int status)> onAnswered) { m_onAnswered = std::move(onAnswered); }
    //! From here on the answer passes through QHttpServer.
    void attach(VirtualSocket *socket);
    void adopt(QHttpServerResponder &&responder) { m_responder.emplace(std::move(responder)); }
    bool isAdopted() const { return m_responder.has_value(); }

private:
    HttpResponse throughQHttpServer(const HttpResponse &response);
    void addCommonHeaders(HttpResponse &response) const;
    void deliver(HttpResponse response);

    HttpHandler::Responder m_respond;
    std::function<void(int status)> m_onAnswered;
    VirtualSocket *m_socket = nullptr; //!< owned; deleted later, QHttpServer may be below us on the stack
    // A responder writes to the socket without asking whether it still lives, so it must be gone before the socket is.
    std::optional<QHttpServerResponder> m_responder;
};

using RequestPtr = std::shared_ptr<RequestContext>;

} // namespace Tidegate
