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
    return m_dialect.published.value() + m_dialect.requested.value() + m_dialect.denied.value();
}

void SubjectsProvider::collect(Answer<TablePtr> done)
{
    const SubjectCounts::Table counts = m_counts();
    std::vector<SubjectRow> rows;
    for (auto each = counts.cbegin(); each != counts.cend(); ++each)
        rows.push_back({each.key(), each.value()});
    done(TablePtr(std::make_shared<StructTable<SubjectRow>>(std::move(rows), subjectCells())));
}

} // namespace Tidegate::Admin
