// SPDX-License-Identifier: MIT
#include "session/ssma/linksession.h"

#include "base/logging.h"
#include "session/ssma/audiences.h"
#include "session/ssma/decisions.h"
#include "session/ssma/intents.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "ssma/errorcodes.h"
#include "wire/utf8.h"

namespace Tidegate::Ssma {

namespace {

//! Batches a link may have undecided before it has to wait; with the message limit this bounds what it can pile up.
constexpr int MaxBatchesInFlight = 64;
constexpr qsizetype MaxToldBytes = 256; //!< of a client's text, in what operators are told
const QByteArray WritesSubject = QByteArrayLiteral("intents");

std::vector<QByteArray> idsOf(const IntentBatch &batch)
{
    std::vector<QByteArray> ids;
    for (const IntentEntry &entry : batch.intents) {
        if (!entry.id.isEmpty())
            ids.push_back(entry.id);
    }
    return ids;
}

} // namespace

LinkSession::LinkSession(ShardContext &context, ConnectQuery query, Principal principal, QByteArray ip,
                         QByteArray userAgent)
    : m_context(context)
    , m_query(std::move(query))
{
    m_client.connectionId = context.services().rng.uuid();
    m_client.site = m_query.site;
    m_client.transportRole = m_query.role;
    m_client.principal = std::move(principal);
    m_client.ip = std::move(ip);
    m_client.userAgent = std::move(userAgent);
}

void LinkSession::opened(Link &link)
{
    m_link = &link;
    m_client.link = link.id();
    DialectCounters::Ws &counters = m_context.services().counters.ws;
    counters.connectionsAccepted.add();
    counters.activeConnections.add();
    m_context.add(link.id(), this);
    const Profile &profile = m_context.profile();
    if (!isCompatibleSubprotocol(m_query.subprotocol, profile.protocolVersion)) {
        decide(Rules::Subprotocol, m_query.subprotocol.left(MaxToldBytes), "4001");
        link.sendText(encodeSubprotocolMismatch(profile.protocolVersion));
        link.close(CloseReason::Requested, 4001, "Subprotocol mismatch");
        return;
    }
    // Clients send the instant the socket opens; those frames wait in the kernel until hello and replay are out.
    link.setReadingPaused(true);
    sendHello();
    joinIslands();
    const std::optional<quint64> cursor = m_query.hasCursor ? std::optional(m_query.cursor) : std::nullopt;
    m_context.onCore(512, [client = m_client, cursor](Service &service) { service.openLink(client, cursor); });
}

void LinkSession::sendHello()
{
    const QByteArray role = roleName(m_client.principal.role);
    Hello hello;
    hello.role = m_client.transportRole;
    hello.connectionId = m_client.connectionId;
    hello.serverTimeMs = m_context.services().clock.nowMs();
    hello.subprotocol = m_context.profile().protocolVersion;
    hello.authRole = role;
    m_link->sendText(encodeHello(hello));
}

void LinkSession::joinIslands()
{
    const QByteArray site = m_context.profile().strictSites ? m_client.site : QByteArray();
    const AudienceSpec audience = islandAudience(m_client.principal.role, site, m_context.profile().islandOverflow);
    m_context.services().fanout.join(islandStream(), audience, *m_link, m_islands);
}

void LinkSession::binaryReceived(QByteArrayView bytes)
{
    if (!Utf8Validator::isValid(bytes)) {
        decide(Rules::FrameInvalid, {}, "INVALID_JSON");
        m_link->sendText(encodeError("INVALID_JSON", "The frame is not UTF-8 text"));
        return;
    }
    textReceived(bytes);
}

void LinkSession::textReceived(QByteArrayView text)
{
    if (!isWithinRate())
        return;
    DecodedFrame decoded = m_context.decoder().decode(text);
    if (const auto *error = std::get_if<FrameError>(&decoded)) {
        noteRefusal(error->code);
        Decision decision = decisionOn(m_client, Rules::FrameInvalid, {}, error->code);
        decision.detail = error->message.left(MaxToldBytes);
        decision.messages = firstIds(error->intentIds);
        note(m_context.decisions(), std::move(decision));
        m_link->sendText(encodeError(*error));
        return;
    }
    std::visit([&](auto &&frame) { handle(std::move(frame), text.size()); }, std::get<ClientFrame>(std::move(decoded)));
}

const DecisionRule &LinkSession::messageRule() const
{
    return m_messageLimit > 0 ? Rules::Throttled : Rules::MessageLimit;
}

int LinkSession::messageMax() const
{
    return m_messageLimit > 0 ? m_messageLimit : m_context.profile().messageMax;
}

bool LinkSession::isWithinRate()
{
    const Profile &profile = m_context.profile();
    const int max = messageMax();
    if (max == 0)
        return true;
    const qint64 now = m_context.services().clock.monotonicMs();
    if (now - m_windowStartMs >= profile.messageWindowMs) {
        m_windowStartMs = now;
        m_windowFrames = 0;
    }
    if (++m_windowFrames <= max)
        return true;
    noteRefusal("RATE_LIMITED");
    Decision decision = decisionOn(m_client, messageRule(), {}, "RATE_LIMITED");
    decision.who = m_client.connectionId;
    note(m_context.decisions(), std::move(decision));
    m_context.services().counters.rateLimitHits.add();
    m_link->sendText(encodeError("RATE_LIMITED", "Too many messages on this connection", {}, {},
                                 m_windowStartMs + profile.messageWindowMs - now),
                     SendKind::Live);
    return false;
}

LinkSnapshot LinkSession::snapshot() const
{
    return {m_client,       m_link->framing(), m_link->traffic(), m_link->queuedBytes(), qsizetype(m_members.size()),
            m_messageLimit, m_lastRefusal,     m_lastRefusalAtMs};
}

std::optional<LimitBucket> LinkSession::messageBucket() const
{
    const qint64 endsInMs =
        m_windowStartMs + m_context.profile().messageWindowMs - m_context.services().clock.monotonicMs();
    if (messageMax() == 0 || endsInMs <= 0)
        return {};
    return LimitBucket{&messageRule(), m_client.connectionId, std::min(m_windowFrames, messageMax()), messageMax(),
                       endsInMs};
}

std::vector<std::pair<SubscriptionKey, Offset>> LinkSession::positions() const
{
    std::vector<std::pair<SubscriptionKey, Offset>> positions;
    positions.reserve(m_members.size());
    for (const auto &[key, membership] : m_members)
        positions.emplace_back(key, m_context.services().fanout.position(membership));
    return positions;
}

QByteArrayList LinkSession::audiences() const
{
    QByteArrayList names{Fanout::audienceName(m_islands)};
    for (const auto &[key, membership] : m_members)
        names.append(Fanout::audienceName(membership));
    return names;
}

bool LinkSession::limitMessages(int max)
{
    m_messageLimit = max;
    return true;
}

void LinkSession::noteRefusal(QByteArrayView code)
{
    m_lastRefusal = code.toByteArray();
    m_lastRefusalAtMs = m_context.services().clock.nowMs();
}

void LinkSession::decide(const DecisionRule &rule, const QByteArray &subject, const QByteArray &code,
                         const QByteArrayList &messages)
{
    Decision decision = decisionOn(m_client, rule, subject, code);
    decision.messages = messages;
    note(m_context.decisions(), std::move(decision));
}

void LinkSession::refuse(const DecisionRule &rule, QByteArrayView code, QByteArrayView message,
                         const IntentBatch &batch)
{
    noteRefusal(code);
    const std::vector<QByteArray> ids = idsOf(batch);
    decide(rule, WritesSubject, code.toByteArray(), firstIds(ids));
    m_link->sendText(encodeError(code, message, {}, ids));
}

void LinkSession::handle(IntentBatch &&batch, qsizetype frameBytes)
{
    if (!m_query.isLeader()) {
        refuse(Rules::NotLeader, "NOT_LEADER", "Only a leader connection may send intents", batch);
        return;
    }
    if (m_context.profile().requireAuthWrites && m_client.principal.isGuest()) {
        refuse(Rules::WriteNeedsLogin, "UNAUTHORIZED", "Writing needs a session; log in first", batch);
        return;
    }
    std::vector<IntentDraft> drafts;
    std::vector<QByteArray> ids;
    drafts.reserve(batch.intents.size());
    ids.reserve(batch.intents.size());
    for (IntentEntry &entry : batch.intents) {
        ids.push_back(entry.id);
        drafts.push_back(draftFromEntry(std::move(entry), m_client.connectionId));
    }
    if (++m_batchesInFlight >= MaxBatchesInFlight) {
        decide(Rules::BatchesInFlight, WritesSubject);
        m_link->setReadingPaused(true);
    }

    TaskQueue &shard = m_context.services().shard.tasks();
    ShardContext *context = &m_context;
    const LinkId link = m_client.link;
    m_context.onCore(
        frameBytes + 256, [=, &shard, drafts = std::move(drafts), ids = std::move(ids)](Service &service) mutable {
            service.submit(link, std::move(drafts),
                           [=, &shard, ids = std::move(ids)](Result<std::vector<IntentOutcome>> outcomes) mutable {
                               shard.post([=, outcomes = std::move(outcomes), ids = std::move(ids)] {
                                   context->acknowledge(link, outcomes, ids);
                               });
                           });
        });
}

void LinkSession::acknowledge(const Result<std::vector<IntentOutcome>> &outcomes, const std::vector<QByteArray> &ids)
{
    if (--m_batchesInFlight == MaxBatchesInFlight / 2)
        m_link->setReadingPaused(false);
    if (!outcomes) {
        std::vector<QByteArray> named;
        std::copy_if(ids.begin(), ids.end(), std::back_inserter(named), [](const auto &id) { return !id.isEmpty(); });
        decide(Rules::NotStored, WritesSubject, wireCode(outcomes.error().code).toByteArray(), firstIds(named));
        m_link->sendText(
            encodeError(wireCode(outcomes.error().code), "The intents could not be stored; try again", {}, named));
        return;
    }
    std::vector<QByteArray> statuses;
    std::vector<AckEntry> entries;
    statuses.reserve(outcomes->size());
    entries.reserve(outcomes->size());
    for (const IntentOutcome &outcome : *outcomes) {
        if (!outcome.isFresh || outcome.status != IntentStatus::Acked)
            decideOutcome(outcome);
        statuses.push_back(statusName(outcome.status));
        entries.push_back({outcome.id, statuses.back(), outcome.updatedAtMs, m_client.site, outcome.seq, outcome.code,
                           outcome.message});
    }
    m_link->sendText(encodeAck(entries));
}

void LinkSession::decideOutcome(const IntentOutcome &outcome)
{
    const DecisionRule &rule = outcome.isFresh ? Rules::BackendVerdict : Rules::Duplicate;
    Decision decision = decisionOn(m_client, rule, WritesSubject, outcome.code);
    decision.detail =
        statusName(outcome.status) + (outcome.message.isEmpty() ? "" : ": ") + outcome.message.left(MaxToldBytes);
    decision.messages = {outcome.id};
    note(m_context.decisions(), std::move(decision));
}

void LinkSession::handle(ChannelSubscribe &&frame, qsizetype frameBytes)
{
    m_context.onCore(frameBytes, [link = m_client.link, frame = std::move(frame)](Service &service) mutable {
        service.subscribe(link, std::move(frame));
    });
}

void LinkSession::handle(ChannelUnsubscribe &&frame, qsizetype frameBytes)
{
    m_context.onCore(frameBytes, [link = m_client.link, frame = std::move(frame)](Service &service) mutable {
        service.unsubscribe(link, std::move(frame));
    });
}

void LinkSession::handle(ChannelResync &&frame, qsizetype frameBytes)
{
    m_context.onCore(frameBytes, [link = m_client.link, frame = std::move(frame)](Service &service) mutable {
        service.resync(link, std::move(frame));
    });
}

void LinkSession::handle(ChannelCommand &&frame, qsizetype frameBytes)
{
    m_context.onCore(frameBytes, [link = m_client.link, frame = std::move(frame)](Service &service) mutable {
        service.command(link, std::move(frame));
    });
}

void LinkSession::handle(Ping &&, qsizetype)
{
    m_link->sendText(encodePong(m_context.services().clock.nowMs()), SendKind::Live);
}

void LinkSession::apply(SessionReply reply)
{
    if (reply.leave) {
        if (const auto member = m_members.find(*reply.leave); member != m_members.end()) {
            m_context.services().fanout.leave(member->second);
            m_members.erase(member);
        }
    }
    if (!reply.refusal.isEmpty())
        noteRefusal(reply.refusal);
    for (const QByteArray &frame : reply.frames)
        m_link->sendText(frame);
    if (reply.join)
        join(*reply.join);
    if (reply.isReady)
        m_link->setReadingPaused(false);
}

void LinkSession::join(const StreamJoin &join)
{
    const auto &channels = m_context.profile().channels;
    const auto rule = channels.find(join.key.channel);
    const AudienceSpec audience =
        channelAudience(join.key, rule == channels.end() ? ChannelRule() : rule->second, join.filter);
    m_context.services().fanout.join(join.stream, audience, *m_link, m_members[join.key]);
}

void LinkSession::becomeGuest()
{
    Principal guest;
    guest.site = m_client.principal.site;
    m_client.principal = guest;
    Fanout &fanout = m_context.services().fanout;
    if (m_islands.audience) {
        fanout.leave(m_islands);
        joinIslands();
    }
    m_context.onCore(256, [link = m_client.link, guest](Service &service) { service.changeIdentity(link, guest); });
}

void LinkSession::closed(CloseReason reason)
{
    qCDebug(lcSession, "closed link=%llx reason=%d", m_client.link.value, int(reason));
    Fanout &fanout = m_context.services().fanout;
    fanout.leave(m_islands);
    for (auto &[key, membership] : m_members)
        fanout.leave(membership);
    m_members.clear();
    m_context.remove(m_client.link);
    DialectCounters::Ws &counters = m_context.services().counters.ws;
    counters.connectionsClosed.add();
    counters.activeConnections.add(-1);
    if (reason == CloseReason::TooSlow) {
        m_context.services().counters.ws.slowConsumerDrops.add();
        m_context.services().log.record("WS_SLOW_CONSUMER_DROPPED", LogLevel::Warn,
                                        "{\"connectionId\":" + quoted(m_client.connectionId) + '}',
                                        m_client.principal.subjectId);
    }
    m_context.onCore(64, [link = m_client.link](Service &service) { service.closeLink(link); });
}

} // namespace Tidegate::Ssma
