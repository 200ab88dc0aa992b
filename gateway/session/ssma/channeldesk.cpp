// SPDX-License-Identifier: MIT
#include "session/ssma/channeldesk.h"

#include "session/ssma/continuity.h"
#include "session/ssma/intents.h"
#include "session/ssma/streams.h"
#include "ssma/errorcodes.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

ChannelRef refOf(const SubscriptionKey &key)
{
    return {key.channel, key.params};
}

//! args.<name> as JSON text of an object, or empty.
QByteArray objectArgument(const QByteArray &args, QLatin1StringView name)
{
    const QJsonValue value = QJsonDocument::fromJson(args).object().value(name);
    return value.isObject() ? QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact) : QByteArray();
}

QByteArray channelData(const ClientInfo &client, const SubscriptionKey &key)
{
    return "{\"channel\":" + quoted(key.channel) + ",\"connectionId\":" + quoted(client.connectionId) + '}';
}

} // namespace

ChannelDesk::ChannelDesk(Services services, const Profile &profile)
    : m_services(std::move(services))
    , m_profile(profile)
    , m_subscribeLimiter({profile.subscribeWindowMs, profile.subscribeMax, 100'000})
{
}

void ChannelDesk::configure()
{
    m_subscribeLimiter = FixedWindowLimiter({m_profile.subscribeWindowMs, m_profile.subscribeMax, 100'000});
}

void ChannelDesk::answer(LinkId link, QByteArray frame)
{
    SessionReply reply;
    reply.frames.push_back(std::move(frame));
    m_services.reply(link, std::move(reply));
}

RowScope ChannelDesk::scopeOf(const Client &client, const SubscriptionKey &key) const
{
    return {client.info.site, key.channel, client.info.principal.role, channelStream(client.info.site, key.channel)};
}

void ChannelDesk::subscribe(LinkId link, ChannelSubscribe frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    if (refuseSubscribe(*client, key))
        return;
    Subscription subscription;
    subscription.stream = channelStream(client->info.site, key.channel);
    subscription.filter = frame.filter;
    subscription.subscribedAtMs = m_services.clock.nowMs();
    subscription.serial = m_services.table.nextSerial();
    const quint64 serial = subscription.serial;
    client->subscriptions.emplace(key, std::move(subscription));
    m_services.counters.channelSubscriptions.add();
    fetchSnapshot(link, key, serial);
}

bool ChannelDesk::refuseSubscribe(Client &client, const SubscriptionKey &key)
{
    const ClientInfo &info = client.info;
    const auto refuse = [&](QByteArrayView code, QByteArrayView reason) {
        SessionReply reply;
        reply.refusal = code.toByteArray();
        reply.frames.push_back(encodeChannelAckError(refOf(key), code));
        reply.frames.push_back(encodeChannelClose(refOf(key), code, reason, m_services.clock.nowMs()));
        m_services.reply(info.link, std::move(reply));
        return true;
    };
    const QByteArray caller =
        info.principal.subjectId + ':' + roleName(info.principal.role) + ':' + info.site + ':' + info.ip;
    if (const auto decision = m_subscribeLimiter.hit(caller, m_services.clock.monotonicMs()); !decision.allowed) {
        m_services.counters.rateLimitHits.add();
        m_services.log.record("CHANNEL_SUBSCRIBE_RATE_LIMIT", LogLevel::Warn, channelData(info, key),
                              info.principal.subjectId);
        SessionReply reply;
        reply.refusal = "RATE_LIMITED";
        reply.frames.push_back(encodeChannelAckError(refOf(key), "RATE_LIMITED", decision.retryAfterMs));
        m_services.reply(info.link, std::move(reply));
        return true;
    }
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec)
        return refuse("UNKNOWN_CHANNEL", "Channel is not registered");
    if (!spec->isOpenTo(info.principal)) {
        m_services.log.record("CHANNEL_ACCESS_DENIED", LogLevel::Warn, channelData(info, key),
                              info.principal.subjectId);
        return refuse("ACCESS_DENIED", "Access to the channel is denied");
    }
    if (client.subscriptions.contains(key)) {
        answer(info.link, encodeChannelAckAlreadySubscribed(refOf(key)));
        return true;
    }
    if (qsizetype(client.subscriptions.size()) >= Profile::MaxSubscriptionsPerLink)
        return refuse("TOO_MANY_SUBSCRIPTIONS", "This connection has too many subscriptions");
    return false;
}

void ChannelDesk::fetchSnapshot(LinkId link, const SubscriptionKey &key, quint64 serial)
{
    const Client *client = m_services.table.client(link);
    SnapshotRequest request{key.channel, key.params, contextOf(client->info)};
    const quint64 headBefore = m_services.engine.headSeq();
    m_services.backend.subscribe(std::move(request), [=, this](Result<SnapshotReply> snapshot) {
        if (!snapshot)
            m_services.log.record("CHANNEL_SUBSCRIBE_BACKEND_SNAPSHOT_FAILED", LogLevel::Warn,
                                  "{\"channel\":" + quoted(key.channel) +
                                      ",\"error\":" + quoted(snapshot.error().text.toUtf8()) + '}');
        if (snapshot && snapshot->provided)
            snapshotFromBackend(link, key, serial, std::move(*snapshot), headBefore);
        else
            snapshotFromStore(link, key, serial);
    });
}

ChannelDesk::Client *ChannelDesk::openingClient(LinkId link, const SubscriptionKey &key, quint64 serial)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return nullptr;
    const auto subscription = client->subscriptions.find(key);
    if (subscription == client->subscriptions.end() || subscription->second.serial != serial)
        return nullptr;
    return client;
}

void ChannelDesk::snapshotFromStore(LinkId link, const SubscriptionKey &key, quint64 serial)
{
    const Client *client = openingClient(link, key, serial);
    if (!client)
        return;
    m_services.reader.readNewest(scopeOf(*client, key), Profile::SnapshotRows, [=, this](const Result<RowPage> &page) {
        Client *opening = openingClient(link, key, serial);
        if (!opening)
            return;
        if (!page) {
            giveUp(link, key, page.error());
            return;
        }
        const quint64 cursor = page->lastSeq ? page->lastSeq : m_services.engine.headSeq();
        const ChannelSpec *spec = m_services.registry.find(key.channel);
        attach(*opening, key, cursor,
               {encodeChannelAck(refOf(key), cursor, spec ? spec->metadata : QByteArray("{}")),
                encodeChannelSnapshot(refOf(key), rowArray(page->rows), cursor, {"snapshot"})});
    });
}

void ChannelDesk::snapshotFromBackend(LinkId link, const SubscriptionKey &key, quint64 serial, SnapshotReply snapshot,
                                      quint64 headBefore)
{
    const Client *client = openingClient(link, key, serial);
    if (!client)
        return;
    // What was published while the backend was answering may or may not be in its snapshot: sent again behind it.
    m_services.reader.readAfter(
        scopeOf(*client, key), headBefore, Profile::MaxResumeRows,
        [=, this, snapshot = std::move(snapshot)](const Result<RowPage> &page) {
            Client *opening = openingClient(link, key, serial);
            if (!opening)
                return;
            if (!page) {
                giveUp(link, key, page.error());
                return;
            }
            const quint64 cursor = snapshot.cursor.value_or(headBefore);
            const ChannelSpec *spec = m_services.registry.find(key.channel);
            std::vector<QByteArray> frames{
                encodeChannelAck(refOf(key), cursor, spec ? spec->metadata : QByteArray("{}")),
                encodeChannelSnapshot(refOf(key), rowArray(snapshot.rows), cursor, {"snapshot"})};
            if (!page->rows.empty())
                frames.push_back(
                    encodeChannelInvalidate(refOf(key), "intent-flush", page->lastSeq, rowArray(page->rows)));
            attach(*opening, key, cursor, std::move(frames));
        });
}

void ChannelDesk::attach(Client &client, const SubscriptionKey &key, quint64 cursor, std::vector<QByteArray> frames)
{
    Subscription &subscription = client.subscriptions.at(key);
    subscription.isAttached = true;
    subscription.startedAfter = cursor;
    subscription.continuity = "snapshot";
    m_services.hub.attach(client.info.link.shard(), subscription.stream);
    SessionReply reply;
    reply.frames = std::move(frames);
    reply.join = StreamJoin{key, subscription.stream, subscription.filter};
    m_services.reply(client.info.link, std::move(reply));
    m_services.log.record("CHANNEL_SUBSCRIBE", LogLevel::Info, channelData(client.info, key),
                          client.info.principal.subjectId);
}

void ChannelDesk::giveUp(LinkId link, const SubscriptionKey &key, const Error &error)
{
    Client *client = m_services.table.client(link);
    client->subscriptions.erase(key);
    m_services.counters.channelSubscriptions.add(-1);
    answer(link, encodeChannelAckError(refOf(key), wireCode(error.code)));
}

void ChannelDesk::unsubscribe(LinkId link, const ChannelUnsubscribe &frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    if (!client->subscriptions.contains(key)) {
        answer(link, encodeChannelUnsubscribedError(refOf(key), "NOT_SUBSCRIBED"));
        return;
    }
    m_services.log.record("CHANNEL_UNSUBSCRIBE", LogLevel::Info, channelData(client->info, key),
                          client->info.principal.subjectId);
    endSubscription(*client, key, "CLIENT_UNSUBSCRIBED", "Client requested unsubscribe");
}

void ChannelDesk::endSubscription(Client &client, const SubscriptionKey &key, QByteArrayView code,
                                  QByteArrayView reason)
{
    const auto found = client.subscriptions.find(key);
    if (found->second.isAttached)
        m_services.hub.detach(client.info.link.shard(), found->second.stream);
    SessionReply reply;
    reply.leave = key;
    reply.frames.push_back(encodeChannelUnsubscribed(refOf(key)));
    reply.frames.push_back(encodeChannelClose(refOf(key), code, reason, m_services.clock.nowMs()));
    m_services.reply(client.info.link, std::move(reply));
    client.subscriptions.erase(found);
    m_services.counters.channelSubscriptions.add(-1);
}

void ChannelDesk::drop(Client &client)
{
    for (const auto &[key, subscription] : client.subscriptions) {
        if (subscription.isAttached)
            m_services.hub.detach(client.info.link.shard(), subscription.stream);
        m_services.counters.channelSubscriptions.add(-1);
    }
    client.subscriptions.clear();
}

void ChannelDesk::recheck(Client &client)
{
    std::vector<SubscriptionKey> denied;
    for (const auto &[key, subscription] : client.subscriptions) {
        const ChannelSpec *spec = m_services.registry.find(key.channel);
        if (!spec || !spec->isOpenTo(client.info.principal))
            denied.push_back(key);
    }
    for (const SubscriptionKey &key : denied)
        endSubscription(client, key, "ACCESS_DENIED", "Access to the channel is denied");
}

void ChannelDesk::resync(LinkId link, ChannelResync frame)
{
    const Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec) {
        answer(link, encodeChannelReplayError(refOf(key), "UNKNOWN_CHANNEL"));
        return;
    }
    if (!spec->isOpenTo(client->info.principal)) {
        SessionReply reply;
        reply.frames.push_back(encodeChannelReplayError(refOf(key), "ACCESS_DENIED"));
        reply.frames.push_back(encodeChannelClose(refOf(key), "ACCESS_DENIED", "Access to the channel is denied",
                                                  m_services.clock.nowMs()));
        m_services.reply(link, std::move(reply));
        return;
    }
    const quint64 from = resumePoint(m_services.engine, frame.cursor);
    m_services.reader.readAfter(scopeOf(*client, key), from, frame.limit,
                                [=, this](const Result<RowPage> &page) { sendResync(link, key, frame.cursor, page); });
}

void ChannelDesk::sendResync(LinkId link, const SubscriptionKey &key, quint64 cursor, const Result<RowPage> &page)
{
    if (!page) {
        answer(link, encodeChannelReplayError(refOf(key), wireCode(page.error().code)));
        return;
    }
    const quint64 newCursor = page->lastSeq ? page->lastSeq : m_services.engine.headSeq();
    const Continuity continuity = continuityOf(m_services.engine, cursor, true, page->hasMore);
    noteRecovery(link, key, continuity);
    answer(link, encodeChannelReplay(refOf(key), rowArray(page->rows), newCursor, continuity));
}

void ChannelDesk::noteRecovery(LinkId link, const SubscriptionKey &key, const Continuity &continuity)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    if (const auto found = client->subscriptions.find(key); found != client->subscriptions.end()) {
        ++found->second.recoveries;
        found->second.continuity = continuity.text.toByteArray();
        found->second.gapReason = continuity.gapReason.toByteArray();
    }
}

void ChannelDesk::command(LinkId link, ChannelCommand frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    const auto refuse = [&](QByteArrayView code) { answer(link, encodeCommandError(refOf(key), frame.command, code)); };
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec) {
        refuse("UNKNOWN_CHANNEL");
        return;
    }
    if (!client->subscriptions.contains(key)) {
        refuse("NOT_SUBSCRIBED");
        return;
    }
    if (frame.command == "resend") {
        resend(*client, key, frame);
        return;
    }
    if (!spec->isOpenTo(client->info.principal)) {
        endSubscription(*client, key, "ACCESS_DENIED", "Access to the channel is denied");
        refuse("ACCESS_DENIED");
        return;
    }
    if (frame.command == "filter") {
        applyFilter(*client, key, frame);
        return;
    }
    const auto custom = spec->commands.find(frame.command);
    if (custom == spec->commands.end()) {
        refuse("UNKNOWN_COMMAND");
        return;
    }
    const auto result =
        custom->second({key.channel, key.params, frame.args, client->info.site, client->info.principal});
    if (result)
        answer(link, encodeCommandResult(refOf(key), frame.command, *result));
    else
        refuse(wireCode(result.error().code));
}

void ChannelDesk::applyFilter(Client &client, const SubscriptionKey &key, const ChannelCommand &frame)
{
    Subscription &subscription = client.subscriptions.at(key);
    subscription.filter = objectArgument(frame.args, QLatin1StringView("filter"));
    SessionReply reply;
    reply.frames.push_back(
        encodeCommandFilter(refOf(key), subscription.filter.isEmpty() ? QByteArray("null") : subscription.filter));
    if (subscription.isAttached) {
        reply.leave = key;
        reply.join = StreamJoin{key, subscription.stream, subscription.filter};
    }
    m_services.reply(client.info.link, std::move(reply));
}

void ChannelDesk::resend(Client &client, const SubscriptionKey &key, const ChannelCommand &frame)
{
    const LinkId link = client.info.link;
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec->isOpenTo(client.info.principal)) {
        endSubscription(client, key, "ACCESS_DENIED", "Access to the channel is denied");
        answer(link, encodeCommandError(refOf(key), frame.command, "RESEND_FAILED"));
        return;
    }
    const QJsonValue given = QJsonDocument::fromJson(frame.args).object().value(QLatin1StringView("reason"));
    const QByteArray reason = given.isString() ? given.toString().toUtf8() : QByteArray("manual-resend");
    m_services.reader.readNewest(scopeOf(client, key), Profile::SnapshotRows, [=, this](const Result<RowPage> &page) {
        if (!page) {
            answer(link, encodeCommandError(refOf(key), frame.command, "RESEND_FAILED"));
            return;
        }
        const quint64 cursor = page->lastSeq ? page->lastSeq : m_services.engine.headSeq();
        SessionReply reply;
        reply.frames.push_back(encodeChannelResend(refOf(key), reason, rowArray(page->rows), cursor, {"snapshot"}));
        reply.frames.push_back(encodeCommandOk(refOf(key), frame.command));
        m_services.reply(link, std::move(reply));
    });
}

} // namespace Tidegate::Ssma
