// SPDX-License-Identifier: MIT
#include "http/requestcontext.h"

#include "http/replies.h"
#include "http/virtualsocket.h"

#include <utility>

namespace Tidegate {

namespace {
constexpr qsizetype MaxToldPathBytes = 256;
}

RequestContext::RequestContext(HttpRequest httpRequest, HttpHandler::Responder respond,
                               std::shared_ptr<TaskQueue> homeQueue, qint64 arrivedAtMs)
    : request(std::move(httpRequest))
    , arrivedMs(arrivedAtMs)
    , home(std::move(homeQueue))
    , m_respond(std::move(respond))
{
}

RequestContext::~RequestContext()
{
    if (m_respond)
        deliver(Replies::unavailable());
}

QByteArray RequestContext::jsonObjectText() const
{
    return json.isObject() && !request.body.isEmpty() ? request.body : QByteArrayLiteral("{}");
}

void RequestContext::answer(HttpResponse response)
{
    if (isAnswered())
        return;
    addCommonHeaders(response);
    if (isAdopted())
        response = throughQHttpServer(response);
    deliver(std::move(response));
}

void RequestContext::refuse(const DecisionRule &rule, HttpResponse response, const QByteArray &who)
{
    if (isAnswered())
        return;
    tell(rule, QByteArray::number(response.status), who);
    answer(std::move(response));
}

void RequestContext::tell(const DecisionRule &rule, const QByteArray &code, const QByteArray &who) const
{
    if (!decisions)
        return;
    Decision decision{&rule, 0, principal.subjectId, principal.site, request.path.left(MaxToldPathBytes)};
    decision.code = code;
    decision.detail = request.method + ", from " + request.peer.address;
    decision.who = who;
    decisions->note(std::move(decision));
    decisions->flush();
}

void RequestContext::attach(VirtualSocket *socket)
{
    m_socket = socket;
}

HttpResponse RequestContext::throughQHttpServer(const HttpResponse &response)
{
    m_responder->writeStatusLine(QHttpServerResponder::StatusCode(response.status));
    for (const auto &[name, value] : response.headers)
        m_responder->writeHeader(name, value);
    m_responder->writeHeader(QByteArrayLiteral("Content-Length"), QByteArray::number(response.body.size()));
    m_responder->writeBody(response.body);
    return m_socket->takeResponse().value_or(Replies::internalError());
}

void RequestContext::addCommonHeaders(HttpResponse &response) const
{
    response.headers.insert(response.headers.end(), corsHeaders.begin(), corsHeaders.end());
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (headerValue(response.headers, "Cache-Control").isEmpty())
        response.headers.emplace_back("Cache-Control", "no-store");
}

void RequestContext::deliver(HttpResponse response)
{
    m_responder.reset();
    if (m_socket)
        std::exchange(m_socket, nullptr)->deleteLater();
    const int status = response.status;
    std::exchange(m_respond, nullptr)(std::move(response));
    if (m_onAnswered)
        std::exchange(m_onAnswered, nullptr)(status);
}

} // namespace Tidegate
