// SPDX-License-Identifier: MIT
#include "admin/local/subjectsprovider.h"

#include "admin/local/cells.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using Mesh::SubjectCounts;

namespace {

struct SubjectRow
{
    QByteArray prefix;
    SubjectCounts::Counts counts;
};

const StructTable<SubjectRow>::Cells &subjectCells()
{
    using Row = const SubjectRow &;
    static const StructTable<SubjectRow>::Cells Cells{
        {u"prefix"_s, [](Row r) { return QJsonValue(text(r.prefix)); }},
        {u"published"_s, [](Row r) { return QJsonValue(r.counts.published); }},
        {u"publishedBytes"_s, [](Row r) { return QJsonValue(r.counts.publishedBytes); }},
        {u"requested"_s, [](Row r) { return QJsonValue(r.counts.requested); }},
        {u"delivered"_s, [](Row r) { return QJsonValue(r.counts.delivered); }},
        {u"deliveredBytes"_s, [](Row r) { return QJsonValue(r.counts.deliveredBytes); }},
        {u"refused"_s, [](Row r) { return QJsonValue(r.counts.refused); }},
    };
    return Cells;
}

} // namespace

qint64 SubjectsProvider::revision() const
{
    return view().mesh.published.value() + view().mesh.requested.value() + view().mesh.denied.value();
}

void SubjectsProvider::make(std::function<void(TablePtr)> done)
{
    const auto ask = [](const ShardView &shard) {
        SubjectCounts::Table table;
        if (shard.mesh)
            shard.mesh->services().subjects.addTo(table);
        return table;
    };
    const auto merge = [done = std::move(done)](const std::vector<SubjectCounts::Table> &shards) {
        SubjectCounts::Table all;
        for (const SubjectCounts::Table &shard : shards) {
            for (auto each = shard.cbegin(); each != shard.cend(); ++each)
                all[each.key()] += each.value();
        }
        std::vector<SubjectRow> rows;
        for (auto each = all.cbegin(); each != all.cend(); ++each)
            rows.push_back({each.key(), each.value()});
        done(std::make_shared<StructTable<SubjectRow>>(std::move(rows), subjectCells()));
    };
    gatherFromShards<SubjectCounts::Table>(view(), home(), ask, merge);
}

} // namespace Tidegate::Admin
