// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"
#include "transport/connection.h"
#include "transport/endpoint.h"
#include "wire/chunkeddecoder.h"
#include "wire/httphead.h"
#include "wire/websockethandshake.h"

#include <optional>

namespace Tidegate {

//! HTTP/1.1 on a fresh connection: reads request heads under limits and decides, request by request, between a
//! WebSocket, an event stream and the HTTP API. Heads are limited in bytes and time, bodies and answers too. The next
//! request is read when the peer has taken the answer to the one before, so a connection never has more than one of
//! each in memory; both are charged to the site without a name.
class FrontDoor final : public ConnectionProtocol
{
public:
    explicit FrontDoor(Connection &connection);

    qsizetype received(char *data, qsizetype size) override;
    void flushed(qsizetype remaining) override;
    qsizetype heldBytes() const override { return m_bodyBytes; }
    void deadlinePassed(qint64 nowMs) override;
    void lost(CloseReason) override {}
    void shutDown() override;
    void shed() override;

private:
    enum class State : quint8 { Head, Body, Responding, Answering };

    qsizetype receiveHead(QByteArrayView bytes);
    qsizetype receiveBody(QByteArrayView bytes);
    qsizetype takeBody(QByteArrayView bytes);
    void decide(Http::Head head);
    bool tryEndpoint(const Http::Head &head);
    void openWebSocket(const Http::Head &head, Endpoint &endpoint);
    bool awaitDecision(Endpoint &endpoint);
    void finishUpgrade(Endpoint::Decision decision);
    void openEventStream(Endpoint &endpoint);
    void charge(const QByteArray &site, LinkClass linkClass);
    void chargeToNobody();
    bool isBodyEncoded() const;
    void startBody(const Http::Head &head);
    void handOver();
    void respond(const HttpResponse &response);
    void endUnread(const DecisionRule &rule);
    void refuse(const DecisionRule &rule, int status, QByteArrayView text, const HttpHeaders &headers = {});
    //! \p path and \p detail are for operators.
    void turnAway(const DecisionRule &rule, const QByteArray &path, const QByteArray &detail,
                  const HttpResponse &response);
    void awaitHead(qint64 timeoutMs);

    Connection &m_connection;
    HttpRequest m_request;
    std::optional<Http::ChunkedDecoder> m_chunked;
    std::optional<Result<WebSocket::Upgrade, WebSocket::UpgradeRefusal>> m_upgrade; //!< while it is decided on
    quint64 m_bodyLeft = 0;
    qsizetype m_bodyBytes = 0; //!< of the body here or with the API
    qsizetype m_scannedBytes = 0;
    quint32 m_exchange = 0; //!< tells a late answer from the one that is awaited
    State m_state = State::Head;
    bool m_keepsAlive = true;
    bool m_isHeadRequest = false;
    bool m_hasBytes = false;
    bool m_isCharged = false;
};

} // namespace Tidegate
