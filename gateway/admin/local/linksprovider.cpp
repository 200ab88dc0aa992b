// SPDX-License-Identifier: MIT
#include "admin/local/linksprovider.h"

#include "admin/local/cells.h"
#include "session/mesh/session.h"
#include "session/sharedata/linksession.h"
#include "wire/websocketframe.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using Ssma::LinkSnapshot;

namespace {

using Snapshots = std::vector<LinkSnapshot>;

QString transportName(Framing framing)
{
    switch (framing) {
    case Framing::WebSocketText:
    case Framing::WebSocketDeflated:
    case Framing::WebSocketBinary:
        return u"websocket"_s;
    case Framing::EventStream:
        return u"sse"_s;
    case Framing::Raw:
        break;
    }
    return u"inprocess"_s;
}

const StructTable<LinkSnapshot>::Cells &cells()
{
    using Link = const LinkSnapshot &;
    static const StructTable<LinkSnapshot>::Cells Cells{
        {u"id"_s, [](Link l) { return QJsonValue(LinksProvider::keyOf(l.client.link)); }},
        {u"connection"_s, [](Link l) { return QJsonValue(text(l.client.connectionId)); }},
        {u"user"_s, [](Link l) { return QJsonValue(text(l.client.principal.subjectId)); }},
        {u"role"_s, [](Link l) { return QJsonValue(text(roleName(l.client.principal.role))); }},
        {u"site"_s, [](Link l) { return QJsonValue(text(l.client.site)); }},
        {u"session"_s, [](Link l) { return QJsonValue(text(l.client.principal.sessionId)); }},
        {u"dialect"_s, [](Link l) { return QJsonValue(text(l.dialect)); }},
        {u"transport"_s, [](Link l) { return QJsonValue(transportName(l.framing)); }},
        {u"address"_s, [](Link l) { return QJsonValue(text(l.client.ip)); }},
        {u"agent"_s, [](Link l) { return QJsonValue(text(l.client.userAgent)); }},
        {u"openedAt"_s, [](Link l) { return unlessZero(l.traffic.openedAtMs); }},
        {u"rttMs"_s, [](Link l) { return l.traffic.rttMs < 0 ? QJsonValue() : QJsonValue(l.traffic.rttMs); }},
        {u"subscriptions"_s, [](Link l) { return QJsonValue(qint64(l.subscriptions)); }},
        {u"queuedBytes"_s, [](Link l) { return QJsonValue(qint64(l.queuedBytes)); }},
        {u"bytesIn"_s, [](Link l) { return QJsonValue(l.traffic.bytesIn); }},
        {u"bytesOut"_s, [](Link l) { return QJsonValue(l.traffic.bytesOut); }},
        {u"messagesIn"_s, [](Link l) { return QJsonValue(l.traffic.messagesIn); }},
        {u"messagesOut"_s, [](Link l) { return QJsonValue(l.traffic.messagesOut); }},
        {u"throttle"_s, [](Link l) { return unlessZero(l.messageLimit); }},
        {u"lastRefusal"_s, [](Link l) { return l.lastRefusal.isEmpty() ? QJsonValue() : text(l.lastRefusal); }},
        {u"lastRefusalAt"_s, [](Link l) { return unlessZero(l.lastRefusalAtMs); }},
    };
    return Cells;
}

std::shared_ptr<StructTable<LinkSnapshot>> tableOf(std::vector<Snapshots> shards)
{
    Snapshots all;
    for (Snapshots &shard : shards)
        all.insert(all.end(), std::make_move_iterator(shard.begin()), std::make_move_iterator(shard.end()));
    return std::make_shared<StructTable<LinkSnapshot>>(std::move(all), cells());
}

LinkSnapshot snapshotOf(const Mesh::Session &session)
{
    LinkSnapshot snapshot;
    snapshot.dialect = "mesh";
    snapshot.client.link = session.link().id();
    snapshot.client.connectionId = session.sessionId();
    snapshot.client.principal.subjectId = session.user();
    snapshot.client.principal.role = session.isLoggedIn() ? Role::User : Role::Guest;
    snapshot.client.ip = session.address();
    snapshot.client.userAgent = session.userAgent();
    snapshot.framing = session.link().framing();
    snapshot.traffic = session.link().traffic();
    snapshot.queuedBytes = session.link().queuedBytes();
    snapshot.subscriptions = session.subscriptionCount();
    snapshot.messageLimit = session.messageLimit();
    snapshot.lastRefusal = session.lastRefusal();
    snapshot.lastRefusalAtMs = session.lastRefusalAtMs();
    return snapshot;
}

LinkSnapshot snapshotOf(const ShareData::LinkSession &session)
{
    LinkSnapshot snapshot;
    snapshot.dialect = "sharedata";
    snapshot.client.link = session.link().id();
    snapshot.client.connectionId = LinksProvider::keyOf(session.link().id()).toLatin1();
    snapshot.client.principal.subjectId = session.identity().subject();
    snapshot.client.principal.role = Role::User; // the dialect lets nobody in without a token
    snapshot.client.ip = session.address();
    snapshot.client.userAgent = session.userAgent();
    snapshot.framing = session.link().framing();
    snapshot.traffic = session.link().traffic();
    snapshot.queuedBytes = session.link().queuedBytes();
    snapshot.subscriptions = session.subscriptionCount();
    snapshot.messageLimit = session.messageLimit();
    return snapshot;
}

std::optional<LinkSnapshot> snapshotOn(const ShardView &shard, LinkId link)
{
    if (const Ssma::ShardSession *session = shard.ssma->session(link))
        return session->snapshot();
    if (const ShareData::LinkSession *session = shard.sharedata ? shard.sharedata->session(link) : nullptr)
        return snapshotOf(*session);
    const Mesh::Session *session = shard.mesh ? shard.mesh->session(link) : nullptr;
    return session ? std::optional(snapshotOf(*session)) : std::nullopt;
}

//! A link of whatever dialect, on its shard.
struct Target
{
    Link &link;
    std::function<bool(int)> limitMessages;
};

std::optional<Target> targetOn(const ShardView &shard, LinkId link)
{
    if (Ssma::ShardSession *session = shard.ssma->session(link))
        return Target{session->link(), [session](int max) { return session->limitMessages(max); }};
    const auto limited = [](auto *session) {
        return Target{session->link(), [session](int max) {
                          session->limitMessages(max);
                          return true;
                      }};
    };
    if (ShareData::LinkSession *session = shard.sharedata ? shard.sharedata->session(link) : nullptr)
        return limited(session);
    Mesh::Session *session = shard.mesh ? shard.mesh->session(link) : nullptr;
    return session ? std::optional(limited(session)) : std::nullopt;
}

//! Done to one link, on its shard. What it answers is why it was not done; empty = it was.
using Act = std::function<QString(Target &)>;

Act actOf(const CommandCall &call)
{
    if (call.command == "kick"_L1) {
        const QByteArray reason = call.args[u"reason"_s].toString().toUtf8();
        return [reason](Target &target) {
            target.link.close(CloseReason::Requested, WebSocket::ClosePolicyViolation,
                              reason.isEmpty() ? QByteArray("Closed by an operator") : reason);
            return QString();
        };
    }
    const int max = int(std::clamp<qint64>(call.args[u"max"_s].toInteger(), 0, 1'000'000));
    return [max](Target &target) {
        return target.limitMessages(max) ? QString() : u"event streams send nothing that could be throttled"_s;
    };
}

} // namespace

LinksProvider::LinksProvider(const GatewayView &view, const Home &home)
    : m_view(view)
    , m_home(home)
{
}

QString LinksProvider::keyOf(LinkId link)
{
    return QString::number(link.value, 16);
}

std::optional<LinkId> LinksProvider::linkOf(const QString &key)
{
    bool isNumber = false;
    const quint64 value = key.toULongLong(&isNumber, 16);
    return isNumber ? std::optional(LinkId{value}) : std::nullopt;
}

qint64 LinksProvider::revision() const
{
    const auto &dialect = m_view.dialect;
    return dialect.ws.connectionsAccepted.value() + dialect.ws.connectionsClosed.value() +
           dialect.sse.streamsOpened.value() + dialect.sse.streamsClosed.value() +
           2 * m_view.mesh.sessionsAccepted.value() - m_view.mesh.sessionsOpen.value() +
           2 * m_view.sharedata.connectionsAccepted.value() - m_view.sharedata.connectionsOpen.value();
}

qint64 LinksProvider::total() const
{
    return m_view.dialect.ws.activeConnections.value() + m_view.dialect.sse.streamsActive.value() +
           m_view.mesh.sessionsOpen.value() + m_view.sharedata.connectionsOpen.value();
}

void LinksProvider::collect(Answer<TablePtr> done)
{
    if (m_kept && m_view.clock.monotonicMs() - m_keptAtMs < KeptForMs) {
        done(m_kept);
        return;
    }
    m_waiting.push_back(std::move(done));
    if (m_waiting.size() > 1)
        return;
    const auto ask = [](const ShardView &shard) {
        Snapshots snapshots;
        snapshots.reserve(size_t(shard.ssma->sessions().size()));
        for (const Ssma::ShardSession *session : shard.ssma->sessions())
            snapshots.push_back(session->snapshot());
        if (shard.mesh) {
            for (const Mesh::Session *session : shard.mesh->sessions())
                snapshots.push_back(snapshotOf(*session));
        }
        if (shard.sharedata) {
            for (const ShareData::LinkSession *session : shard.sharedata->sessions())
                snapshots.push_back(snapshotOf(*session));
        }
        return snapshots;
    };
    gatherFromShards<Snapshots>(m_view, m_home, ask, [this](std::vector<Snapshots> shards) {
        m_kept = tableOf(std::move(shards));
        m_keptAtMs = m_view.clock.monotonicMs();
        for (const auto &waiting : std::exchange(m_waiting, {}))
            waiting(m_kept);
    });
}

void LinksProvider::rows(const QStringList &keys, Answer<QList<QJsonObject>> done)
{
    std::vector<LinkId> wanted;
    for (const QString &key : keys) {
        if (const auto link = linkOf(key))
            wanted.push_back(*link);
    }
    const auto ask = [wanted](const ShardView &shard) {
        Snapshots snapshots;
        for (const LinkId link : wanted) {
            if (auto snapshot = snapshotOn(shard, link))
                snapshots.push_back(std::move(*snapshot));
        }
        return snapshots;
    };
    gatherFromShards<Snapshots>(m_view, m_home, ask, [this, done = std::move(done)](std::vector<Snapshots> shards) {
        const auto table = tableOf(std::move(shards));
        QList<QJsonObject> rows;
        for (qsizetype row = 0; row < table->count(); ++row)
            rows.append(rowObject(*table, described(), row, false));
        done(std::move(rows));
    });
}

void LinksProvider::invoke(const Operator &, const CommandCall &call, Answer<CommandOutcome> done)
{
    struct Share
    {
        QStringList met;
        QMap<QString, QString> errors;
    };
    const auto ask = [keys = call.keys, isDryRun = call.isDryRun, act = actOf(call)](const ShardView &shard) {
        Share share;
        for (const QString &key : keys) {
            const auto link = linkOf(key);
            auto target = link ? targetOn(shard, *link) : std::nullopt;
            if (!target)
                continue;
            share.met.append(key);
            if (const QString error = isDryRun ? QString() : act(*target); !error.isEmpty())
                share.errors.insert(key, error);
        }
        return share;
    };
    const auto settle = [call, done = std::move(done)](const std::vector<Share> &shares) {
        CommandOutcome outcome;
        QStringList met;
        for (const Share &share : shares) {
            met += share.met;
            outcome.errors.insert(share.errors);
        }
        for (const QString &key : call.keys) {
            if (!met.contains(key))
                outcome.errors.insert(key, u"it is not connected (any more)"_s);
        }
        outcome.affected = call.keys.size() - outcome.errors.size();
        const QString text = call.isDryRun ? u"%1 of %2 would be %3"_s : u"%1 of %2 %3"_s;
        outcome.text = text.arg(outcome.affected)
                           .arg(call.keys.size())
                           .arg(call.command == "kick"_L1 ? u"disconnected"_s : u"throttled"_s);
        done(std::move(outcome));
    };
    gatherFromShards<Share>(m_view, m_home, ask, settle);
}

} // namespace Tidegate::Admin
