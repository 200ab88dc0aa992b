// SPDX-License-Identifier: MIT
#pragma once

#include "transport/connection.h"
#include "transport/endpoint.h"
#include "wire/chunkeddecoder.h"
#include "wire/httphead.h"
#include "wire/websockethandshake.h"

#include <optional>

namespace Tidegate {

//! HTTP/1.1 on a fresh connection: reads request heads under limits and decides, request by request, between a
//! WebSocket, an event stream and the HTTP API. Heads are limited in bytes and time, bodies too; one request at a time
//! is with the API, so a connection never has more than one body in memory.
class FrontDoor final : public ConnectionProtocol
{
public:
    explicit FrontDoor(Connection &connection);

    qsizetype received(char *data, qsizetype size) override;
    void flushed(qsizetype) override {}
    void deadlinePassed(qint64 nowMs) override;
    void lost(CloseReason) override {}
    void shutDown() override;
    void shed() override {} // an answer is bounded and charged to nobody

private:
    enum class State : quint8 { Head, Body, Responding };

    qsizetype receiveHead(QByteArrayView bytes);
    qsizetype receiveBody(QByteArrayView bytes);
    void decide(Http::Head head);
    bool tryEndpoint(const Http::Head &head);
    void openWebSocket(const Http::Head &head, Endpoint &endpoint);
    bool awaitDecision(Endpoint &endpoint);
    void finishUpgrade(Endpoint::Decision decision);
    void openEventStream(Endpoint &endpoint);
    void charge(const LinkAdmission &admission);
    void startBody(const Http::Head &head);
    void handOver();
    void respond(const HttpResponse &response);
    void refuse(int status, QByteArrayView text, const HttpHeaders &headers = {});
    void awaitHead(qint64 timeoutMs);

    Connection &m_connection;
    HttpRequest m_request;
    std::optional<Http::ChunkedDecoder> m_chunked;
    std::optional<Result<WebSocket::Upgrade, WebSocket::UpgradeRefusal>> m_upgrade; //!< while it is decided on
    quint64 m_bodyLeft = 0;
    qsizetype m_scannedBytes = 0;
    quint32 m_exchange = 0; //!< tells a late answer from the one that is awaited
    State m_state = State::Head;
    bool m_keepsAlive = true;
    bool m_isHeadRequest = false;
    bool m_hasBytes = false;
};

} // namespace Tidegate
