// SPDX-License-Identifier: MIT
#include "transport/frontdoor.h"

#include "base/logging.h"
#include "transport/ioshard.h"
#include "transport/rules.h"
#include "transport/sse/link.h"
#include "transport/websocket/link.h"
#include "wire/httpwriter.h"
#include "wire/jsontext.h"
#include "wire/websocketextensions.h"

#include <algorithm>
#include <utility>

namespace Tidegate {

namespace {

constexpr qsizetype MaxToldPathBytes = 256;

QByteArray withoutTrailingSlashes(QByteArray path)
{
    while (path.size() > 1 && path.endsWith('/'))
        path.chop(1);
    return path;
}

HttpResponse errorResponse(int status, QByteArrayView text, const HttpHeaders &headers)
{
    HttpResponse response{status, headers, "{\"error\":"};
    Json::appendString(response.body, text);
    response.body += '}';
    response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    return response;
}

} // namespace

FrontDoor::FrontDoor(Connection &connection)
    : m_connection(connection)
{
    awaitHead(connection.shard().limits().headTimeoutMs);
}

void FrontDoor::awaitHead(qint64 timeoutMs)
{
    m_state = State::Head;
    m_scannedBytes = 0;
    m_hasBytes = false;
    m_chunked.reset();
    m_connection.setDeadline(m_connection.shard().clock().monotonicMs() + timeoutMs);
}

qsizetype FrontDoor::received(char *data, qsizetype size)
{
    switch (m_state) {
    case State::Head:
        return receiveHead({data, size});
    case State::Body:
        return receiveBody({data, size});
    case State::Responding:
    case State::Answering:
        return 0;
    }
    return 0;
}

qsizetype FrontDoor::receiveHead(QByteArrayView bytes)
{
    if (!m_hasBytes) {
        // The head's own clock starts with its first byte, so that a kept-alive connection may idle before it.
        m_hasBytes = true;
        m_connection.setDeadline(m_connection.shard().clock().monotonicMs() +
                                 m_connection.shard().limits().headTimeoutMs);
    }
    auto result = Http::parseHead(bytes, m_scannedBytes, m_connection.shard().limits().headBytes);
    if (const auto *incomplete = std::get_if<Http::HeadIncomplete>(&result)) {
        m_scannedBytes = incomplete->scannedBytes;
        return 0;
    }
    if (const auto *refused = std::get_if<Http::HeadRefused>(&result)) {
        refuse(refused->status == 431 ? TransportRules::HeadTooLarge : TransportRules::HeadRefused, refused->status,
               refused->text);
        return 0;
    }
    auto &head = std::get<Http::Head>(result);
    const qsizetype used = head.headBytes;
    decide(std::move(head));
    return used;
}

void FrontDoor::decide(Http::Head head)
{
    m_keepsAlive = head.keepsAlive();
    m_isHeadRequest = head.method == "HEAD";
    m_request = {};
    m_request.method = head.method;
    m_request.path = withoutTrailingSlashes(head.path);
    m_request.query = head.query;
    m_request.headers = head.headers;
    m_request.peer = m_connection.peer();
    if (const auto &applyProxyTrust = m_connection.shard().services().applyProxyTrust)
        applyProxyTrust(m_request);
    if (const RequestGuard &guard = m_connection.shard().services().guard) {
        if (const auto refusal = guard(m_request)) {
            turnAway(TransportRules::GuardRefused, {}, {}, *refusal); // the path may hold what the guard asks for
            return;
        }
    }
    if (tryEndpoint(head))
        return;
    startBody(head);
}

bool FrontDoor::tryEndpoint(const Http::Head &head)
{
    Endpoint *endpoint = m_connection.front().endpoint(m_request.path);
    if (WebSocket::isUpgrade(head)) {
        if (endpoint && endpoint->kind() == Endpoint::Kind::WebSocket)
            openWebSocket(head, *endpoint);
        else
            refuse(TransportRules::NothingThere, 404, "Not Found");
        return true;
    }
    if (!endpoint || endpoint->kind() != Endpoint::Kind::EventStream || head.method != "GET")
        return false;
    openEventStream(*endpoint);
    return true;
}

void FrontDoor::openWebSocket(const Http::Head &head, Endpoint &endpoint)
{
    m_upgrade = WebSocket::readUpgrade(head);
    if (!*m_upgrade && !endpoint.decidesBeforeHandshake())
        refuse(TransportRules::HeadRefused, m_upgrade->error().status, m_upgrade->error().text,
               m_upgrade->error().headers);
    else if (!awaitDecision(endpoint))
        finishUpgrade(endpoint.admit(m_request));
}

bool FrontDoor::awaitDecision(Endpoint &endpoint)
{
    IoShard &shard = m_connection.shard();
    const quint64 key = m_connection.key();
    const quint32 exchange = ++m_exchange;
    const bool isLater = endpoint.admitLater(m_request, [&shard, key, exchange, this](Endpoint::Decide decide) {
        shard.tasks().post([&shard, key, exchange, this, decide = std::move(decide)] {
            Connection *connection = shard.connection(key);
            if (!connection || connection->protocol() != this || m_exchange != exchange || m_state != State::Responding)
                return;
            m_connection.setReadingPaused(Connection::PausedByProtocol, false);
            finishUpgrade(decide());
        });
    });
    if (!isLater)
        return false;
    m_state = State::Responding;
    m_connection.setReadingPaused(Connection::PausedByProtocol, true);
    m_connection.setDeadline(0);
    return true;
}

void FrontDoor::finishUpgrade(Endpoint::Decision decision)
{
    const auto upgrade = *std::exchange(m_upgrade, std::nullopt);
    if (const auto *refusal = std::get_if<HttpResponse>(&decision)) {
        m_keepsAlive = false;
        respond(*refusal);
        return;
    }
    if (!upgrade) {
        refuse(TransportRules::HeadRefused, upgrade.error().status, upgrade.error().text, upgrade.error().headers);
        return;
    }
    auto &admission = std::get<LinkAdmission>(decision);
    bool isDeflated = false;
    if (m_connection.shard().limits().wsDeflate && admission.mayDeflate &&
        admission.messages == LinkAdmission::Messages::Text) {
        const auto extensions = WebSocket::chooseExtensions(upgrade->extensions);
        if (!extensions) {
            refuse(TransportRules::HeadRefused, extensions.error().status, extensions.error().text,
                   extensions.error().headers);
            return;
        }
        isDeflated = !extensions->isEmpty();
        if (isDeflated)
            admission.extraHeaders.emplace_back("Sec-WebSocket-Extensions", *extensions);
    }
    QByteArray answer;
    if (!WebSocket::appendAccept(answer, *upgrade, admission.subprotocol, admission.extraHeaders)) {
        refuse(TransportRules::HeadRefused, 400, "The subprotocol cannot be echoed");
        return;
    }
    m_connection.send(answer);
    charge(admission.site, admission.linkClass);
    auto link = std::make_unique<WebSocketLink>(m_connection, std::move(admission), isDeflated);
    WebSocketLink &opened = *link;
    m_connection.become(std::move(link));
    opened.start();
}

void FrontDoor::openEventStream(Endpoint &endpoint)
{
    auto decision = endpoint.admit(m_request);
    if (const auto *refusal = std::get_if<HttpResponse>(&decision)) {
        respond(*refusal);
        return;
    }
    auto &admission = std::get<LinkAdmission>(decision);
    charge(admission.site, admission.linkClass);
    auto link = std::make_unique<SseLink>(m_connection, std::move(admission));
    SseLink &opened = *link;
    m_connection.become(std::move(link));
    opened.start();
}

void FrontDoor::charge(const QByteArray &site, LinkClass linkClass)
{
    m_connection.chargeTo(LinkBudget(m_connection.shard().services().budgets.site(site)), linkClass);
}

//! Who has not become a link belongs to no site.
void FrontDoor::chargeToNobody()
{
    if (!std::exchange(m_isCharged, true))
        charge({}, LinkClass::Guest);
}

bool FrontDoor::isBodyEncoded() const
{
    const QByteArrayList codings = Http::headerItems(m_request.headers, "Content-Encoding");
    return std::any_of(codings.begin(), codings.end(),
                       [](const QByteArray &coding) { return coding.compare("identity", Qt::CaseInsensitive) != 0; });
}

void FrontDoor::startBody(const Http::Head &head)
{
    const auto limit = quint64(m_connection.shard().limits().bodyBytes);
    if (head.contentLength.value_or(0) > limit) {
        m_request.bodyTooLarge = true;
        handOver();
        return;
    }
    if (!head.hasBody()) {
        handOver();
        return;
    }
    if (isBodyEncoded()) {
        m_connection.shard().counters().encodedBodiesRefused.add();
        refuse(TransportRules::BodyEncoded, 415,
               "Content-Encoding: bodies are accepted as they are (identity), not compressed",
               {{"Accept-Encoding", "identity"}}); // RFC 9110 section 12.5.3
        return;
    }
    m_state = State::Body;
    m_connection.setDeadline(m_connection.shard().clock().monotonicMs() + m_connection.shard().limits().bodyTimeoutMs);
    m_bodyLeft = head.contentLength.value_or(0);
    if (head.isChunked)
        m_chunked.emplace(limit);
    if (head.expects100Continue())
        m_connection.send("HTTP/1.1 100 Continue\r\n\r\n");
}

qsizetype FrontDoor::receiveBody(QByteArrayView bytes)
{
    const qsizetype used = takeBody(bytes);
    if (m_bodyBytes > ShedFloorBytes) // most bodies are small and need no budget
        chargeToNobody();
    return used;
}

qsizetype FrontDoor::takeBody(QByteArrayView bytes)
{
    if (!m_chunked) {
        const auto take = qsizetype(qMin<quint64>(quint64(bytes.size()), m_bodyLeft));
        m_request.body.append(bytes.first(take));
        m_bodyLeft -= quint64(take);
        m_bodyBytes += take;
        if (m_bodyLeft == 0)
            handOver();
        return take;
    }
    const auto progress = m_chunked->feed(bytes, m_request.body);
    m_bodyBytes = m_request.body.size();
    switch (progress.status) {
    case Http::ChunkedDecoder::Status::NeedsMore:
        break;
    case Http::ChunkedDecoder::Status::Done:
        handOver();
        break;
    case Http::ChunkedDecoder::Status::Invalid:
        refuse(TransportRules::HeadRefused, 400, "Invalid chunked body");
        break;
    case Http::ChunkedDecoder::Status::TooLarge:
        m_request.body.clear();
        m_request.bodyTooLarge = true;
        handOver();
        break;
    }
    return progress.usedBytes;
}

void FrontDoor::handOver()
{
    m_state = State::Responding;
    m_connection.setReadingPaused(Connection::PausedByProtocol, true);
    m_connection.setDeadline(0);
    // What was not read of an oversized body would be taken for the next request.
    m_keepsAlive = m_keepsAlive && !m_request.bodyTooLarge;
    IoShard &shard = m_connection.shard();
    HttpHandler *http = m_connection.front().http();
    if (!http) {
        refuse(TransportRules::NothingThere, m_request.bodyTooLarge ? 413 : 404,
               m_request.bodyTooLarge ? "Payload too large" : "Not Found");
        return;
    }
    const quint64 key = m_connection.key();
    const quint32 exchange = ++m_exchange;
    http->handle(std::move(m_request), [&shard, key, exchange, this](HttpResponse response) {
        const qsizetype cost = response.body.size() + 512;
        shard.tasks().post(
            [&shard, key, exchange, this, response = std::move(response)] {
                Connection *connection = shard.connection(key);
                // The connection may be gone or, after a time-out answer, on to something else.
                if (connection && connection->protocol() == this && m_exchange == exchange &&
                    m_state == State::Responding)
                    respond(response);
            },
            cost);
    });
}

void FrontDoor::respond(const HttpResponse &response)
{
    HttpHeaders headers = response.headers;
    headers.emplace_back("Connection", m_keepsAlive ? "keep-alive" : "close");
    QByteArray bytes;
    if (!Http::appendResponse(bytes, response.status, headers, response.body, m_isHeadRequest)) {
        qCCritical(lcTransport, "a response header cannot be written, answering 500 instead");
        m_keepsAlive = false;
        bytes.clear();
        if (!Http::appendResponse(bytes, 500, {{"Connection", "close"}}, {}))
            return;
    }
    m_connection.send(bytes);
    m_request = {};
    m_bodyBytes = 0;
    m_state = State::Answering;
    m_connection.setReadingPaused(Connection::PausedByProtocol, true);
    m_connection.setDeadline(m_connection.shard().clock().monotonicMs() +
                             m_connection.shard().limits().answerTimeoutMs);
}

void FrontDoor::flushed(qsizetype remaining)
{
    if (m_state != State::Answering)
        return;
    if (remaining > 0) {
        chargeToNobody();
        return;
    }
    if (!m_keepsAlive) {
        m_connection.closeAfterFlush();
        return;
    }
    awaitHead(m_connection.shard().limits().idleKeepAliveMs);
    m_connection.setReadingPaused(Connection::PausedByProtocol, false);
}

void FrontDoor::refuse(const DecisionRule &rule, int status, QByteArrayView text, const HttpHeaders &headers)
{
    turnAway(rule, m_request.path.left(MaxToldPathBytes), text.toByteArray() + ", ",
             errorResponse(status, text, headers));
}

void FrontDoor::turnAway(const DecisionRule &rule, const QByteArray &path, const QByteArray &detail,
                         const HttpResponse &response)
{
    IoShard &shard = m_connection.shard();
    shard.decide(rule, shard.linkOf(m_connection), path, detail + "from " + m_connection.peer().address,
                 QByteArray::number(response.status));
    shard.counters().headsRefused.add();
    m_keepsAlive = false;
    respond(response);
}

void FrontDoor::deadlinePassed(qint64)
{
    if (m_state == State::Head && !m_hasBytes) {
        m_keepsAlive = false;
        m_connection.closeAfterFlush();
        return;
    }
    TransportCounters &counters = m_connection.shard().counters();
    if (m_state == State::Answering) {
        counters.answerTimeouts.add();
        endUnread(TransportRules::AnswerUnread);
        return;
    }
    const bool isHead = m_state == State::Head;
    (isHead ? counters.headTimeouts : counters.bodyTimeouts).add();
    refuse(isHead ? TransportRules::HeadTooSlow : TransportRules::BodyTooSlow, 408, "Request Timeout");
}

void FrontDoor::shed()
{
    endUnread(TransportRules::Shed);
}

void FrontDoor::endUnread(const DecisionRule &rule)
{
    IoShard &shard = m_connection.shard();
    shard.decide(rule, shard.linkOf(m_connection), {}, "from " + m_connection.peer().address);
    m_connection.abort(CloseReason::TooSlow);
}

void FrontDoor::shutDown()
{
    // An answer under way still goes out; whoever is idle goes now.
    if (m_state == State::Responding || m_state == State::Answering)
        m_keepsAlive = false;
    else
        m_connection.closeAfterFlush();
}

} // namespace Tidegate
