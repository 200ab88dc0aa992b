// SPDX-License-Identifier: MIT
#include "admin/local/decisionsprovider.h"

#include "admin/local/cells.h"
#include "admin/local/linksprovider.h"

#include <QJsonArray>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

QString kindName(DecisionKind kind)
{
    switch (kind) {
    case DecisionKind::Denied:
        return u"denied"_s;
    case DecisionKind::Dropped:
        return u"dropped"_s;
    case DecisionKind::Filtered:
        return u"filtered"_s;
    case DecisionKind::Delayed:
        return u"delayed"_s;
    case DecisionKind::Closed:
        return u"closed"_s;
    case DecisionKind::Gap:
        return u"gap"_s;
    case DecisionKind::Answered:
        break;
    }
    return u"answered"_s;
}

using EntryPtr = DecisionLog::EntryPtr;

const StructTable<EntryPtr>::Cells &decisionCells()
{
    using Row = const EntryPtr &;
    static const StructTable<EntryPtr>::Cells Cells{
        {u"number"_s, [](Row r) { return QJsonValue(r->number); }},
        {u"at"_s, [](Row r) { return QJsonValue(r->decision.lastAtMs); }},
        {u"firstAt"_s, [](Row r) { return QJsonValue(r->decision.firstAtMs); }},
        {u"kind"_s, [](Row r) { return QJsonValue(kindName(r->decision.rule->kind)); }},
        {u"rule"_s, [](Row r) { return QJsonValue(QString::fromUtf8(r->decision.rule->name)); }},
        {u"code"_s, [](Row r) { return unlessEmpty(r->decision.code); }},
        {u"text"_s, [](Row r) { return QJsonValue(QString::fromUtf8(r->decision.rule->text)); }},
        {u"fix"_s, [](Row r) { return QJsonValue(QString::fromUtf8(r->decision.rule->fix)); }},
        {u"detail"_s, [](Row r) { return unlessEmpty(r->decision.detail); }},
        {u"link"_s,
         [](Row r) { return QJsonValue(r->decision.link ? LinksProvider::keyOf({r->decision.link}) : QString()); }},
        {u"user"_s, [](Row r) { return QJsonValue(text(r->decision.user)); }},
        {u"site"_s, [](Row r) { return QJsonValue(text(r->decision.site)); }},
        {u"subject"_s, [](Row r) { return QJsonValue(text(r->decision.subject)); }},
        {u"messages"_s, [](Row r) { return QJsonValue(list(r->decision.messages)); }},
        {u"count"_s, [](Row r) { return QJsonValue(r->decision.count); }},
    };
    return Cells;
}

struct LimitRow
{
    DecisionLog::LimitHits hits;
    LimitBucket bucket;
    qint64 nowMs = 0;
};

const StructTable<LimitRow>::Cells &limitCells()
{
    using Row = const LimitRow &;
    static const StructTable<LimitRow>::Cells Cells{
        {u"key"_s, [](Row r) { return QJsonValue(QString::fromUtf8(r.hits.rule->name) + u'/' + text(r.hits.who)); }},
        {u"limit"_s, [](Row r) { return QJsonValue(QString::fromUtf8(r.hits.rule->name)); }},
        {u"who"_s, [](Row r) { return QJsonValue(text(r.hits.who)); }},
        {u"used"_s, [](Row r) { return r.bucket.rule ? QJsonValue(r.bucket.hits) : QJsonValue(); }},
        {u"max"_s, [](Row r) { return r.bucket.rule ? QJsonValue(r.bucket.max) : QJsonValue(); }},
        {u"resetsAt"_s, [](Row r) { return r.bucket.rule ? QJsonValue(r.nowMs + r.bucket.endsInMs) : QJsonValue(); }},
        {u"hits"_s, [](Row r) { return QJsonValue(r.hits.hits); }},
        {u"firstAt"_s, [](Row r) { return r.hits.hits ? QJsonValue(r.hits.firstAtMs) : QJsonValue(); }},
        {u"lastAt"_s, [](Row r) { return r.hits.hits ? QJsonValue(r.hits.lastAtMs) : QJsonValue(); }},
    };
    return Cells;
}

using Buckets = std::vector<LimitBucket>;

//! Of the links that are near their limit; the others are too many to be of use.
Buckets bucketsOf(const ShardView &shard)
{
    Buckets buckets;
    for (const Ssma::ShardSession *session : shard.ssma->sessions()) {
        const auto bucket = session->messageBucket();
        if (bucket && bucket->hits * 2 >= bucket->max)
            buckets.push_back(*bucket);
    }
    return buckets;
}

std::function<void(Buckets)> atHome(const Home &home, std::function<void(Buckets)> take)
{
    return [tasks = home.tasks, take = std::move(take)](Buckets buckets) {
        tasks->post([take, buckets = std::move(buckets)] { take(buckets); });
    };
}

} // namespace

void DecisionsProvider::collect(Answer<TablePtr> done)
{
    done(TablePtr(std::make_shared<StructTable<EntryPtr>>(m_view.decisions.entries(), decisionCells())));
}

void DecisionsProvider::page(const PageRequest &request, Answer<Page> done)
{
    const auto ofLink = std::find_if(request.filters.begin(), request.filters.end(), [](const Filter &filter) {
        return filter.field == "link"_L1 && filter.op == FilterOp::Equal;
    });
    const auto link = ofLink == request.filters.end() ? std::nullopt : LinksProvider::linkOf(ofLink->value.toString());
    if (!link) {
        TableProvider::page(request, std::move(done));
        return;
    }
    PageRequest rest = request;
    rest.filters.removeAt(ofLink - request.filters.begin());
    pageOfLink(*link, std::move(rest), std::move(done));
}

void DecisionsProvider::pageOfLink(LinkId link, PageRequest request, Answer<Page> done)
{
    const auto audiences = [link](const ShardView &shard) {
        const Ssma::ShardSession *session = shard.ssma->session(link);
        return session ? session->audiences() : QByteArrayList();
    };
    const auto answer = [this, link, request, done = std::move(done)](const std::vector<QByteArrayList> &shards) {
        QByteArrayList names;
        for (const QByteArrayList &shard : shards)
            names += shard;
        auto entries = m_view.decisions.entries();
        std::erase_if(entries, [&](const EntryPtr &entry) {
            const Decision &decision = entry->decision;
            const bool isOfAudience = decision.link == 0 && !decision.who.isEmpty() && names.contains(decision.who);
            return decision.link != link.value && !isOfAudience;
        });
        const StructTable<EntryPtr> table(std::move(entries), decisionCells());
        Page page = pageOf(table, described(), request);
        page.revision = revision();
        done(std::move(page));
    };
    gatherFromShards<QByteArrayList>(m_view, m_home, audiences, answer);
}

void DecisionsProvider::rows(const QStringList &keys, Answer<QList<QJsonObject>> done)
{
    std::vector<EntryPtr> entries;
    for (const QString &key : keys) {
        if (EntryPtr entry = m_view.decisions.entry(key.toLongLong()))
            entries.push_back(std::move(entry));
    }
    const StructTable<EntryPtr> table(std::move(entries), decisionCells());
    QList<QJsonObject> rows;
    for (qsizetype row = 0; row < table.count(); ++row)
        rows.append(rowObject(table, described(), row, false));
    done(std::move(rows));
}

LimitsProvider::LimitsProvider(const GatewayView &gateway, const Home &admin)
    : KeptTableProvider(gateway, admin, KeptForMs)
{
    addSource([this](const auto &done) {
        askCore<Buckets>(
            view(), home(), [&ssma = view().ssma] { return ssma.limitBuckets(); }, done);
    });
    addSource([this](const auto &done) {
        gatherFromShards<Buckets>(view(), home(), bucketsOf, [done](const std::vector<Buckets> &shards) {
            Buckets all;
            for (const Buckets &shard : shards)
                all.insert(all.end(), shard.begin(), shard.end());
            done(std::move(all));
        });
    });
}

void LimitsProvider::make(std::function<void(TablePtr)> done)
{
    struct Gathering
    {
        Buckets buckets;
        size_t open;
    };
    auto gathering = std::make_shared<Gathering>(Gathering{{}, m_sources.size()});
    const auto finish = [this, done = std::move(done)](const Buckets &buckets) {
        using Key = std::pair<const DecisionRule *, QByteArray>;
        QHash<Key, LimitBucket> open;
        for (const LimitBucket &bucket : buckets)
            open.insert({bucket.rule, bucket.who}, bucket);
        const qint64 now = view().clock.nowMs();
        std::vector<LimitRow> rows;
        for (DecisionLog::LimitHits &hits : view().decisions.limitHits()) {
            const LimitBucket bucket = open.take({hits.rule, hits.who});
            rows.push_back({std::move(hits), bucket, now});
        }
        for (const LimitBucket &bucket : std::as_const(open))
            rows.push_back({{bucket.rule, bucket.who}, bucket, now});
        done(std::make_shared<StructTable<LimitRow>>(std::move(rows), limitCells()));
    };
    const auto take = [gathering, finish](const Buckets &buckets) {
        gathering->buckets.insert(gathering->buckets.end(), buckets.begin(), buckets.end());
        if (--gathering->open == 0)
            finish(gathering->buckets);
    };
    for (const Source &source : m_sources)
        source(atHome(home(), take));
}

} // namespace Tidegate::Admin
