// SPDX-License-Identifier: MIT
#include "session/mesh/session.h"

#include "base/logging.h"
#include "mesh/encoder.h"
#include "mesh/subject.h"
#include "session/mesh/words.h"

namespace Tidegate::Mesh {

namespace {
constexpr qint64 MsPerSecond = 1000;
}

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
    dropAllSubscriptions();
    if (m_tally)
        m_tally->giveSession();
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

void Session::refuse(quint32 code, const QByteArray &text)
{
    send(ServerError{code, text});
}

void Session::binaryReceived(QByteArrayView bytes)
{
    const auto message = decodeClient(bytes, m_context.profile().versions);
    if (!isWithinRate(bytes.size())) {
        refuseByRate(message);
        return;
    }
    if (!message) {
        m_context.services().counters.invalid.add();
        refuse(400, Words::InvalidFormat);
        return;
    }
    m_version = uchar(bytes.front());
    const bool needsLogin = !std::holds_alternative<Auth>(*message) && !std::holds_alternative<Ping>(*message);
    if (needsLogin && !m_permissions) {
        refuse(401, Words::NotAuthenticated);
        return;
    }
    std::visit([this](const auto &packet) { handle(packet); }, *message);
}

void Session::refuseByRate(const std::optional<ClientMessage> &message)
{
    m_context.services().counters.rateLimited.add();
    if (const auto *subscribe = message ? std::get_if<Subscribe>(&*message) : nullptr)
        send(SubscribeError{subscribe->id, Words::RateLimited});
    else if (const auto *request = message ? std::get_if<Request>(&*message) : nullptr)
        send(RequestError{request->requestId, Words::RateLimited});
    else
        refuse(429, Words::RateLimited);
}

bool Session::isWithinRate(qsizetype bytes)
{
    const Profile &profile = m_context.profile();
    const qint64 now = m_context.services().clock.monotonicMs();
    if (now / MsPerSecond != m_second) {
        m_second = now / MsPerSecond;
        m_messages = 0;
        m_bytes = 0;
    }
    ++m_messages;
    m_bytes += bytes;
    const qint64 maxMessages = m_messageLimit > 0 ? m_messageLimit : profile.messagesPerSecond;
    if ((maxMessages > 0 && m_messages > maxMessages) ||
        (profile.bytesPerSecond > 0 && m_bytes > profile.bytesPerSecond))
        return false;
    return !m_tally || m_tally->countMessage(now, bytes, profile.userMessagesPerSecond, profile.userBytesPerSecond);
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
        send(AuthError{"Invalid token: " + claims.error()});
        return;
    }
    auto tally = m_context.services().users.of(claims->user);
    const bool isSameUser = tally == m_tally;
    if (!isSameUser && !tally->takeSession(m_context.profile().userSessions)) {
        counters.loginsRefused.add();
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
        for (size_t i = 0; i < m_subscriptions.size(); ++i) {
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
    for (auto each = m_subscriptions.begin(); each != m_subscriptions.end();) {
        const auto subscription = each++;
        const auto &[id, state] = *subscription;
        const QByteArray pattern = m_context.pattern(state.slot);
        if (m_permissions->maySubscribe(pattern)) {
            m_context.rejoin(state.slot, audience(id, pattern), *m_link, subscription->second.membership);
            continue;
        }
        send(SubscribeError{id, Words::PermissionDenied});
        drop(subscription);
    }
}

void Session::handle(const Subscribe &subscribe)
{
    if (const QByteArray refusal = refusalOfSubscription(subscribe); !refusal.isEmpty()) {
        send(SubscribeError{subscribe.id, refusal});
        return;
    }
    if (const auto former = m_subscriptions.find(subscribe.id); former != m_subscriptions.end())
        drop(former);
    if (!m_tally->takeSubscription(m_context.profile().userSubscriptions)) {
        send(SubscribeError{subscribe.id, Words::TooManySubscriptions});
        return;
    }
    Subscription &subscription = m_subscriptions[subscribe.id];
    subscription.slot = m_context.join(subscribe.subject.toByteArray(), audience(subscribe.id, subscribe.subject),
                                       *m_link, subscription.membership);
    m_context.services().counters.subscriptions.add();
    send(SubscribeOk{subscribe.id});
}

QByteArray Session::refusalOfSubscription(const Subscribe &subscribe) const
{
    if (!isPattern(subscribe.subject))
        return Words::InvalidSubject;
    if (!m_permissions->maySubscribe(subscribe.subject)) {
        m_context.services().counters.denied.add();
        return Words::PermissionDenied;
    }
    const int max = m_context.profile().maxSubscriptions;
    const bool isNew = m_subscriptions.find(subscribe.id) == m_subscriptions.end();
    return max > 0 && isNew && subscriptionCount() >= max ? Words::TooManySubscriptions : QByteArray();
}

AudienceSpec Session::audience(quint64 id, QByteArrayView pattern) const
{
    const DeliveryFilter filter = m_permissions->filterFor(pattern);
    const Profile &profile = m_context.profile();
    AudienceSpec spec;
    spec.variant = QByteArray::number(id) + ' ' + QByteArray::number(m_version);
    if (filter)
        spec.variant += ' ' + filter->join(' '); // no subject contains a blank
    spec.encode = [id, version = m_version, filter,
                   &counters = m_context.services().counters](const Publication &publication) {
        if (!lets(filter, publication.stream)) {
            counters.deliveriesFiltered.add();
            return QByteArray();
        }
        return encode(ServerMessage(Message{id, publication.stream, publication.body}), version);
    };
    spec.lag = profile.overflow;
    spec.maxHeldBytes = profile.heldBytes;
    if (spec.lag != LagPolicy::Close) {
        spec.encodeLoss = [id, version = m_version](const Loss &loss) {
            return encode(ServerMessage(ServerError{429, Words::lost(loss.publications, id)}), version);
        };
    }
    return spec;
}

void Session::handle(const Unsubscribe &unsubscribe)
{
    if (const auto known = m_subscriptions.find(unsubscribe.id); known != m_subscriptions.end())
        drop(known);
}

void Session::drop(std::unordered_map<quint64, Subscription>::iterator subscription)
{
    m_context.leave(subscription->second.slot, subscription->second.membership);
    m_subscriptions.erase(subscription);
    m_tally->giveSubscription();
    m_context.services().counters.subscriptions.add(-1);
}

void Session::dropAllSubscriptions()
{
    while (!m_subscriptions.empty())
        drop(m_subscriptions.begin());
}

QByteArray Session::payloadRefusal(qsizetype bytes) const
{
    const qsizetype limit = m_context.profile().maxPayloadBytes;
    return bytes > limit ? Words::payloadTooLarge(limit, bytes) : QByteArray();
}

void Session::handle(const Publish &publish)
{
    DialectCounters &counters = m_context.services().counters;
    if (!isSubject(publish.subject)) {
        refuse(400, Words::withSubject(Words::InvalidSubject, publish.subject));
        return;
    }
    if (!m_permissions->mayPublish(publish.subject)) {
        counters.denied.add();
        refuse(403, Words::withSubject(Words::PermissionDenied, publish.subject));
        return;
    }
    if (const QByteArray refusal = payloadRefusal(publish.payload.size()); !refusal.isEmpty()) {
        refuse(500, "Failed to publish: " + refusal);
        return;
    }
    counters.published.add();
    auto message = std::make_shared<Publication>();
    message->stream = publish.subject.toByteArray();
    message->body = publish.payload.toByteArray();
    const qsizetype cost = message->byteSize();
    m_context.onBroker(cost, [&context = m_context, link = m_id, message = std::move(message)](Broker &broker) {
        if (const auto sent = broker.publish(message); !sent) {
            context.services().shard.tasks().post([&context, link, reason = sent.error().text.toUtf8()] {
                if (Session *session = context.session(link))
                    session->refuse(500, "Failed to publish: failed to send message: " + reason);
            });
        }
    });
}

void Session::handle(const Request &request)
{
    if (const QByteArray refusal = refusalOfRequest(request); !refusal.isEmpty()) {
        send(RequestError{request.requestId, refusal});
        return;
    }
    m_context.services().counters.requested.add();
    ++m_openRequests;
    const qsizetype cost = request.subject.size() + request.payload.size() + 256;
    m_context.onBroker(cost, [&context = m_context, link = m_id, id = request.requestId, timeoutMs = request.timeoutMs,
                              subject = request.subject.toByteArray(),
                              payload = request.payload.toByteArray()](Broker &broker) {
        broker.request(subject, payload, Words::patienceMs(timeoutMs),
                       [=, &context](const Result<QByteArray> &outcome) {
                           const qsizetype bytes = outcome ? outcome->size() : 0;
                           context.services().shard.tasks().post(
                               [=, &context] {
                                   if (Session *session = context.session(link))
                                       session->answer(id, outcome, timeoutMs);
                               },
                               bytes + 256);
                       });
    });
}

QByteArray Session::refusalOfRequest(const Request &request) const
{
    if (!isSubject(request.subject))
        return Words::InvalidSubject;
    if (!m_permissions->mayRequest(request.subject)) {
        m_context.services().counters.denied.add();
        return Words::PermissionDenied;
    }
    if (const QByteArray refusal = payloadRefusal(request.payload.size()); !refusal.isEmpty())
        return "Request failed: " + refusal;
    return m_openRequests >= m_context.profile().maxOpenRequests ? Words::TooManyRequests : QByteArray();
}

void Session::answer(quint64 requestId, const Result<QByteArray> &outcome, quint32 timeoutMs)
{
    --m_openRequests;
    if (outcome)
        send(Response{requestId, *outcome}, SendKind::Solicited);
    else
        send(RequestError{requestId, Words::requestFailure(outcome.error().code, timeoutMs)});
}

void Session::expire()
{
    if (m_isClosing)
        return;
    if (m_loginDueMs && m_context.services().clock.monotonicMs() >= m_loginDueMs) {
        m_loginDueMs = 0;
        m_link->close(CloseReason::Requested, 4401, Words::NotAuthenticated);
        return;
    }
    if (!m_permissions || m_context.services().clock.nowMs() < m_expiresAtMs)
        return;
    // Closing would make the client come back with the token that has just ended: it is told, and falls silent.
    m_context.services().counters.identitiesExpired.add();
    dropAllSubscriptions();
    m_permissions.reset();
    m_tally->giveSession();
    m_tally.reset();
    refuse(401, Words::TokenExpired);
}

} // namespace Tidegate::Mesh
