// SPDX-License-Identifier: MIT
#include "session/mesh/session.h"

#include "base/logging.h"
#include "mesh/encoder.h"
#include "session/mesh/rules.h"
#include "session/mesh/words.h"

namespace Tidegate::Mesh {

namespace {

constexpr qint64 MsPerSecond = 1000;
constexpr qsizetype MaxRecordedBytes = 128; //!< of a subject or text in a decision

struct SubjectOf
{
    QByteArrayView operator()(const Subscribe &packet) const { return packet.subject; }
    QByteArrayView operator()(const Publish &packet) const { return packet.subject; }
    QByteArrayView operator()(const Request &packet) const { return packet.subject; }
    template <typename Packet>
    QByteArrayView operator()(const Packet &) const
    {
        return {};
    }
};

} // namespace

Session::Session(ShardContext &context, QByteArray address, QByteArray userAgent)
    : m_context(context)
    , m_address(std::move(address))
    , m_userAgent(std::move(userAgent))
{
}

void Session::opened(Link &link)
{
    m_link = &link;
    m_id = link.id();
    m_subscriptions.emplace(m_context, m_id);
    m_context.add(m_id, this);
    m_context.services().counters.sessionsAccepted.add();
    m_context.services().counters.sessionsOpen.add();
    if (const qint64 deadline = m_context.profile().loginDeadlineMs; deadline > 0)
        m_loginDueMs = m_context.services().clock.monotonicMs() + deadline;
}

void Session::closed(CloseReason reason)
{
    qCDebug(lcMesh, "closed link=%llx reason=%d", m_id.value, int(reason));
    m_isClosing = true;
    if (m_tally) {
        m_subscriptions->removeAll(*m_tally);
        m_tally->giveSession();
    }
    m_context.remove(m_id);
    DialectCounters &counters = m_context.services().counters;
    counters.sessionsOpen.add(-1);
    if (reason == CloseReason::TooSlow) {
        counters.slowConsumers.add();
        m_context.services().log.record("MESH_SLOW_CONSUMER_DROPPED", LogLevel::Warn, "{}", m_user, m_sessionId);
    }
}

void Session::send(const ServerMessage &message, SendKind kind)
{
    m_link->sendText(encode(message, m_version), kind);
}

void Session::decide(const DecisionRule &rule, QByteArrayView subject, const QByteArray &text)
{
    m_lastRefusal = text;
    m_lastRefusalAtMs = m_context.services().clock.nowMs();
    Decision decision{&rule, m_id.value, m_user, "mesh",
                      subject.first(std::min(subject.size(), MaxRecordedBytes)).toByteArray()};
    decision.code = text.left(MaxRecordedBytes);
    if (rule.isLimit)
        decision.who = m_user.isEmpty() ? m_address : m_user;
    note(m_context.decisions(), std::move(decision));
    if (&rule == &Rules::Permission)
        m_context.services().counters.denied.add();
    if (subject.isEmpty())
        return;
    SubjectCounts::Counts counts;
    counts.refused = 1;
    m_context.services().subjects.add(subject, counts);
}

void Session::refuse(const DecisionRule &rule, QByteArrayView subject, quint32 code, const QByteArray &text)
{
    decide(rule, subject, text);
    send(ServerError{code, text});
}

void Session::binaryReceived(QByteArrayView bytes)
{
    const auto message = decodeClient(bytes, m_context.profile().versions);
    const qint64 nowMs = m_context.services().clock.monotonicMs();
    if (const DecisionRule *limit = m_rate.count(nowMs, bytes.size(), m_context.profile(), m_tally.get())) {
        refuseByRate(*limit, message);
        return;
    }
    if (!message) {
        m_context.services().counters.invalid.add();
        refuse(Rules::Malformed, {}, 400, Words::InvalidFormat);
        return;
    }
    m_version = uchar(bytes.front());
    const bool needsLogin = !std::holds_alternative<Auth>(*message) && !std::holds_alternative<Ping>(*message);
    if (needsLogin && !m_permissions) {
        refuse(Rules::NotLoggedIn, std::visit(SubjectOf(), *message), 401, Words::NotAuthenticated);
        return;
    }
    std::visit([this](const auto &packet) { handle(packet); }, *message);
}

void Session::refuseByRate(const DecisionRule &rule, const std::optional<ClientMessage> &message)
{
    m_context.services().counters.rateLimited.add();
    const QByteArrayView subject = message ? std::visit(SubjectOf(), *message) : QByteArrayView();
    decide(rule, subject, Words::RateLimited);
    if (const auto *subscribe = message ? std::get_if<Subscribe>(&*message) : nullptr)
        send(SubscribeError{subscribe->id, Words::RateLimited});
    else if (const auto *request = message ? std::get_if<Request>(&*message) : nullptr)
        send(RequestError{request->requestId, Words::RateLimited});
    else
        send(ServerError{429, Words::RateLimited});
}

void Session::handle(const Ping &)
{
    send(Pong{});
}

void Session::handle(const Auth &auth)
{
    DialectCounters &counters = m_context.services().counters;
    const auto claims = m_context.profile().verifier->verify(auth.token, m_context.services().clock.nowMs());
    if (!claims) {
        counters.loginsRefused.add();
        const QByteArray reason = "Invalid token: " + claims.error();
        decide(Rules::TokenRefused, {}, reason);
        send(AuthError{reason});
        return;
    }
    auto tally = m_context.services().users.of(claims->user);
    const bool isSameUser = tally == m_tally;
    if (!isSameUser && !tally->takeSession(m_context.profile().userSessions)) {
        counters.loginsRefused.add();
        decide(Rules::UserSessions, {}, Words::TooManySessions);
        send(AuthError{Words::TooManySessions});
        return;
    }
    if (m_tally && !isSameUser)
        m_tally->giveSession();
    takeIdentity(*claims, std::move(tally));
    counters.loginsAccepted.add();
    send(AuthOk{m_sessionId});
    recheckSubscriptions();
}

void Session::takeIdentity(const Claims &claims, std::shared_ptr<UserTally> tally)
{
    if (m_tally != tally) {
        for (qsizetype i = 0; i < m_subscriptions->count(); ++i) {
            m_tally->giveSubscription();
            tally->takeSubscription(0); // what is there already is not taken away by a limit
        }
    }
    m_tally = std::move(tally);
    m_user = claims.user;
    m_sessionId = m_context.services().rng.uuid();
    m_permissions.emplace(claims);
    m_expiresAtMs = (claims.expiresAtSeconds + TokenVerifier::LeewaySeconds) * MsPerSecond;
    m_loginDueMs = 0;
}

void Session::recheckSubscriptions()
{
    for (const quint64 id : m_subscriptions->recheck(*m_link, bearer())) {
        decide(Rules::Permission, {}, Words::PermissionDenied);
        send(SubscribeError{id, Words::PermissionDenied});
    }
}

void Session::handle(const Subscribe &subscribe)
{
    const Refusal refusal = m_subscriptions->add(subscribe, *m_link, bearer());
    if (!refusal.rule) {
        send(SubscribeOk{subscribe.id});
        return;
    }
    decide(*refusal.rule, subscribe.subject, refusal.text);
    send(SubscribeError{subscribe.id, refusal.text});
}

void Session::beginSubscription(quint64 id, quint32 opening, const std::vector<PublicationPtr> &retained)
{
    if (m_permissions)
        m_subscriptions->begin(id, opening, retained, *m_link, bearer());
}

void Session::handle(const Unsubscribe &unsubscribe)
{
    m_subscriptions->remove(unsubscribe.id, *m_tally);
}

void Session::expire()
{
    if (m_isClosing)
        return;
    m_calls.forgetOverdue(m_context.services().clock.monotonicMs());
    if (m_loginDueMs && m_context.services().clock.monotonicMs() >= m_loginDueMs) {
        m_loginDueMs = 0;
        decide(Rules::LoginDeadline, {}, Words::NotAuthenticated);
        m_link->close(CloseReason::Requested, 4401, Words::NotAuthenticated);
        return;
    }
    if (!m_permissions || m_context.services().clock.nowMs() < m_expiresAtMs)
        return;
    // Closing would make the client come back with the token that has just ended: it is told, and falls silent.
    m_context.services().counters.identitiesExpired.add();
    m_subscriptions->removeAll(*m_tally);
    m_permissions.reset();
    m_tally->giveSession();
    m_tally.reset();
    refuse(Rules::TokenEnded, {}, 401, Words::TokenExpired);
}

} // namespace Tidegate::Mesh
