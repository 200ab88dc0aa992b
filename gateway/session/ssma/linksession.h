// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/shardcontext.h"
#include "ssma/query.h"
#include "transport/link.h"

#include <map>

namespace Tidegate::Ssma {

//! The dialect over a WebSocket or an in-process link: handshake, frames in, frames out. (SSMA spec sections 6 to 8.)
//! State machine: opening (hello sent, replay on its way, reading paused) -> ready -> closed.
class LinkSession final : public LinkHandler, private ShardSession
{
public:
    LinkSession(ShardContext &context, ConnectQuery query, Principal principal, QByteArray ip, QByteArray userAgent);

    void opened(Link &link) override;
    void textReceived(QByteArrayView text) override;
    //! Binary frames are read as UTF-8 text.
    void binaryReceived(QByteArrayView bytes) override;
    void closed(CloseReason reason) override;

private:
    void apply(SessionReply reply) override;
    void acknowledge(const Result<std::vector<IntentOutcome>> &outcomes, const std::vector<QByteArray> &ids) override;
    const ClientInfo &client() const override { return m_client; }
    void becomeGuest() override;
    void extendSession(qint64 expiresAtMs) override { m_client.principal.expiresAtMs = expiresAtMs; }
    Link &link() const override { return *m_link; }
    LinkSnapshot snapshot() const override;
    std::vector<std::pair<SubscriptionKey, Offset>> positions() const override;
    QByteArrayList audiences() const override;
    std::optional<LimitBucket> messageBucket() const override;
    bool limitMessages(int max) override;

    void handle(IntentBatch &&batch, qsizetype frameBytes);
    void handle(ChannelSubscribe &&frame, qsizetype frameBytes);
    void handle(ChannelUnsubscribe &&frame, qsizetype frameBytes);
    void handle(ChannelResync &&frame, qsizetype frameBytes);
    void handle(ChannelCommand &&frame, qsizetype frameBytes);
    void handle(Ping &&frame, qsizetype frameBytes);

    void sendHello();
    int messageMax() const;
    const DecisionRule &messageRule() const;
    bool isWithinRate();
    void noteRefusal(QByteArrayView code);
    void decide(const DecisionRule &rule, const QByteArray &subject, const QByteArray &code = {},
                const QByteArrayList &messages = {});
    void decideOutcome(const IntentOutcome &outcome);
    void refuse(const DecisionRule &rule, QByteArrayView code, QByteArrayView message, const IntentBatch &batch);
    void join(const StreamJoin &join);
    void joinIslands();

    ShardContext &m_context;
    const ConnectQuery m_query;
    ClientInfo m_client;
    Link *m_link = nullptr;
    Fanout::Membership m_islands;
    std::map<SubscriptionKey, Fanout::Membership> m_members;
    qint64 m_windowStartMs = 0;
    int m_windowFrames = 0;
    int m_messageLimit = 0; //!< an operator's; 0 = the profile's
    QByteArray m_lastRefusal;
    qint64 m_lastRefusalAtMs = 0;
    int m_batchesInFlight = 0;
};

} // namespace Tidegate::Ssma
