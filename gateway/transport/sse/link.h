// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"
#include "transport/connection.h"
#include "transport/endpoint.h"
#include "transport/sendbudget.h"

namespace Tidegate {

//! A stream of server-sent events as a Link (WHATWG HTML section 9.2): one endless response body. Text messages are
//! events that the dialect has encoded. Whatever the peer sends after its request is ignored.
class SseLink final : public ConnectionProtocol, public Link
{
public:
    SseLink(Connection &connection, LinkAdmission admission);
    //! After the connection has become this protocol: sends the response head and the retry time.
    void start();

    LinkId id() const override;
    Framing framing() const override { return Framing::EventStream; }
    const Peer &peer() const override { return m_connection.peer(); }
    //! \p text is an encoded event.
    void appendFrame(QByteArray &bytes, QByteArrayView text) override { bytes += text; }
    void sendEncoded(const QByteArray &bytes, SendKind kind, SendTime time) override;
    void close(CloseReason reason, quint16 code, QByteArrayView text) override;
    void giveUp() override { m_budget.giveUp(m_connection); }
    void setReadingPaused(bool paused) override;
    qsizetype queuedBytes() const override { return m_connection.queuedBytes(); }
    bool keepsUp() override { return m_budget.keepsUp(m_connection, m_budgetBytes); }
    LinkTraffic traffic() const override { return m_traffic; }

    qsizetype received(char *data, qsizetype size) override;
    void flushed(qsizetype remaining) override;
    void deadlinePassed(qint64 nowMs) override;
    void lost(CloseReason reason) override;
    void shutDown() override;
    void shed() override;

private:
    void drop(const DecisionRule &rule, QByteArrayView why);
    void finish(CloseReason reason);
    void scheduleNext(qint64 nowMs);

    Connection &m_connection;
    std::unique_ptr<LinkHandler> m_handler;
    HttpHeaders m_extraHeaders;
    QByteArray m_slowEvent;
    qint64 m_keepAliveDueMs = 0;
    qint64 m_blockedSinceMs = 0; //!< live bytes wait for the peer since then; 0 = none do
    const qsizetype m_budgetBytes;
    SendBudget m_budget;
    bool m_isOpen = true;
    LinkTraffic m_traffic;
};

} // namespace Tidegate
