// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"
#include "session/mesh/permissions.h"
#include "session/mesh/shardcontext.h"
#include "transport/link.h"

#include <optional>
#include <unordered_map>

namespace Tidegate::Mesh {

//! The dialect over a binary WebSocket: packets in, packets out. (MottoMesh spec sections 2 to 6, 10 and 14.) State
//! machine: open -> logged in (again and again) -> closed; a refused login changes nothing.
class Session final : public LinkHandler
{
public:
    Session(ShardContext &context, QByteArray address, QByteArray userAgent);

    void opened(Link &link) override;
    void textReceived(QByteArrayView) override {} // of no meaning in this dialect, and not answered
    void binaryReceived(QByteArrayView bytes) override;
    void closed(CloseReason reason) override;

    //! The outcome of an open request.
    void answer(quint64 requestId, const Result<QByteArray> &outcome, quint32 timeoutMs);
    //! Looks at the clock: the token's end, the login deadline.
    void expire();

    const QByteArray &user() const { return m_user; }
    const QByteArray &sessionId() const { return m_sessionId; }
    const QByteArray &address() const { return m_address; }
    const QByteArray &userAgent() const { return m_userAgent; }
    bool isLoggedIn() const { return bool(m_permissions); }
    qsizetype subscriptionCount() const { return qsizetype(m_subscriptions.size()); }
    Link &link() const { return *m_link; }
    //! Messages per second from now on, by an operator; 0 = as configured.
    void limitMessages(int max) { m_messageLimit = max; }
    int messageLimit() const { return m_messageLimit; }

private:
    struct Subscription
    {
        SubjectTrie::Slot slot = SubjectTrie::None;
        Fanout::Membership membership;
    };

    void handle(const Auth &auth);
    void handle(const Subscribe &subscribe);
    void handle(const Unsubscribe &unsubscribe);
    void handle(const Publish &publish);
    void handle(const Request &request);
    void handle(const Ping &ping);

    void send(const ServerMessage &message, SendKind kind = SendKind::Live);
    void refuse(quint32 code, const QByteArray &text);
    bool isWithinRate(qsizetype bytes);
    void refuseByRate(const std::optional<ClientMessage> &message);
    QByteArray refusalOfSubscription(const Subscribe &subscribe) const;
    QByteArray refusalOfRequest(const Request &request) const;
    QByteArray payloadRefusal(qsizetype bytes) const;
    void takeIdentity(const Claims &claims, std::shared_ptr<UserTally> tally);
    void recheckSubscriptions();
    void drop(std::unordered_map<quint64, Subscription>::iterator subscription);
    void dropAllSubscriptions();
    AudienceSpec audience(quint64 id, QByteArrayView pattern) const;

    ShardContext &m_context;
    const QByteArray m_address;
    const QByteArray m_userAgent;
    Link *m_link = nullptr;
    LinkId m_id;
    QByteArray m_user;
    QByteArray m_sessionId;
    std::optional<Permissions> m_permissions; //!< none: not logged in
    std::shared_ptr<UserTally> m_tally;
    std::unordered_map<quint64, Subscription> m_subscriptions; //!< by the client's id
    qint64 m_expiresAtMs = 0;
    qint64 m_loginDueMs = 0; //!< 0 = none
    qint64 m_second = 0;     //!< that the next two count
    qint64 m_messages = 0;
    qint64 m_bytes = 0;
    int m_openRequests = 0;
    int m_messageLimit = 0;
    uchar m_version = DefaultVersion; //!< that the peer uses
    bool m_isClosing = false;
};

} // namespace Tidegate::Mesh
