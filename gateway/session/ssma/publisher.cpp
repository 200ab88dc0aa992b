// SPDX-License-Identifier: MIT
#include "session/ssma/publisher.h"

#include "session/ssma/decisions.h"
#include "session/ssma/intents.h"
#include "session/ssma/rows.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "wire/jsontext.h"

#include <algorithm>

namespace Tidegate::Ssma {

namespace {

const QByteArray ReasonFlush = QByteArrayLiteral("intent-flush");

QByteArray idsJson(const QByteArrayList &ids)
{
    QByteArray json = "{\"ids\":";
    Json::appendStringArray(json, ids);
    return json + '}';
}

} // namespace

Publisher::Publisher(Services services, const Profile &profile)
    : m_services(services)
    , m_profile(profile)
{
    connect(&services.engine, &IntentEngine::batchSettled, this, &Publisher::onBatchSettled);
    connect(&services.engine, &IntentEngine::intentAmended, this,
            [this](AmendKind kind, const IntentPtr &intent, const QByteArray &reason) {
                onAmended(kind, *intent, reason);
            });
    const auto record = [this](QByteArrayView type, const QByteArrayList &ids, const BackendContext &context) {
        m_services.log.record(type, LogLevel::Info, idsJson(ids), context.userId);
    };
    connect(&services.engine, &IntentEngine::intentsAccepted, this,
            [record](const auto &ids, const auto &context) { record("INTENT_ACCEPTED", ids, context); });
    connect(&services.engine, &IntentEngine::intentsForwarded, this,
            [record](const auto &ids, const auto &context) { record("INTENT_FORWARDED", ids, context); });
}

void Publisher::onBatchSettled(const SettledBatchPtr &batch)
{
    std::vector<Retained> accepted;
    for (const IntentPtr &intent : batch->intents) {
        const EventPtr event = retain(*intent); // one after the other, whatever the verdict: replays rely on the order
        // Refused rows are part of the log and of every replay, but nobody is woken for them.
        if (intent->status == IntentStatus::Acked && !batch->isDecided)
            accepted.push_back({intent, event});
    }
    if (!accepted.empty())
        publishRows(batch->site, accepted, ReasonFlush);
    for (const BackendEvent &event : batch->events) {
        publishEvent(event, batch->context, [](const Result<void> &) {});
    }
    recordOutcomes(*batch);
}

EventPtr Publisher::retain(const Intent &intent)
{
    const EventPtr event = makeEvent(intent, m_services.registry.roleToSee(intent.channels));
    for (const QByteArray &channel : intent.channels)
        m_services.hub.retain(channelStream(intent.site, channel), event);
    m_services.hub.retain(siteStream(intent.site), event);
    return event;
}

void Publisher::publishRows(const QByteArray &site, const std::vector<Retained> &rows, const QByteArray &reason)
{
    std::vector<EventPtr> all;
    std::vector<std::pair<QByteArray, std::vector<EventPtr>>> byChannel; // few channels: a list beats a map
    all.reserve(rows.size());
    for (const auto &[intent, event] : rows) {
        all.push_back(event);
        for (const QByteArray &channel : intent->channels) {
            auto found = std::find_if(byChannel.begin(), byChannel.end(),
                                      [&](const auto &entry) { return entry.first == channel; });
            if (found == byChannel.end())
                found = byChannel.insert(byChannel.end(), {channel, {}});
            found->second.push_back(event);
        }
    }
    for (auto &[channel, events] : byChannel) {
        m_services.log.record("CHANNEL_INVALIDATE", LogLevel::Info,
                              "{\"channel\":" + quoted(channel) + ",\"site\":" + quoted(site) +
                                  ",\"intents\":" + QByteArray::number(qsizetype(events.size())) + '}');
        publishTo(channelStream(site, channel), site, KindInvalidate, reason, std::move(events));
    }
    m_services.counters.sse.invalidates.add();
    publishTo(allSitesStream(), site, KindInvalidate, reason, all);
    publishTo(siteStream(site), site, KindInvalidate, reason, std::move(all));
}

void Publisher::publishTo(const QByteArray &stream, const QByteArray &site, const QByteArray &kind,
                          const QByteArray &reason, std::vector<EventPtr> events)
{
    if (m_services.hub.subscriberCount(stream) == 0)
        return;
    auto publication = std::make_shared<Publication>();
    publication->stream = stream;
    publication->kind = kind;
    publication->reason = reason;
    publication->site = site;
    publication->cursor = events.back()->offset;
    publication->events = std::move(events);
    m_services.hub.publish(std::move(publication));
}

void Publisher::onAmended(AmendKind kind, const Intent &intent, const QByteArray &reason)
{
    if (kind == AmendKind::Rework)
        publishRework(intent, reason);
    else if (kind == AmendKind::Undo)
        publishUndo(intent, reason);
}

void Publisher::publishRework(const Intent &intent, const QByteArray &reason)
{
    m_services.counters.sse.reworks.add();
    publishAmended(intent, KindRework, "intent-rework",
                   sseRework(reason, rowArray(std::vector{reworkRowText(intent)})));
    m_services.log.record("OPTIMISTIC_REWORK_ENQUEUED", LogLevel::Info, "{\"id\":" + quoted(intent.id) + '}',
                          intent.userId);
}

void Publisher::publishUndo(const Intent &intent, const QByteArray &reason)
{
    m_services.counters.sse.undos.add();
    publishAmended(intent, KindUndo, "intent-undo", sseUndo(intent.id, intent.name, reason));
    m_services.log.record("OPTIMISTIC_UNDO_CONFIRMED", LogLevel::Info, "{\"id\":" + quoted(intent.id) + '}',
                          intent.userId);
}

void Publisher::publishAmended(const Intent &intent, const QByteArray &kind, const QByteArray &channelReason,
                               QByteArray body)
{
    const EventPtr event = retain(intent);
    for (const QByteArray &channel : intent.channels)
        publishTo(channelStream(intent.site, channel), intent.site, KindInvalidate, channelReason, {event});
    for (const QByteArray &stream : {siteStream(intent.site), allSitesStream()}) {
        auto publication = std::make_shared<Publication>();
        publication->stream = stream;
        publication->kind = kind;
        publication->site = intent.site;
        publication->cursor = intent.seq;
        publication->events = {event};
        publication->body = body;
        m_services.hub.publish(std::move(publication));
    }
}

void Publisher::publishEvent(BackendEvent event, const BackendContext &context, std::function<void(Result<void>)> done)
{
    if (m_elsewhere && m_elsewhere(event, context, done))
        return;
    if (!isNew(event.eventId)) {
        Decision decision{&Rules::EventAgain, 0, {}, event.site, "backend events"};
        decision.messages = {event.eventId};
        note(m_services.decisions, std::move(decision));
        done({});
        return;
    }
    if (event.site.isEmpty())
        event.site = context.site.isEmpty() ? QByteArrayLiteral("default") : context.site;
    if (event.reason.isEmpty())
        event.reason = "backend-event";
    if (!event.timestampMs)
        event.timestampMs = m_services.clock.nowMs();
    m_services.log.record("BACKEND_EVENT_INGESTED", LogLevel::Info,
                          "{\"eventId\":" + quoted(event.eventId) + ",\"site\":" + quoted(event.site) + '}');
    if (!event.islandId.isEmpty()) {
        publishIsland({event.islandId, event.parameters, event.reason, event.dataContract, event.payload, event.site},
                      event.eventId, event.timestampMs, event.cursor);
    }
    if (event.intents.empty()) {
        done({});
        return;
    }
    IntentSubmission submission;
    submission.isDecided = true;
    submission.context = context;
    submission.context.site = event.site;
    if (submission.context.connectionId.isEmpty())
        submission.context.connectionId = "backend";
    for (const QByteArray &row : event.intents)
        submission.drafts.push_back(draftFromRow(row, m_services.clock.nowMs()));
    m_services.engine.submit(std::move(submission),
                             [this, event = std::move(event), done = std::move(done)](const auto &outcomes) {
                                 if (!outcomes) {
                                     done(outcomes.error());
                                     return;
                                 }
                                 publishEventRows(event, *outcomes);
                                 Q_EMIT eventRowsPublished(event, *outcomes);
                                 done({});
                             });
}

void Publisher::publishEventRows(const BackendEvent &event, const std::vector<IntentOutcome> &outcomes)
{
    // The rows as the backend wrote them, at the offsets they have in our log: its own numbers and the wall clock would
    // mix with the cursors clients keep.
    std::vector<std::pair<QByteArray, std::vector<EventPtr>>> byStream;
    const auto addTo = [&byStream](const QByteArray &stream, const EventPtr &entry) {
        auto found =
            std::find_if(byStream.begin(), byStream.end(), [&](const auto &each) { return each.first == stream; });
        if (found == byStream.end())
            found = byStream.insert(byStream.end(), {stream, {}});
        found->second.push_back(entry);
    };
    for (size_t i = 0; i < outcomes.size(); ++i) {
        Intent intent = intentFromRow(event.intents[i], event.site, m_services.clock.nowMs());
        intent.id = outcomes[i].id;
        intent.seq = outcomes[i].seq;
        const EventPtr entry = makeEvent(intent, m_services.registry.roleToSee(intent.channels));
        for (const QByteArray &channel : intent.channels)
            addTo(channelStream(event.site, channel), entry);
        addTo(siteStream(event.site), entry);
        addTo(allSitesStream(), entry);
    }
    for (auto &[stream, entries] : byStream) {
        auto publication = std::make_shared<Publication>();
        publication->stream = stream;
        publication->kind = KindInvalidate;
        publication->reason = event.reason;
        publication->site = event.site;
        for (const EventPtr &entry : entries)
            publication->cursor = std::max(publication->cursor, entry->offset);
        publication->events = std::move(entries);
        m_services.hub.publish(std::move(publication));
    }
}

QByteArray Publisher::publishIsland(const IslandInvalidation &invalidation, const QByteArray &eventId,
                                    std::optional<qint64> timestampMs, std::optional<quint64> cursor)
{
    if (!m_profile.islandsEnabled || m_profile.disabledIslands.contains(invalidation.islandId)) {
        note(m_services.decisions, {m_profile.islandsEnabled ? &Rules::IslandOff : &Rules::IslandsOff,
                                    0,
                                    {},
                                    invalidation.site,
                                    invalidation.islandId});
        m_services.log.record("ISLAND_INVALIDATION_SKIPPED", LogLevel::Warn,
                              "{\"islandId\":" + quoted(invalidation.islandId) + '}');
        return {};
    }
    const QByteArray id = eventId.isEmpty() ? m_services.rng.uuid() : eventId;
    IslandEvent island;
    island.eventId = id;
    island.islandId = invalidation.islandId;
    island.parameters = invalidation.parameters;
    island.reason = invalidation.reason;
    island.site = invalidation.site;
    island.timestampMs = timestampMs.value_or(m_services.clock.nowMs());
    island.cursor = cursor.value_or(m_services.engine.headSeq());
    island.dataContract = invalidation.dataContract;
    island.payload = invalidation.payload;

    auto event = std::make_shared<Event>();
    event->offset = m_services.engine.headSeq();
    event->minRole = m_profile.islands.roleFor(invalidation.islandId);
    event->key = invalidation.islandId;
    event->payload = encodeIslandInvalidate(island);
    event->annex = sseIslandInvalidate(island);
    event->match = '[' + quoted(invalidation.islandId) + ',' + quoted(invalidation.site) + ',' +
                   (invalidation.parameters.isEmpty() ? QByteArray("{}") : invalidation.parameters) + ']';
    auto publication = std::make_shared<Publication>();
    publication->stream = islandStream();
    publication->kind = KindIsland;
    publication->site = invalidation.site;
    publication->cursor = event->offset;
    publication->events = {event};
    m_services.hub.publish(std::move(publication));
    Q_EMIT islandPublished(invalidation, id, island.timestampMs, island.cursor);
    noteIslandLatency(island.timestampMs);
    m_services.log.record("ISLAND_INVALIDATED", LogLevel::Info,
                          "{\"islandId\":" + quoted(invalidation.islandId) + ",\"eventId\":" + quoted(id) + '}');
    return event->annex;
}

void Publisher::noteIslandLatency(qint64 timestampMs)
{
    const qint64 now = m_services.clock.nowMs();
    const qint64 latency = std::max<qint64>(0, now - timestampMs);
    DialectCounters &counters = m_services.counters;
    counters.ws.islands.add();
    counters.sse.islands.add();
    counters.ws.lastIslandAtMs.set(now);
    counters.sse.lastIslandAtMs.set(now);
    counters.ws.latency.note(latency);
    counters.sse.latency.note(latency);
    if (latency > m_profile.latencyBudgetMs) {
        counters.lastViolationAtMs.set(now);
        m_services.log.record("HYBRID_INVALIDATION_LATENCY_BUDGET_EXCEEDED", LogLevel::Warn,
                              "{\"latencyMs\":" + QByteArray::number(latency) + '}');
    }
}

void Publisher::publishConnectionClosed(const QByteArray &connectionId, const QByteArray &role)
{
    if (m_services.hub.subscriberCount(connectionStream()) == 0)
        return;
    m_services.counters.sse.connectionsClosed.add();
    auto publication = std::make_shared<Publication>();
    publication->stream = connectionStream();
    publication->kind = KindConnectionClosed;
    publication->body = "{\"connectionId\":" + quoted(connectionId) + ",\"role\":" + quoted(role) + '}';
    m_services.hub.publish(std::move(publication));
}

bool Publisher::isNew(const QByteArray &eventId)
{
    if (eventId.isEmpty())
        return true;
    if (m_seenEvents.contains(eventId))
        return false;
    m_seenEvents.insert(eventId);
    m_seenOrder.push_back(eventId);
    if (m_seenOrder.size() > MaxSeenEvents) {
        m_seenEvents.remove(m_seenOrder.front());
        m_seenOrder.pop_front();
    }
    return true;
}

void Publisher::recordOutcomes(const SettledBatch &batch)
{
    QByteArrayList acked;
    for (const IntentPtr &intent : batch.intents) {
        if (intent->status == IntentStatus::Acked) {
            acked.append(intent->id);
            continue;
        }
        const bool failed = intent->status == IntentStatus::Failed || intent->status == IntentStatus::Indeterminate;
        m_services.log.record("INTENT_REJECTED", failed ? LogLevel::Warn : LogLevel::Info,
                              "{\"id\":" + quoted(intent->id) + ",\"status\":\"" + statusName(intent->status) + "\"}",
                              intent->userId);
    }
    if (!acked.isEmpty())
        m_services.log.record("INTENT_ACKED", LogLevel::Info, idsJson(acked), batch.context.userId);
    watchBacklog();
}

void Publisher::watchBacklog()
{
    const qint64 backlog = m_services.engine.storedCount();
    m_services.counters.peakBacklog.raiseTo(backlog);
    const bool isOver = backlog > m_profile.backlogThreshold;
    if (isOver && !m_isBacklogOver) {
        m_services.counters.backlogBreaches.add();
        m_services.counters.lastViolationAtMs.set(m_services.clock.nowMs());
        m_services.log.record("HYBRID_BACKLOG_THRESHOLD_EXCEEDED", LogLevel::Warn,
                              "{\"backlog\":" + QByteArray::number(backlog) + '}');
    }
    m_isBacklogOver = isOver;
}

} // namespace Tidegate::Ssma
