// SPDX-License-Identifier: MIT
#include "session/ssma/channeldesk.h"

#include "session/ssma/channelrefs.h"
#include "session/ssma/continuity.h"
#include "session/ssma/decisions.h"
#include "session/ssma/intents.h"
#include "session/ssma/streams.h"
#include "ssma/errorcodes.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

//! args.<name> as JSON text of an object, or empty.
QByteArray objectArgument(const QByteArray &args, QLatin1StringView name)
{
    const QJsonValue value = QJsonDocument::fromJson(args).object().value(name);
    return value.isObject() ? QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact) : QByteArray();
}

} // namespace

ChannelDesk::ChannelDesk(Services services, const Profile &profile)
    : m_services(std::move(services))
    , m_profile(profile)
    , m_opening({m_services.hub, m_services.engine, m_services.log, m_services.counters, m_services.registry,
                 m_services.reader, m_services.reads, m_services.snapshots, m_services.table, m_services.reply,
                 m_services.decisions},
                profile)
    , m_subscribeLimiter({profile.subscribeWindowMs, profile.subscribeMax, 100'000})
    , m_limitEventLimiter({.windowMs = 1000, .max = 10})
{
}

void ChannelDesk::configure()
{
    m_subscribeLimiter = FixedWindowLimiter({m_profile.subscribeWindowMs, m_profile.subscribeMax, 100'000});
}

std::vector<LimitBucket> ChannelDesk::limitBuckets() const
{
    return m_subscribeLimiter.buckets(Rules::SubscribeLimit, m_services.clock.monotonicMs());
}

void ChannelDesk::decide(const ClientInfo &client, const DecisionRule &rule, const SubscriptionKey &key,
                         QByteArrayView code) const
{
    note(m_services.decisions, decisionOn(client, rule, key.channel, code.toByteArray()));
}

void ChannelDesk::answer(LinkId link, QByteArray frame)
{
    SessionReply reply;
    reply.frames.push_back(std::move(frame));
    m_services.reply(link, std::move(reply));
}

void ChannelDesk::subscribe(LinkId link, ChannelSubscribe frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    if (refuseSubscribe(*client, key, frame.filter.size()))
        return;
    Subscription subscription;
    subscription.stream = channelStream(client->info.site, key.channel);
    subscription.filter = frame.filter;
    subscription.subscribedAtMs = m_services.clock.nowMs();
    subscription.serial = m_services.table.nextSerial();
    const quint64 serial = subscription.serial;
    client->add(key, std::move(subscription));
    m_services.counters.channelSubscriptions.add();
    m_opening.begin(link, key, serial);
}

bool ChannelDesk::refuseSubscribe(Client &client, const SubscriptionKey &key, qsizetype filterBytes)
{
    const ClientInfo &info = client.info;
    const auto refuse = [&](const DecisionRule &rule, QByteArrayView code, QByteArrayView reason) {
        decide(info, rule, key, code);
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
        noteRateLimited(info, key);
        Decision refusal = decisionOn(info, Rules::SubscribeLimit, key.channel, "RATE_LIMITED");
        refusal.who = caller;
        note(m_services.decisions, std::move(refusal));
        SessionReply reply;
        reply.refusal = "RATE_LIMITED";
        reply.frames.push_back(encodeChannelAckError(refOf(key), "RATE_LIMITED", decision.retryAfterMs));
        m_services.reply(info.link, std::move(reply));
        return true;
    }
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec)
        return refuse(Rules::UnknownChannel, "UNKNOWN_CHANNEL", "Channel is not registered");
    if (!spec->isOpenTo(info.principal)) {
        m_services.log.record("CHANNEL_ACCESS_DENIED", LogLevel::Warn, channelData(info, key),
                              info.principal.subjectId);
        return refuse(Rules::ChannelRole, "ACCESS_DENIED", "Access to the channel is denied");
    }
    if (client.subscriptions.contains(key)) {
        answer(info.link, encodeChannelAckAlreadySubscribed(refOf(key)));
        return true;
    }
    if (qsizetype(client.subscriptions.size()) >= m_profile.maxSubscriptions) {
        m_services.counters.subscriptionsRefused.add();
        return refuse(Rules::TooManySubscriptions, "TOO_MANY_SUBSCRIPTIONS",
                      "This connection has too many subscriptions");
    }
    if (!hasRoomFor(client, key.params.size() + filterBytes))
        return refuse(Rules::SubscriptionsTooLarge, "PAYLOAD_TOO_LARGE",
                      "The params and filters of this connection are too large");
    return false;
}

//! Counts a no.
bool ChannelDesk::hasRoomFor(const Client &client, qsizetype moreBytes) const
{
    if (moreBytes <= 0 || client.keptBytes + moreBytes <= m_profile.maxSubscriptionBytes)
        return true;
    m_services.counters.subscriptionsRefused.add();
    return false;
}

void ChannelDesk::noteRateLimited(const ClientInfo &info, const SubscriptionKey &key)
{
    m_services.counters.rateLimitHits.add();
    // Whoever floods us must not flood the log as well.
    if (m_limitEventLimiter.hit({}, m_services.clock.monotonicMs()).allowed)
        m_services.log.record("CHANNEL_SUBSCRIBE_RATE_LIMIT", LogLevel::Warn, channelData(info, key),
                              info.principal.subjectId);
}

void ChannelDesk::unsubscribe(LinkId link, const ChannelUnsubscribe &frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    if (!client->subscriptions.contains(key)) {
        decide(client->info, Rules::NotSubscribed, key, "NOT_SUBSCRIBED");
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
    client.remove(key);
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
    client.keptBytes = 0;
}

void ChannelDesk::recheck(Client &client)
{
    std::vector<SubscriptionKey> denied;
    for (const auto &[key, subscription] : client.subscriptions) {
        const ChannelSpec *spec = m_services.registry.find(key.channel);
        if (!spec || !spec->isOpenTo(client.info.principal))
            denied.push_back(key);
    }
    for (const SubscriptionKey &key : denied) {
        decide(client.info, m_services.registry.find(key.channel) ? Rules::ChannelRole : Rules::UnknownChannel, key,
               "ACCESS_DENIED");
        endSubscription(client, key, "ACCESS_DENIED", "Access to the channel is denied");
    }
}

void ChannelDesk::resync(LinkId link, ChannelResync frame)
{
    const Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec) {
        decide(client->info, Rules::UnknownChannel, key, "UNKNOWN_CHANNEL");
        answer(link, encodeChannelReplayError(refOf(key), "UNKNOWN_CHANNEL"));
        return;
    }
    if (!spec->isOpenTo(client->info.principal)) {
        decide(client->info, Rules::ChannelRole, key, "ACCESS_DENIED");
        SessionReply reply;
        reply.frames.push_back(encodeChannelReplayError(refOf(key), "ACCESS_DENIED"));
        reply.frames.push_back(encodeChannelClose(refOf(key), "ACCESS_DENIED", "Access to the channel is denied",
                                                  m_services.clock.nowMs()));
        m_services.reply(link, std::move(reply));
        return;
    }
    const auto read = [=, this, asked = frame.cursor](const LogQuestion &question, const SharedReads::Made &made) {
        m_services.reader.readAfter(question.scope, resumePoint(m_services.engine, asked), question.limit,
                                    [=, this](const Result<RowPage> &page) {
                                        if (page)
                                            made(resyncAnswer(key, asked, *page));
                                        else
                                            made(page.error());
                                    });
    };
    m_services.reads.read(
        {LogQuestion::Form::Resync, channelScope(client->info, key), key.params, frame.cursor, frame.limit}, read,
        [=, this, asked = frame.cursor](const Result<LogAnswerPtr> &replay) {
            if (replay)
                noteRecovery(link, key, continuityOf(m_services.engine, asked, true, (*replay)->hasMore));
            answer(link, replay ? (*replay)->frames.front()
                                : encodeChannelReplayError(refOf(key), wireCode(replay.error().code)));
        });
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
    const DecisionRule *gap = gapRule(continuity.gapReason);
    m_services.recoveries.note(channelStream(client->info.site, key.channel), gap != nullptr);
    if (gap)
        decide(client->info, *gap, key, "gap");
}

LogAnswer ChannelDesk::resyncAnswer(const SubscriptionKey &key, quint64 asked, const RowPage &page) const
{
    const quint64 cursor = page.lastSeq ? page.lastSeq : m_services.engine.headSeq();
    return {{encodeChannelReplay(refOf(key), rowArray(page.rows), cursor,
                                 continuityOf(m_services.engine, asked, true, page.hasMore))},
            page.lastSeq,
            qsizetype(page.rows.size()),
            page.hasMore};
}

void ChannelDesk::command(LinkId link, ChannelCommand frame)
{
    Client *client = m_services.table.client(link);
    if (!client)
        return;
    const SubscriptionKey key{frame.channel, frame.params};
    const auto refuse = [&](const DecisionRule &rule, QByteArrayView code) {
        if (const Client *asking = m_services.table.client(link))
            decide(asking->info, rule, key, code);
        answer(link, encodeCommandError(refOf(key), frame.command, code));
    };
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    if (!spec) {
        refuse(Rules::UnknownChannel, "UNKNOWN_CHANNEL");
        return;
    }
    if (!client->subscriptions.contains(key)) {
        refuse(Rules::NotSubscribed, "NOT_SUBSCRIBED");
        return;
    }
    if (frame.command == "resend") {
        resend(*client, key, frame);
        return;
    }
    if (!spec->isOpenTo(client->info.principal)) {
        endSubscription(*client, key, "ACCESS_DENIED", "Access to the channel is denied");
        refuse(Rules::ChannelRole, "ACCESS_DENIED");
        return;
    }
    if (frame.command == "filter") {
        applyFilter(*client, key, frame);
        return;
    }
    const auto custom = spec->commands.find(frame.command);
    if (custom == spec->commands.end()) {
        refuse(Rules::CommandRefused, "UNKNOWN_COMMAND");
        return;
    }
    const auto result =
        custom->second({key.channel, key.params, frame.args, client->info.site, client->info.principal});
    if (result)
        answer(link, encodeCommandResult(refOf(key), frame.command, *result));
    else
        refuse(Rules::CommandRefused, wireCode(result.error().code));
}

void ChannelDesk::applyFilter(Client &client, const SubscriptionKey &key, const ChannelCommand &frame)
{
    const QByteArray filter = objectArgument(frame.args, QLatin1StringView("filter"));
    const Subscription &subscription = client.subscriptions.at(key);
    if (!hasRoomFor(client, filter.size() - subscription.filter.size())) {
        answer(client.info.link, encodeCommandError(refOf(key), frame.command, "PAYLOAD_TOO_LARGE"));
        return;
    }
    client.setFilter(key, filter);
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
        decide(client.info, Rules::ChannelRole, key, "RESEND_FAILED");
        endSubscription(client, key, "ACCESS_DENIED", "Access to the channel is denied");
        answer(link, encodeCommandError(refOf(key), frame.command, "RESEND_FAILED"));
        return;
    }
    const QJsonValue given = QJsonDocument::fromJson(frame.args).object().value(QLatin1StringView("reason"));
    const QByteArray reason = given.isString() ? given.toString().toUtf8() : QByteArray("manual-resend");
    m_services.reader.readNewest(
        channelScope(client.info, key), Profile::SnapshotRows, [=, this](const Result<RowPage> &page) {
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
