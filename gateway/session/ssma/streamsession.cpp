// SPDX-License-Identifier: MIT
#include "session/ssma/streamsession.h"

#include "session/ssma/audiences.h"
#include "session/ssma/intents.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "ssma/query.h"
#include "wire/httpquery.h"
#include "wire/ssewriter.h"

#include <algorithm>

namespace Tidegate::Ssma {

namespace {

std::optional<quint64> numberOf(const QByteArray &text)
{
    bool ok = false;
    const quint64 number = text.toULongLong(&ok);
    return ok ? std::optional(number) : std::nullopt;
}

} // namespace

Result<StreamQuery> StreamQuery::parse(const HttpRequest &request)
{
    StreamQuery query;
    const QByteArray islands = Http::queryValue(request.query, "islands").value_or(QByteArray());
    for (const QByteArray &name : islands.split(',')) {
        const QByteArray island = name.trimmed();
        if (!island.isEmpty() && !query.islands.contains(island))
            query.islands.append(island);
        if (query.islands.size() > MaxIslands || island.size() > MaxIslandBytes)
            return Error{
                ErrorCode::InvalidContract,
                QStringLiteral("islands: at most %1 names of up to %2 bytes").arg(MaxIslands).arg(MaxIslandBytes)};
    }
    std::sort(query.islands.begin(), query.islands.end()); // equal sets share an audience
    if (const auto site = Http::queryValue(request.query, "site"); site && !site->isEmpty())
        query.site = ConnectQuery::parse(request.query).site;
    query.cursor = numberOf(headerValue(request.headers, "Last-Event-ID"));
    if (!query.cursor)
        query.cursor = numberOf(Http::queryValue(request.query, "cursor").value_or(QByteArray()));
    return query;
}

StreamSession::StreamSession(ShardContext &context, StreamQuery query, Principal principal, QByteArray ip,
                             QByteArray userAgent)
    : m_context(context)
    , m_query(std::move(query))
{
    m_client.connectionId = "sse-" + context.services().rng.uuid();
    m_client.site = m_query.site.value_or("default");
    m_client.namedSite = m_query.site || context.profile().strictSites;
    m_client.transportRole = "sse";
    m_client.principal = std::move(principal);
    m_client.ip = std::move(ip);
    m_client.userAgent = std::move(userAgent);
}

void StreamSession::opened(Link &link)
{
    m_link = &link;
    m_client.link = link.id();
    DialectCounters::Sse &counters = m_context.services().counters.sse;
    counters.streamsOpened.add();
    counters.streamsActive.add();
    m_context.add(link.id(), this);
    QByteArray ready;
    if (Sse::appendEvent(ready, "ready", sseReady(m_client.connectionId)))
        link.sendEncoded(ready, SendKind::Solicited);
    m_context.onCore(
        512, [client = m_client, cursor = m_query.cursor](Service &service) { service.openStream(client, cursor); });
}

void StreamSession::apply(SessionReply reply)
{
    for (const QByteArray &event : reply.frames)
        m_link->sendEncoded(event, SendKind::Solicited);
    if (reply.join) {
        m_rowStream = reply.join->stream;
        joinAll();
    }
}

void StreamSession::joinAll()
{
    Fanout &fanout = m_context.services().fanout;
    const Role role = m_client.principal.role;
    fanout.join(m_rowStream, streamRowsAudience(role), *m_link, m_rows);
    fanout.join(islandStream(), streamIslandsAudience(role, m_query.islands, siteFilter()), *m_link, m_islands);
    fanout.join(connectionStream(), streamConnectionsAudience(role), *m_link, m_connections);
}

void StreamSession::leaveAll()
{
    for (Fanout::Membership *membership : {&m_rows, &m_islands, &m_connections})
        m_context.services().fanout.leave(*membership);
}

LinkSnapshot StreamSession::snapshot() const
{
    LinkSnapshot snapshot{m_client, m_link->framing(), m_link->traffic(), m_link->queuedBytes(), 0, 0, {}, 0};
    for (const Fanout::Membership *membership : {&m_rows, &m_islands, &m_connections})
        snapshot.subscriptions += membership->audience ? 1 : 0;
    return snapshot;
}

QByteArrayList StreamSession::audiences() const
{
    QByteArrayList names;
    for (const Fanout::Membership *membership : {&m_rows, &m_islands, &m_connections})
        names.append(Fanout::audienceName(*membership));
    return names;
}

void StreamSession::becomeGuest()
{
    Principal guest;
    guest.site = m_client.principal.site;
    m_client.principal = guest;
    if (!m_rowStream.isEmpty()) {
        leaveAll();
        joinAll();
    }
    m_context.onCore(256, [link = m_client.link, guest](Service &service) { service.changeIdentity(link, guest); });
}

void StreamSession::closed(CloseReason reason)
{
    leaveAll();
    m_context.remove(m_client.link);
    DialectCounters::Sse &counters = m_context.services().counters.sse;
    counters.streamsClosed.add();
    counters.streamsActive.add(-1);
    if (reason == CloseReason::TooSlow) {
        m_context.services().counters.sse.slowClientDrops.add();
        m_context.services().log.record("SSE_CLIENT_DROPPED", LogLevel::Warn,
                                        "{\"clientId\":" + quoted(m_client.connectionId) + '}',
                                        m_client.principal.subjectId);
    }
    m_context.onCore(64, [link = m_client.link](Service &service) { service.closeLink(link); });
}

} // namespace Tidegate::Ssma
