// SPDX-License-Identifier: MIT
#include "session/ssma/channelopening.h"

#include "session/ssma/channelrefs.h"
#include "session/ssma/decisions.h"
#include "ssma/errorcodes.h"

namespace Tidegate::Ssma {

void ChannelOpening::begin(LinkId link, const SubscriptionKey &key, quint64 serial)
{
    begin({link, key, serial});
}

void ChannelOpening::begin(const Place &place)
{
    const SnapshotQuestion question = questionOf(*m_services.table.client(place.link), place.key);
    m_services.snapshots.fetch(question, [=, this, asked = question.key](const Result<SharedSnapshotPtr> &snapshot) {
        continueWith(place, asked, snapshot);
    });
}

SnapshotQuestion ChannelOpening::questionOf(const Client &client, const SubscriptionKey &key) const
{
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    const ChannelRule rule = spec ? spec->rule : ChannelRule{};
    return snapshotQuestion(client.info, key, rule.snapshotScope.value_or(m_profile.snapshotScope), rule.access);
}

ChannelOpening::Client *ChannelOpening::openingClient(const Place &place) const
{
    Client *client = m_services.table.client(place.link);
    if (!client)
        return nullptr;
    const auto subscription = client->subscriptions.find(place.key);
    if (subscription == client->subscriptions.end() || subscription->second.serial != place.serial)
        return nullptr;
    return client;
}

void ChannelOpening::continueWith(const Place &place, const SnapshotKey &asked,
                                  const Result<SharedSnapshotPtr> &snapshot)
{
    const Client *client = openingClient(place);
    if (!client)
        return;
    if (!isStillAsking(*client, place, asked))
        begin(place);
    else if (snapshot && (*snapshot)->reply.provided)
        fromBackend(place, asked, *snapshot);
    else
        fromStore(place);
}

//! Whoever logged out meanwhile must not be given what the backend said to somebody else.
bool ChannelOpening::isStillAsking(const Client &client, const Place &place, const SnapshotKey &asked) const
{
    return questionOf(client, place.key).key == asked;
}

void ChannelOpening::fromStore(const Place &place)
{
    const RowScope scope = channelScope(openingClient(place)->info, place.key);
    const auto read = [this, key = place.key](const LogQuestion &question, const SharedReads::Made &made) {
        m_services.reader.readNewest(question.scope, question.limit, [=, this](const Result<RowPage> &page) {
            if (page)
                made(storeAnswer(key, *page));
            else
                made(page.error());
        });
    };
    m_services.reads.read(
        {LogQuestion::Form::StoreSnapshot, scope, place.key.params, std::nullopt, Profile::SnapshotRows}, read,
        [=, this](const Result<LogAnswerPtr> &answer) { attach(place, answer); });
}

void ChannelOpening::fromBackend(const Place &place, const SnapshotKey &asked, const SharedSnapshotPtr &snapshot)
{
    const RowScope scope = channelScope(openingClient(place)->info, place.key);
    // What was published while the backend was answering may or may not be in its snapshot: sent again behind it.
    const auto read = [this, snapshot, key = place.key](const LogQuestion &asking, const SharedReads::Made &made) {
        m_services.reader.readAfter(asking.scope, snapshot->headBefore, asking.limit,
                                    [=, this](const Result<RowPage> &page) {
                                        if (page)
                                            made(backendAnswer(key, *snapshot, *page));
                                        else
                                            made(page.error());
                                    });
    };
    const LogQuestion question{LogQuestion::Form::BackendSnapshot,
                               scope,
                               place.key.params,
                               snapshot->headBefore,
                               Profile::MaxResumeRows,
                               snapshot->number};
    m_services.reads.read(question, read, [=, this](const Result<LogAnswerPtr> &answer) {
        const Client *client = openingClient(place);
        if (!client)
            return;
        // Overtaken by more rows than can be sent behind it, it would leave a gap before the live ones.
        if (answer && (*answer)->hasMore)
            fromStore(place);
        else if (answer && !isStillAsking(*client, place, asked))
            begin(place);
        else
            attach(place, answer);
    });
}

QByteArray ChannelOpening::acknowledgement(const SubscriptionKey &key, quint64 cursor) const
{
    const ChannelSpec *spec = m_services.registry.find(key.channel);
    return encodeChannelAck(refOf(key), cursor, spec ? spec->metadata : QByteArray("{}"));
}

LogAnswer ChannelOpening::storeAnswer(const SubscriptionKey &key, const RowPage &newest) const
{
    const quint64 cursor = newest.lastSeq ? newest.lastSeq : m_services.engine.headSeq();
    return {
        {acknowledgement(key, cursor), encodeChannelSnapshot(refOf(key), rowArray(newest.rows), cursor, {"snapshot"})},
        newest.lastSeq,
        qsizetype(newest.rows.size()),
        newest.hasMore,
        cursor};
}

LogAnswer ChannelOpening::backendAnswer(const SubscriptionKey &key, const SharedSnapshot &snapshot,
                                        const RowPage &since) const
{
    LogAnswer answer{{}, since.lastSeq, qsizetype(since.rows.size()), since.hasMore};
    if (since.hasMore)
        return answer;
    const quint64 cursor = snapshot.reply.cursor.value_or(snapshot.headBefore);
    answer.cursor = cursor;
    answer.frames = {acknowledgement(key, cursor),
                     encodeChannelSnapshot(refOf(key), rowArray(snapshot.reply.rows), cursor, {"snapshot"})};
    if (!since.rows.empty())
        answer.frames.push_back(
            encodeChannelInvalidate(refOf(key), "intent-flush", since.lastSeq, rowArray(since.rows)));
    return answer;
}

void ChannelOpening::attach(const Place &place, const Result<LogAnswerPtr> &answer)
{
    Client *client = openingClient(place);
    if (!client)
        return;
    if (!answer) {
        giveUp(place, answer.error());
        return;
    }
    Subscription &subscription = client->subscriptions.at(place.key);
    subscription.isAttached = true;
    subscription.startedAfter = (*answer)->cursor;
    subscription.continuity = "snapshot";
    m_services.hub.attach(place.link.shard(), subscription.stream);
    SessionReply reply;
    reply.frames = (*answer)->frames;
    reply.join = StreamJoin{place.key, subscription.stream, subscription.filter};
    m_services.reply(place.link, std::move(reply));
    m_services.log.record("CHANNEL_SUBSCRIBE", LogLevel::Info, channelData(client->info, place.key),
                          client->info.principal.subjectId);
}

void ChannelOpening::giveUp(const Place &place, const Error &error)
{
    Client *client = m_services.table.client(place.link);
    note(m_services.decisions,
         decisionOn(client->info, Rules::SubscribeFailed, place.key.channel, wireCode(error.code).toByteArray()));
    client->remove(place.key);
    m_services.counters.channelSubscriptions.add(-1);
    SessionReply reply;
    reply.frames.push_back(encodeChannelAckError(refOf(place.key), wireCode(error.code)));
    m_services.reply(place.link, std::move(reply));
}

} // namespace Tidegate::Ssma
