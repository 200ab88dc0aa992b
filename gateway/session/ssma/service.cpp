// SPDX-License-Identifier: MIT
#include "session/ssma/service.h"

#include "session/ssma/continuity.h"
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
    , m_publisher(
          {services.hub, services.engine, m_registry, services.clock, services.rng, services.log, services.counters},
          m_profile)
    , m_desk({services.hub, services.engine, services.backend, services.clock, services.log, services.counters,
              m_registry, m_reader, m_table, services.reply},
             m_profile)
{
    m_registry.configure(m_profile.channels);
}

void Service::setProfile(Profile profile)
{
    m_profile = std::move(profile);
    m_registry.configure(m_profile.channels);
    m_desk.configure();
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
    sendReplay(link, cursor.value_or(0), cursor.has_value());
}

void Service::sendReplay(LinkId link, quint64 asked, bool wasGiven)
{
    const RowScope scope = scopeOf(m_table.client(link)->info);
    const quint64 from = resumePoint(m_services.engine, asked);
    m_reader.readAfter(scope, from, Profile::ReplayRows, [=, this](const Result<RowPage> &page) {
        SessionReply answer;
        answer.isReady = true;
        if (page) {
            // An empty replay repeats the cursor it was asked for, except one from another history.
            const quint64 cursor = page->lastSeq ? page->lastSeq : from;
            answer.frames.push_back(encodeReplay(rowArray(page->rows), cursor,
                                                 continuityOf(m_services.engine, asked, wasGiven, page->hasMore)));
        } else {
            answer.frames.push_back(encodeReplay("[]", asked, {"gap", "storage"}));
        }
        reply(link, std::move(answer));
    });
}

void Service::openStream(ClientInfo client, std::optional<quint64> cursor)
{
    const LinkId link = client.link;
    m_table.addClient(std::move(client));
    if (cursor && *cursor <= m_services.engine.headSeq()) {
        auto resume = std::make_shared<Resume>();
        resume->after = resume->asked = *cursor;
        sendStreamPage(link, resume);
        return;
    }
    const Continuity continuity = continuityOf(m_services.engine, cursor.value_or(0), cursor.has_value(), false);
    m_reader.readNewest(scopeOf(m_table.client(link)->info), Profile::ReplayRows,
                        [=, this](const Result<RowPage> &page) {
                            const SubscriptionTable::Client *opening = m_table.client(link);
                            if (!opening)
                                return;
                            std::vector<QByteArray> frames;
                            if (page && !page->rows.empty())
                                frames.push_back(replayEvent(*page, page->lastSeq, opening->info.site, continuity));
                            finishStream(link, std::move(frames));
                        });
}

void Service::sendStreamPage(LinkId link, const std::shared_ptr<Resume> &resume)
{
    const RowScope scope = scopeOf(m_table.client(link)->info);
    m_reader.readAfter(scope, resume->after, Profile::ReplayRows, [=, this](const Result<RowPage> &page) {
        const SubscriptionTable::Client *opening = m_table.client(link);
        if (!opening)
            return;
        const QByteArray site = opening->info.site;
        std::vector<QByteArray> frames;
        if (!page) {
            frames.push_back(replayEvent({}, resume->after, site, {"gap", "storage"}));
            finishStream(link, std::move(frames));
            return;
        }
        if (!page->rows.empty())
            frames.push_back(replayEvent(*page, page->lastSeq, site,
                                         continuityOf(m_services.engine, resume->asked, true, page->hasMore)));
        if (!page->hasMore) {
            finishStream(link, std::move(frames));
            return;
        }
        resume->after = page->lastSeq;
        resume->sentRows += qsizetype(page->rows.size());
        SessionReply answer;
        answer.frames = std::move(frames);
        reply(link, std::move(answer));
        if (resume->sentRows < Profile::MaxResumeRows) {
            sendStreamPage(link, resume);
            return;
        }
        // Too far behind to be caught up row by row: told so, and given the present.
        m_reader.readNewest(scopeOf(opening->info), Profile::ReplayRows, [=, this](const Result<RowPage> &newest) {
            if (!m_table.client(link))
                return;
            std::vector<QByteArray> last;
            if (newest)
                last.push_back(replayEvent(*newest, newest->lastSeq, site, {"gap", "too-far-behind"}));
            finishStream(link, std::move(last));
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
