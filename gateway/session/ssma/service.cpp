// SPDX-License-Identifier: MIT
#include "session/ssma/service.h"

#include "session/ssma/continuity.h"
#include "session/ssma/decisions.h"
#include "session/ssma/intents.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "wire/ssewriter.h"

namespace Tidegate::Ssma {

namespace {

QByteArray replayEvent(const RowPage &page, quint64 cursor, const QByteArray &site, const Continuity &continuity)
{
    QByteArray bytes;
    const QByteArray id = QByteArray::number(cursor);
    if (!Sse::appendEvent(bytes, "replay", sseReplay(rowArray(page.rows), cursor, site, continuity), id))
        return {};
    return bytes;
}

LogAnswer answerOf(const RowPage &page, std::vector<QByteArray> frames, const Continuity &continuity)
{
    return {std::move(frames),
            page.lastSeq,
            qsizetype(page.rows.size()),
            page.hasMore,
            0,
            page.hidden,
            continuity.gapReason.toByteArray()};
}

} // namespace

//! An event stream on its way from its last event to now.
struct Service::Resume
{
    quint64 after = 0;
    quint64 asked = 0;
    qsizetype sentRows = 0;
};

Service::Service(Services services, Profile profile)
    : m_services(services)
    , m_profile(std::move(profile))
    , m_reader({services.hub, services.engine, m_registry, services.clock}, m_profile)
    , m_reads({services.engine, m_registry, services.clock, services.counters})
    , m_snapshots({services.backend, services.engine, services.clock, services.log, services.counters}, m_profile)
    , m_publisher({services.hub, services.engine, m_registry, services.clock, services.rng, services.log,
                   services.counters, services.decisions},
                  m_profile)
    , m_desk({services.hub, services.engine, services.clock, services.log, services.counters, m_registry, m_reader,
              m_reads, m_snapshots, m_table, services.reply, m_recoveries, services.decisions},
             m_profile)
{
    m_registry.configure(m_profile.channels);
    // After the publisher, which puts the rows where they are read from.
    connect(&services.engine, &IntentEngine::batchSettled, this, [this] { m_reads.forget(); });
    connect(&services.engine, &IntentEngine::intentAmended, this, [this] { m_reads.forget(); });
}

void Service::setProfile(Profile profile)
{
    m_profile = std::move(profile);
    m_registry.configure(m_profile.channels);
    m_desk.configure();
    m_reads.forget();
    m_snapshots.forget();
    for (const LinkId link : m_table.clients().keys())
        m_desk.recheck(*m_table.client(link));
}

RowScope Service::scopeOf(const ClientInfo &client) const
{
    RowScope scope;
    scope.role = client.principal.role;
    if (client.namedSite) {
        scope.site = client.site;
        scope.stream = siteStream(client.site);
    }
    return scope;
}

void Service::openLink(ClientInfo client, std::optional<quint64> cursor)
{
    const LinkId link = client.link;
    attach(m_table.addClient(std::move(client)), islandStream());
    m_services.engine.whenReached(cursor.value_or(0), [=, this] {
        if (m_table.client(link))
            sendReplay(link, cursor);
    });
}

void Service::sendReplay(LinkId link, std::optional<quint64> cursor)
{
    const quint64 asked = cursor.value_or(0);
    const quint64 from = resumePoint(m_services.engine, asked);
    const auto read = [=, this](const LogQuestion &question, const SharedReads::Made &made) {
        m_reader.readAfter(question.scope, from, question.limit, [=, this](const Result<RowPage> &page) {
            if (!page) {
                made(page.error());
                return;
            }
            // An empty replay repeats the cursor it was asked for, except one from another history.
            const quint64 last = page->lastSeq ? page->lastSeq : from;
            const Continuity continuity = continuityOf(m_services.engine, asked, cursor.has_value(), page->hasMore);
            made(answerOf(*page, {encodeReplay(rowArray(page->rows), last, continuity)}, continuity));
        });
    };
    m_reads.read({LogQuestion::Form::Replay, scopeOf(m_table.client(link)->info), {}, cursor, Profile::ReplayRows},
                 read, [=, this](const Result<LogAnswerPtr> &replay) {
                     SessionReply answer;
                     answer.isReady = true;
                     if (const SubscriptionTable::Client *client = m_table.client(link))
                         noteResume(client->info, cursor, replay);
                     if (replay)
                         answer.frames = (*replay)->frames;
                     else
                         answer.frames.push_back(encodeReplay("[]", asked, {"gap", "storage"}));
                     reply(link, std::move(answer));
                 });
}

void Service::openStream(ClientInfo client, std::optional<quint64> cursor)
{
    const LinkId link = client.link;
    m_table.addClient(std::move(client));
    m_services.engine.whenReached(cursor.value_or(0), [=, this] {
        if (m_table.client(link))
            beginStream(link, cursor);
    });
}

void Service::beginStream(LinkId link, std::optional<quint64> cursor)
{
    if (cursor && *cursor <= m_services.engine.headSeq()) {
        auto resume = std::make_shared<Resume>();
        resume->after = resume->asked = *cursor;
        sendStreamPage(link, resume);
        return;
    }
    readNewestForStream(m_table.client(link)->info, cursor, false, [=, this](const Result<LogAnswerPtr> &newest) {
        const SubscriptionTable::Client *opening = m_table.client(link);
        if (!opening)
            return;
        noteResume(opening->info, cursor, newest);
        finishStream(link, newest ? (*newest)->frames : std::vector<QByteArray>());
    });
}

//! One event with the newest rows, none if there are none.
void Service::readNewestForStream(const ClientInfo &client, std::optional<quint64> cursor, bool isTooFarBehind,
                                  SharedReads::Done done)
{
    const auto read = [=, this, site = client.site](const LogQuestion &question, const SharedReads::Made &made) {
        m_reader.readNewest(question.scope, question.limit, [=, this](const Result<RowPage> &page) {
            if (!page) {
                made(page.error());
                return;
            }
            const Continuity continuity =
                isTooFarBehind ? Continuity{"gap", "too-far-behind"}
                               : continuityOf(m_services.engine, cursor.value_or(0), cursor.has_value(), false);
            std::vector<QByteArray> frames;
            if (isTooFarBehind || !page->rows.empty())
                frames.push_back(replayEvent(*page, page->lastSeq, site, continuity));
            made(answerOf(*page, std::move(frames), continuity));
        });
    };
    m_reads.read(
        {LogQuestion::Form::NewestForStream, scopeOf(client), client.site, cursor, Profile::ReplayRows, isTooFarBehind},
        read, std::move(done));
}

void Service::readStreamPage(const ClientInfo &client, const Resume &resume, SharedReads::Done done)
{
    const auto read = [=, this, site = client.site](const LogQuestion &question, const SharedReads::Made &made) {
        m_reader.readAfter(question.scope, resume.after, question.limit, [=, this](const Result<RowPage> &page) {
            if (!page) {
                made(page.error());
                return;
            }
            const Continuity continuity = continuityOf(m_services.engine, resume.asked, true, page->hasMore);
            std::vector<QByteArray> frames;
            if (!page->rows.empty())
                frames.push_back(replayEvent(*page, page->lastSeq, site, continuity));
            made(answerOf(*page, std::move(frames), continuity));
        });
    };
    m_reads.read(
        {LogQuestion::Form::StreamPage, scopeOf(client), client.site, resume.after, Profile::ReplayRows, resume.asked},
        read, std::move(done));
}

void Service::sendStreamPage(LinkId link, const std::shared_ptr<Resume> &resume)
{
    readStreamPage(m_table.client(link)->info, *resume, [=, this](const Result<LogAnswerPtr> &page) {
        const SubscriptionTable::Client *opening = m_table.client(link);
        if (!opening)
            return;
        if (page && (*page)->hasMore)
            noteHidden(opening->info, page); // a page on the way; the last one tells how the resume ended
        else
            noteResume(opening->info, resume->asked, page);
        if (!page) {
            finishStream(link, {replayEvent({}, resume->after, opening->info.site, {"gap", "storage"})});
            return;
        }
        if (!(*page)->hasMore) {
            finishStream(link, (*page)->frames);
            return;
        }
        resume->after = (*page)->lastSeq;
        resume->sentRows += (*page)->rowCount;
        SessionReply answer;
        answer.frames = (*page)->frames;
        reply(link, std::move(answer));
        if (resume->sentRows < Profile::MaxResumeRows) {
            sendStreamPage(link, resume);
            return;
        }
        // Too far behind to be caught up row by row: told so, and given the present.
        readNewestForStream(opening->info, resume->asked, true, [=, this](const Result<LogAnswerPtr> &newest) {
            const SubscriptionTable::Client *behind = m_table.client(link);
            if (!behind)
                return;
            noteResume(behind->info, resume->asked, newest);
            finishStream(link, newest ? (*newest)->frames : std::vector<QByteArray>());
        });
    });
}

void Service::finishStream(LinkId link, std::vector<QByteArray> frames)
{
    SubscriptionTable::Client &client = *m_table.client(link);
    const QByteArray stream = client.info.namedSite ? siteStream(client.info.site) : allSitesStream();
    attach(client, stream);
    attach(client, islandStream());
    attach(client, connectionStream());
    m_services.counters.sse.replays.add(qint64(frames.size()));
    SessionReply answer;
    answer.frames = std::move(frames);
    answer.join = StreamJoin{{}, stream, {}};
    answer.isReady = true;
    reply(link, std::move(answer));
}

//! What a replay kept from its reader.
void Service::noteHidden(const ClientInfo &client, const Result<LogAnswerPtr> &replay)
{
    const qsizetype hidden = replay ? (*replay)->hidden : 0;
    if (hidden == 0)
        return;
    DialectCounters &counters = m_services.counters;
    (client.transportRole == "sse" ? counters.sse.unauthorizedFiltered : counters.ws.unauthorizedFiltered).add(hidden);
    Decision decision = decisionOn(client, Rules::ReplayHidden, "rows");
    decision.count = hidden;
    decision.detail = "as " + roleName(client.principal.role);
    note(m_services.decisions, std::move(decision));
}

//! How somebody who came (back) was brought up to date.
void Service::noteResume(const ClientInfo &client, std::optional<quint64> cursor, const Result<LogAnswerPtr> &replay)
{
    noteHidden(client, replay);
    const DecisionRule *gap = gapRule(replay ? QByteArrayView((*replay)->gapReason) : QByteArrayView("storage"));
    if (cursor)
        m_recoveries.note(client.namedSite ? siteStream(client.site) : allSitesStream(), gap != nullptr);
    if (!gap)
        return;
    Decision decision = decisionOn(client, *gap, "rows", "gap");
    decision.detail = "asked for what follows " + QByteArray::number(cursor.value_or(0));
    note(m_services.decisions, std::move(decision));
}

void Service::attach(SubscriptionTable::Client &client, const QByteArray &stream)
{
    m_services.hub.attach(client.info.link.shard(), stream);
    client.streams.push_back(stream);
}

void Service::closeLink(LinkId link)
{
    SubscriptionTable::Client *client = m_table.client(link);
    if (!client)
        return;
    const ClientInfo info = client->info;
    m_desk.drop(*client);
    for (const QByteArray &stream : client->streams)
        m_services.hub.detach(link.shard(), stream);
    m_table.removeClient(link);
    if (info.transportRole != "sse")
        m_publisher.publishConnectionClosed(info.connectionId, info.transportRole);
}

void Service::changeIdentity(LinkId link, Principal principal)
{
    SubscriptionTable::Client *client = m_table.client(link);
    if (!client)
        return;
    client->info.principal = std::move(principal);
    m_desk.recheck(*client);
}

void Service::resync(LinkId link, ChannelResync frame)
{
    const quint64 cursor = frame.cursor;
    m_services.engine.whenReached(
        cursor, [=, this, frame = std::move(frame)]() mutable { m_desk.resync(link, std::move(frame)); });
}

void Service::submit(LinkId link, std::vector<IntentDraft> drafts, Acknowledge done)
{
    const SubscriptionTable::Client *client = m_table.client(link);
    if (!client)
        return;
    IntentSubmission submission;
    submission.drafts = std::move(drafts);
    submission.context = contextOf(client->info);
    m_services.engine.submit(std::move(submission), std::move(done));
}

} // namespace Tidegate::Ssma
