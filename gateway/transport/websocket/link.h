// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"
#include "transport/connection.h"
#include "transport/endpoint.h"
#include "transport/sendbudget.h"
#include "wire/websocketdecoder.h"

namespace Tidegate {

//! A WebSocket as a Link: RFC 6455 framing, heartbeats, close handshake and the judgement on slow consumers.
class WebSocketLink final : public ConnectionProtocol, public Link, private WebSocketVisitor
{
public:
    //! \p isDeflated: permessage-deflate was agreed.
    WebSocketLink(Connection &connection, LinkAdmission admission, bool isDeflated);
    //! After the connection has become this protocol.
    void start();

    // Link
    LinkId id() const override;
    Framing framing() const override { return m_framing; }
    const Peer &peer() const override { return m_connection.peer(); }
    void appendFrame(QByteArray &bytes, QByteArrayView text) override;
    void sendEncoded(const QByteArray &bytes, SendKind kind, SendTime time) override;
    void close(CloseReason reason, quint16 code, QByteArrayView text) override;
    void giveUp() override { m_budget.giveUp(m_connection); }
    void setReadingPaused(bool paused) override;
    qsizetype queuedBytes() const override { return m_connection.queuedBytes(); }
    bool keepsUp() override { return m_budget.keepsUp(m_connection, m_budgetBytes); }
    LinkTraffic traffic() const override { return m_traffic; }

    // ConnectionProtocol
    qsizetype received(char *data, qsizetype size) override;
    void flushed(qsizetype remaining) override;
    qsizetype heldBytes() const override { return m_decoder.bufferedBytes(); }
    void deadlinePassed(qint64 nowMs) override;
    void lost(CloseReason reason) override;
    void shutDown() override;
    void shed() override;

private:
    enum class State : quint8 { Open, CloseSent, Closed };

    void messageReceived(const WebSocketMessage &message) override;
    void deflatedMessageReceived(const WebSocketMessage &message);
    void hand(QByteArrayView payload, bool isText);
    void pingReceived(QByteArrayView payload) override;
    void pongReceived(QByteArrayView) override;
    void closeReceived(quint16 code, QByteArrayView reason) override;
    void protocolFailed(quint16 code, QByteArrayView text) override;

    void noteProgress();
    void endOverdueMessage(qint64 nowMs);
    void endAtOnce(const DecisionRule &rule, quint16 code, QByteArrayView text);
    void closeSlowConsumer(const DecisionRule &rule);
    void finish(CloseReason reason);
    void scheduleNext();
    qint64 now() const;

    Connection &m_connection;
    std::unique_ptr<LinkHandler> m_handler;
    WebSocketDecoder m_decoder;
    QByteArray m_slowText;
    qint64 m_lastReceivedMs = 0;
    qint64 m_pingDueMs = 0; //!< 0 = no heartbeats
    qint64 m_pingSentMs = 0;
    qint64 m_closeDueMs = 0;     //!< when the wait for the peer's close frame ends
    qint64 m_messageSinceMs = 0; //!< what has begun to arrive began then; 0 = nothing is on its way
    qint64 m_slowSinceMs = 0;    //!< over the budget since then; 0 = within it
    const qsizetype m_budgetBytes;
    SendBudget m_budget;
    quint16 m_slowCode;
    const SlowPolicy m_slowPolicy;
    const Framing m_framing;
    CloseReason m_closeReason = CloseReason::Requested;
    State m_state = State::Open;
    bool m_awaitsPong = false;
    LinkTraffic m_traffic;
};

} // namespace Tidegate
