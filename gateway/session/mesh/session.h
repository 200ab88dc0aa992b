// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"
#include "session/mesh/rategate.h"
#include "session/mesh/servicecalls.h"
#include "session/mesh/subscriptions.h"
#include "transport/link.h"

#include <optional>

namespace Tidegate::Mesh {

//! A request that was sent on, to know it again.
struct Asked
{
    quint64 requestId = 0;
    quint32 timeoutMs = 0;
    QByteArray subject;
};

//! The dialect over a binary WebSocket: packets in, packets out. (MottoMesh spec sections 2 to 6, 10 and 14.) State
//! machine: open -> logged in (again and again) -> closed; a refused login changes nothing. Every no is recorded.
class Session final : public LinkHandler
{
public:
    Session(ShardContext &context, QByteArray address, QByteArray userAgent);

    void opened(Link &link) override;
    void textReceived(QByteArrayView) override {} // of no meaning in this dialect, and not answered
    void binaryReceived(QByteArrayView bytes) override;
    void closed(CloseReason reason) override;

    //! The outcome of an open request.
    void answer(const Asked &asked, const Result<QByteArray> &outcome);
    //! What is retained for a new subscription.
    void beginSubscription(quint64 id, quint32 opening, const std::vector<PublicationPtr> &retained);
    //! A request to what the client offers.
    void serve(quint64 id, const Publication &request);
    //! A publication did not get as far as the bus.
    void publishFailed(const QByteArray &subject, const QByteArray &reason);
    //! Looks at the clock: the token's end, the login deadline.
    void expire();

    const QByteArray &user() const { return m_user; }
    const QByteArray &sessionId() const { return m_sessionId; }
    const QByteArray &address() const { return m_address; }
    const QByteArray &userAgent() const { return m_userAgent; }
    bool isLoggedIn() const { return bool(m_permissions); }
    qsizetype subscriptionCount() const { return m_subscriptions ? m_subscriptions->count() : 0; }
    Link &link() const { return *m_link; }
    //! Messages per second from now on, by an operator; 0 = as configured.
    void limitMessages(int max) { m_rate.limitMessages(max); }
    int messageLimit() const { return m_rate.messageLimit(); }
    //! Text of the newest no; empty = there was none.
    const QByteArray &lastRefusal() const { return m_lastRefusal; }
    qint64 lastRefusalAtMs() const { return m_lastRefusalAtMs; }

private:
    void handle(const Auth &auth);
    void handle(const Subscribe &subscribe);
    void handle(const Unsubscribe &unsubscribe);
    void handle(const Publish &publish);
    void handle(const Request &request);
    void handle(const Ping &ping);

    void send(const ServerMessage &message, SendKind kind = SendKind::Live);
    //! Records a no and what the client is told with it.
    void decide(const DecisionRule &rule, QByteArrayView subject, const QByteArray &text);
    void refuse(const DecisionRule &rule, QByteArrayView subject, quint32 code, const QByteArray &text);
    void refuseByRate(const DecisionRule &rule, const std::optional<ClientMessage> &message);
    Refusal refusalOfPublish(const Publish &publish, quint32 &code) const;
    Refusal refusalOfRequest(const Request &request) const;
    QByteArray payloadRefusal(qsizetype bytes) const;
    bool answersCall(const Publish &publish);
    //! \p subject is what the client is told if it fails.
    void sendOn(const PublicationPtr &message, const QByteArray &subject);
    void takeIdentity(const Claims &claims, std::shared_ptr<UserTally> tally);
    void recheckSubscriptions();
    Subscriptions::Bearer bearer() const { return {*m_permissions, *m_tally, m_version}; }

    ShardContext &m_context;
    const QByteArray m_address;
    const QByteArray m_userAgent;
    Link *m_link = nullptr;
    LinkId m_id;
    QByteArray m_user;
    QByteArray m_sessionId;
    std::optional<Permissions> m_permissions; //!< none: not logged in
    std::shared_ptr<UserTally> m_tally;
    std::optional<Subscriptions> m_subscriptions; //!< from opened() on
    ServiceCalls m_calls;
    RateGate m_rate;
    QByteArray m_lastRefusal;
    qint64 m_lastRefusalAtMs = 0;
    qint64 m_expiresAtMs = 0;
    qint64 m_loginDueMs = 0; //!< 0 = none
    int m_openRequests = 0;
    uchar m_version = DefaultVersion; //!< that the peer uses
    bool m_isClosing = false;
};

} // namespace Tidegate::Mesh
