// SPDX-License-Identifier: MIT
#include "admin/local/streamproviders.h"

#include "admin/local/cells.h"
#include "admin/local/linksprovider.h"
#include "session/sharedata/linksession.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <algorithm>

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
    LinkId link;
    QByteArray connectionId;
    QByteArray user;
    Role role = Role::Guest;
    QByteArray site;
    Ssma::SubscriptionKey key; //!< of a document: its id
    QByteArray stream;
    QByteArray filter;
    qint64 sinceMs = 0;
    Offset startedAfter = 0;
    Offset head = 0;
    Offset position = 0; //!< handed over since it began
    QByteArray continuity;
    QByteArray gapReason;
    qint64 recoveries = 0;
};

SubscriptionRow rowOf(const Ssma::ClientInfo &client, const Ssma::SubscriptionKey &key,
                      const Ssma::Subscription &subscription, Offset head)
{
    SubscriptionRow row;
    row.link = client.link;
    row.connectionId = client.connectionId;
    row.user = client.principal.subjectId;
    row.role = client.principal.role;
    row.site = client.site;
    row.key = key;
    row.stream = subscription.stream;
    row.filter = subscription.filter;
    row.sinceMs = subscription.subscribedAtMs;
    row.startedAfter = subscription.startedAfter;
    row.head = head;
    row.continuity = subscription.continuity;
    row.gapReason = subscription.gapReason;
    row.recoveries = subscription.recoveries;
    return row;
}

SubscriptionRow rowOf(LinkId link, const ShareData::Identity &identity, const Document &document,
                      const ShareData::Subscription &subscription)
{
    SubscriptionRow row;
    row.link = link;
    row.connectionId = LinksProvider::keyOf(link).toLatin1();
    row.user = identity.subject();
    row.role = Role::User; // the dialect lets nobody in without a token
    row.key.channel = document.id;
    row.stream = document.stream;
    row.sinceMs = subscription.sinceMs;
    row.startedAfter = subscription.startedAfter;
    row.head = document.durable.seq;
    row.continuity = subscription.continuity;
    row.gapReason = subscription.gapReason;
    row.recoveries = subscription.recoveries;
    return row;
}

QJsonValue unlessEmpty(const QByteArray &word)
{
    return word.isEmpty() ? QJsonValue() : QJsonValue(text(word));
}

const StructTable<SubscriptionRow>::Cells &subscriptionCells()
{
    using Row = const SubscriptionRow &;
    static const StructTable<SubscriptionRow>::Cells Cells{
        {u"id"_s,
         [](Row r) {
             return QJsonValue(LinksProvider::keyOf(r.link) + u'/' + text(r.key.channel) + text(r.key.params));
         }},
        {u"link"_s, [](Row r) { return QJsonValue(LinksProvider::keyOf(r.link)); }},
        {u"connection"_s, [](Row r) { return QJsonValue(text(r.connectionId)); }},
        {u"user"_s, [](Row r) { return QJsonValue(text(r.user)); }},
        {u"role"_s, [](Row r) { return QJsonValue(text(roleName(r.role))); }},
        {u"site"_s, [](Row r) { return QJsonValue(text(r.site)); }},
        {u"stream"_s, [](Row r) { return QJsonValue(text(r.stream)); }},
        {u"channel"_s, [](Row r) { return QJsonValue(text(r.key.channel)); }},
        {u"parameters"_s, [](Row r) { return jsonOf(r.key.params); }},
        {u"filter"_s, [](Row r) { return jsonOf(r.filter); }},
        {u"since"_s, [](Row r) { return QJsonValue(r.sinceMs); }},
        {u"startedAfter"_s, [](Row r) { return QJsonValue(qint64(r.startedAfter)); }},
        {u"position"_s, [](Row r) { return QJsonValue(qint64(std::max<Offset>(r.position, r.startedAfter))); }},
        {u"head"_s, [](Row r) { return QJsonValue(qint64(r.head)); }},
        {u"continuity"_s, [](Row r) { return unlessEmpty(r.continuity); }},
        {u"gapReason"_s, [](Row r) { return unlessEmpty(r.gapReason); }},
        {u"recoveries"_s, [](Row r) { return QJsonValue(r.recoveries); }},
    };
    return Cells;
}

//! What a stream keeps: events of the log, or of a document its transactions.
struct KeptEvents
{
    std::vector<EventPtr> events;
    QByteArray documentId;
    std::vector<TransactionRecord> transactions;
};

//! Core thread. Null: it is none, or is gone.
const Document *documentOf(const GatewayView &view, const QByteArray &stream)
{
    if (!view.documents || !isDocument(stream))
        return nullptr;
    const Document *document = view.documents->find(levelAfter(stream, "doc").toUtf8());
    return document && document->stream == stream ? document : nullptr;
}

QJsonObject transactionRow(const QByteArray &stream, const QByteArray &documentId, const TransactionRecord &record)
{
    QJsonObject payload{{u"accepted"_s, record.accepted}};
    if (!record.state.isEmpty())
        payload.insert(u"currentState"_s, QJsonDocument::fromJson('[' + record.state + ']').array().at(0));
    return {{u"offset"_s, qint64(record.seq)},
            {u"stream"_s, text(stream)},
            {u"at"_s, record.atMs},
            {u"key"_s, text(documentId)},
            {u"minRole"_s, text(roleName(Role::User))}, // and what the rules say
            {u"bytes"_s, qint64(record.byteSize())},
            {u"payload"_s, payload}};
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

qint64 SubscriptionsProvider::total() const
{
    return view().dialect.channelSubscriptions.value() + view().sharedata.subscriptions.value();
}

void SubscriptionsProvider::make(std::function<void(TablePtr)> done)
{
    using Rows = std::vector<SubscriptionRow>;
    using Positions = std::map<std::pair<LinkId, Ssma::SubscriptionKey>, Offset>;
    const auto ask = [view = view()] {
        Rows rows;
        for (const Ssma::SubscriptionTable::Client &client : view.ssma.table().clients()) {
            for (const auto &[key, subscription] : client.subscriptions)
                rows.push_back(rowOf(client.info, key, subscription, view.engine.headSeq()));
        }
        if (view.documentSessions) {
            view.documentSessions->eachSubscription([&](LinkId link, const ShareData::Identity &identity,
                                                        const QByteArray &documentId,
                                                        const ShareData::Subscription &subscription) {
                if (const Document *document = view.documents->find(documentId))
                    rows.push_back(rowOf(link, identity, *document, subscription));
            });
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
        if (!shard.sharedata)
            return positions;
        for (const ShareData::LinkSession *session : shard.sharedata->sessions()) {
            for (const auto &[documentId, position] : session->positions())
                positions.emplace(std::pair(session->link().id(), Ssma::SubscriptionKey{documentId, {}}), position);
        }
        return positions;
    };
    askCore<Rows>(view(), home(), ask, [this, positionsOf, done = std::move(done)](const Rows &subscriptions) {
        gatherFromShards<Positions>(view(), home(), positionsOf, [=](const std::vector<Positions> &shards) {
            Rows rows = subscriptions;
            for (SubscriptionRow &row : rows) {
                for (const Positions &positions : shards) {
                    if (const auto found = positions.find({row.link, row.key}); found != positions.end())
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
    const auto ask = [view = m_view, stream]() -> KeptEvents {
        const Document *document = documentOf(view, stream);
        if (!document)
            return {view.hub.log().readNewest(stream, MaxEvents).events, {}, {}};
        const auto &records = document->window.records();
        const qsizetype older = std::max<qsizetype>(qsizetype(records.size()) - MaxEvents, 0);
        return {{}, document->id, {records.begin() + older, records.end()}};
    };
    askCore<KeptEvents>(m_view, m_home, ask, [this, request, stream, done = std::move(done)](const KeptEvents &kept) {
        QList<QJsonObject> rows;
        rows.reserve(qsizetype(kept.events.size() + kept.transactions.size()));
        for (const EventPtr &event : kept.events)
            rows.append(eventRow(stream, *event));
        for (const TransactionRecord &record : kept.transactions)
            rows.append(transactionRow(stream, kept.documentId, record));
        const qint64 newest = rows.isEmpty() ? 0 : rows.last()[u"offset"_s].toInteger();
        Page page = pageOf(ObjectTable(std::move(rows)), described(), request);
        page.revision = newest;
        done(std::move(page));
    });
}

void EventsProvider::one(const QString &key, Answer<QJsonObject> done)
{
    const QByteArray stream = key.section(u'/', 0, -2).toUtf8();
    const Offset offset = key.section(u'/', -1).toULongLong();
    const auto ask = [view = m_view, stream, offset]() -> KeptEvents {
        const Document *document = documentOf(view, stream);
        if (!document)
            return {view.hub.log().readAfter(stream, offset > 0 ? offset - 1 : 0, 1).events, {}, {}};
        const auto &records = document->window.records();
        const auto found = std::find_if(records.begin(), records.end(),
                                        [&](const TransactionRecord &record) { return record.seq == offset; });
        return {{}, document->id, {found, found == records.end() ? found : std::next(found)}};
    };
    askCore<KeptEvents>(m_view, m_home, ask, [=, this, done = std::move(done)](const KeptEvents &kept) {
        if (!kept.transactions.empty())
            done(transactionRow(stream, kept.documentId, kept.transactions.front()));
        else if (!kept.events.empty() && kept.events.front()->offset == offset)
            done(eventRow(stream, *kept.events.front()));
        else
            done(noSuchRow(resource(), key));
    });
}

void EventsProvider::rows(const QStringList &, Answer<QList<QJsonObject>> done)
{
    done(QList<QJsonObject>()); // an event never changes
}

} // namespace Tidegate::Admin
