// SPDX-License-Identifier: MIT
#include "admin/local/streamproviders.h"

#include "admin/local/cells.h"
#include "admin/local/linksprovider.h"

#include <QJsonDocument>
#include <QUrl>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

QJsonValue jsonOf(const QByteArray &json)
{
    return json.isEmpty() ? QJsonValue() : QJsonValue(QJsonDocument::fromJson(json).object());
}

struct StreamRow
{
    StreamSpan span;
    StreamPulse::Beat beat;
    double rate = 0;
    qsizetype subscribers = 0;
    Ssma::RecoveryTally::Count resumed;
    QByteArray epoch;
    bool isDurable = false;
};

//! One level of a subject, as the client named it.
QString levelAfter(const QByteArray &stream, const QByteArray &level)
{
    const QByteArrayList levels = stream.split('.');
    const qsizetype at = levels.indexOf(level);
    return at < 0 || at + 1 >= levels.size() ? QString()
                                             : QString::fromUtf8(QByteArray::fromPercentEncoding(levels[at + 1]));
}

bool isDocument(const QByteArray &stream)
{
    return stream.startsWith("doc.");
}

QString dialectOf(const QByteArray &stream)
{
    return isDocument(stream) ? u"sharedata"_s : text(stream).section(u'.', 0, 0);
}

StreamSpan spanOf(const Document &document)
{
    const auto &records = document.window.records();
    const quint64 oldest = records.empty() ? document.durable.seq : records.front().seq;
    return {document.stream, oldest, document.durable.seq, qsizetype(records.size()), document.window.bytes()};
}

const StructTable<StreamRow>::Cells &streamCells()
{
    using Row = const StreamRow &;
    static const StructTable<StreamRow>::Cells Cells{
        {u"name"_s, [](Row r) { return QJsonValue(text(r.span.stream)); }},
        {u"dialect"_s, [](Row r) { return QJsonValue(dialectOf(r.span.stream)); }},
        {u"site"_s, [](Row r) { return QJsonValue(levelAfter(r.span.stream, "site")); }},
        {u"channel"_s,
         [](Row r) { return QJsonValue(levelAfter(r.span.stream, isDocument(r.span.stream) ? "doc" : "channel")); }},
        {u"kind"_s, [](Row r) { return QJsonValue(r.isDurable ? u"durable"_s : u"volatile"_s); }},
        {u"epoch"_s, [](Row r) { return QJsonValue(text(r.epoch)); }},
        {u"recoveries"_s, [](Row r) { return QJsonValue(r.resumed.recoveries); }},
        {u"gaps"_s, [](Row r) { return QJsonValue(r.resumed.gaps); }},
        {u"head"_s, [](Row r) { return r.span.events ? QJsonValue(qint64(r.span.newest)) : QJsonValue(); }},
        {u"oldest"_s, [](Row r) { return r.span.events ? QJsonValue(qint64(r.span.oldest)) : QJsonValue(); }},
        {u"retained"_s, [](Row r) { return QJsonValue(qint64(r.span.events)); }},
        {u"retainedBytes"_s, [](Row r) { return QJsonValue(qint64(r.span.bytes)); }},
        {u"subscribers"_s, [](Row r) { return QJsonValue(qint64(r.subscribers)); }},
        {u"published"_s, [](Row r) { return QJsonValue(r.beat.published); }},
        {u"rate"_s, [](Row r) { return QJsonValue(r.rate); }},
        {u"lastEventAt"_s, [](Row r) { return r.beat.lastAtMs ? QJsonValue(r.beat.lastAtMs) : QJsonValue(); }},
    };
    return Cells;
}

struct SubscriptionRow
{
    Ssma::ClientInfo client;
    Ssma::SubscriptionKey key;
    Ssma::Subscription subscription;
    quint64 head = 0;
    Offset position = 0; //!< handed over since it began
};

const StructTable<SubscriptionRow>::Cells &subscriptionCells()
{
    using Row = const SubscriptionRow &;
    static const StructTable<SubscriptionRow>::Cells Cells{
        {u"id"_s,
         [](Row r) {
             return QJsonValue(LinksProvider::keyOf(r.client.link) + u'/' + text(r.key.channel) + text(r.key.params));
         }},
        {u"link"_s, [](Row r) { return QJsonValue(LinksProvider::keyOf(r.client.link)); }},
        {u"connection"_s, [](Row r) { return QJsonValue(text(r.client.connectionId)); }},
        {u"user"_s, [](Row r) { return QJsonValue(text(r.client.principal.subjectId)); }},
        {u"role"_s, [](Row r) { return QJsonValue(text(roleName(r.client.principal.role))); }},
        {u"site"_s, [](Row r) { return QJsonValue(text(r.client.site)); }},
        {u"stream"_s, [](Row r) { return QJsonValue(text(r.subscription.stream)); }},
        {u"channel"_s, [](Row r) { return QJsonValue(text(r.key.channel)); }},
        {u"parameters"_s, [](Row r) { return jsonOf(r.key.params); }},
        {u"filter"_s, [](Row r) { return jsonOf(r.subscription.filter); }},
        {u"since"_s, [](Row r) { return QJsonValue(r.subscription.subscribedAtMs); }},
        {u"startedAfter"_s, [](Row r) { return QJsonValue(qint64(r.subscription.startedAfter)); }},
        {u"position"_s,
         [](Row r) { return QJsonValue(qint64(std::max<quint64>(r.position, r.subscription.startedAfter))); }},
        {u"head"_s, [](Row r) { return QJsonValue(qint64(r.head)); }},
        {u"continuity"_s,
         [](Row r) {
             return r.subscription.continuity.isEmpty() ? QJsonValue() : QJsonValue(text(r.subscription.continuity));
         }},
        {u"gapReason"_s,
         [](Row r) {
             return r.subscription.gapReason.isEmpty() ? QJsonValue() : QJsonValue(text(r.subscription.gapReason));
         }},
        {u"recoveries"_s, [](Row r) { return QJsonValue(r.subscription.recoveries); }},
    };
    return Cells;
}

QJsonObject eventRow(const QByteArray &stream, const Event &event)
{
    const QJsonObject payload = QJsonDocument::fromJson(event.payload).object();
    QJsonObject row{{u"offset"_s, qint64(event.offset)},
                    {u"stream"_s, text(stream)},
                    {u"key"_s, text(event.key)},
                    {u"minRole"_s, text(roleName(event.minRole))},
                    {u"bytes"_s, qint64(event.byteSize())},
                    {u"payload"_s, payload}};
    // The log keeps no time of its own; rows of intents carry when they were stored.
    if (const QJsonValue at = payload[u"insertedAt"_s]; at.isDouble())
        row.insert(u"at"_s, at);
    if (!event.annex.isEmpty())
        row.insert(u"replayed"_s, jsonOf('{' + event.annex + '}'));
    return row;
}

} // namespace

void StreamsProvider::make(std::function<void(TablePtr)> done)
{
    const auto ask = [view = view(), pulse = m_pulse]() -> TablePtr {
        QHash<QByteArray, StreamRow> rows;
        for (StreamSpan &span : view.hub.log().spans()) {
            rows[span.stream].span = span;
            rows[span.stream].isDurable = span.events > 0;
        }
        if (view.documents) {
            for (const auto &[id, document] : view.documents->documents()) {
                StreamRow &row = rows[document->stream];
                row.span = spanOf(*document);
                row.epoch = QByteArray::number(document->epoch);
                row.isDurable = true;
            }
        }
        for (const QByteArray &stream : view.hub.followedStreams())
            rows[stream].subscribers = view.hub.subscriberCount(stream);
        for (const QByteArray &stream : pulse->streams())
            rows[stream].beat = pulse->beat(stream);
        std::vector<StreamRow> table;
        table.reserve(size_t(rows.size()));
        const qint64 now = view.clock.monotonicMs();
        for (auto row = rows.begin(); row != rows.end(); ++row) {
            row->span.stream = row.key();
            row->rate = row->beat.perSecond(now);
            row->resumed = view.ssma.recoveries().of(row.key());
            if (row->epoch.isEmpty())
                row->epoch = view.engine.epoch();
            table.push_back(std::move(*row));
        }
        return std::make_shared<StructTable<StreamRow>>(std::move(table), streamCells());
    };
    askCore<TablePtr>(view(), home(), ask, std::move(done));
}

void SubscriptionsProvider::make(std::function<void(TablePtr)> done)
{
    using Rows = std::vector<SubscriptionRow>;
    using Positions = std::map<std::pair<LinkId, Ssma::SubscriptionKey>, Offset>;
    const auto ask = [view = view()] {
        Rows rows;
        for (const Ssma::SubscriptionTable::Client &client : view.ssma.table().clients()) {
            for (const auto &[key, subscription] : client.subscriptions)
                rows.push_back({client.info, key, subscription, view.engine.headSeq()});
        }
        return rows;
    };
    const auto positionsOf = [](const ShardView &shard) {
        Positions positions;
        const auto &sessions = shard.ssma->sessions();
        for (auto session = sessions.begin(); session != sessions.end(); ++session) {
            for (const auto &[key, position] : (*session)->positions())
                positions.emplace(std::pair(session.key(), key), position);
        }
        return positions;
    };
    askCore<Rows>(view(), home(), ask, [this, positionsOf, done = std::move(done)](const Rows &subscriptions) {
        gatherFromShards<Positions>(view(), home(), positionsOf, [=](const std::vector<Positions> &shards) {
            Rows rows = subscriptions;
            for (SubscriptionRow &row : rows) {
                for (const Positions &positions : shards) {
                    if (const auto found = positions.find({row.client.link, row.key}); found != positions.end())
                        row.position = found->second;
                }
            }
            done(std::make_shared<StructTable<SubscriptionRow>>(std::move(rows), subscriptionCells()));
        });
    });
}

void EventsProvider::page(const PageRequest &request, Answer<Page> done)
{
    QByteArray stream;
    for (const Filter &filter : request.filters) {
        if (filter.field == "stream"_L1 && filter.op == FilterOp::Equal)
            stream = filter.value.toString().toUtf8();
    }
    const auto ask = [view = m_view, stream] { return view.hub.log().readNewest(stream, MaxEvents).events; };
    askCore<std::vector<EventPtr>>(
        m_view, m_home, ask, [this, request, stream, done = std::move(done)](const std::vector<EventPtr> &events) {
            QList<QJsonObject> rows;
            rows.reserve(qsizetype(events.size()));
            for (const EventPtr &event : events)
                rows.append(eventRow(stream, *event));
            Page page = pageOf(ObjectTable(std::move(rows)), described(), request);
            page.revision = events.empty() ? 0 : qint64(events.back()->offset);
            done(std::move(page));
        });
}

void EventsProvider::one(const QString &key, Answer<QJsonObject> done)
{
    const QByteArray stream = key.section(u'/', 0, -2).toUtf8();
    const Offset offset = key.section(u'/', -1).toULongLong();
    const auto ask = [view = m_view, stream, offset] {
        return view.hub.log().readAfter(stream, offset > 0 ? offset - 1 : 0, 1).events;
    };
    askCore<std::vector<EventPtr>>(m_view, m_home, ask,
                                   [=, this, done = std::move(done)](const std::vector<EventPtr> &events) {
                                       if (events.empty() || events.front()->offset != offset)
                                           done(noSuchRow(resource(), key));
                                       else
                                           done(eventRow(stream, *events.front()));
                                   });
}

void EventsProvider::rows(const QStringList &, Answer<QList<QJsonObject>> done)
{
    done(QList<QJsonObject>()); // an event never changes
}

} // namespace Tidegate::Admin
