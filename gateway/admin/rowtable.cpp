// SPDX-License-Identifier: MIT
#include "admin/rowtable.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace Tidegate::Admin {

namespace {

//! Orders values of one column: unknown, then numbers and truth values, then texts without regard to case.
int compare(const QJsonValue &a, const QJsonValue &b)
{
    const auto rank = [](const QJsonValue &value) {
        return value.isNull() || value.isUndefined() ? 0 : value.isString() ? 2 : 1;
    };
    if (const int difference = rank(a) - rank(b); difference != 0)
        return difference;
    if (a.isString()) {
        const QString left = a.toString();
        const QString right = b.toString();
        const int folded = left.compare(right, Qt::CaseInsensitive);
        return folded != 0 ? folded : left.compare(right);
    }
    if (a.isDouble() && b.isDouble()) {
        const qint64 left = a.toInteger();
        const qint64 right = b.toInteger();
        if (left != right)
            return left < right ? -1 : 1;
        return a.toDouble() < b.toDouble() ? -1 : a.toDouble() > b.toDouble() ? 1 : 0;
    }
    return int(a.toBool()) - int(b.toBool());
}

bool contains(const QJsonValue &value, const QString &needle)
{
    if (value.isString())
        return value.toString().contains(needle, Qt::CaseInsensitive);
    if (value.isArray()) {
        const QJsonArray list = value.toArray();
        return std::any_of(list.begin(), list.end(), [&needle](const QJsonValue &element) {
            return element.toString().compare(needle, Qt::CaseInsensitive) == 0;
        });
    }
    return value.isDouble() && keyText(value).contains(needle);
}

bool isSearched(const Column &column)
{
    return (column.type == ColumnType::Text || column.type == ColumnType::Enum) && !column.isDetail;
}

//! What a request asks of one row, with the readers resolved once.
class RowTest
{
public:
    RowTest(const RowTable &table, const Resource &resource, const PageRequest &request)
        : m_search(request.search)
    {
        for (const Filter &filter : request.filters)
            m_filters.emplace_back(filter, table.reader(filter.field));
        if (m_search.isEmpty())
            return;
        for (const Column &column : resource.columns) {
            if (CellReader reader = isSearched(column) ? table.reader(column.name) : CellReader())
                m_searched.push_back(std::move(reader));
        }
    }

    bool passes(qsizetype row) const
    {
        for (const auto &[filter, reader] : m_filters) {
            if (!matches(filter, reader ? reader(row) : QJsonValue()))
                return false;
        }
        return m_search.isEmpty() || std::any_of(m_searched.begin(), m_searched.end(), [&](const CellReader &reader) {
                   return contains(reader(row), m_search);
               });
    }

private:
    const QString m_search;
    std::vector<std::pair<Filter, CellReader>> m_filters;
    std::vector<CellReader> m_searched;
};

} // namespace

QString keyText(const QJsonValue &key)
{
    return key.isDouble() ? QString::number(key.toInteger()) : key.toString();
}

bool matches(const Filter &filter, const QJsonValue &value)
{
    const bool isUnknown = value.isNull() || value.isUndefined();
    switch (filter.op) {
    case FilterOp::Equal:
        return !isUnknown && compare(value, filter.value) == 0;
    case FilterOp::NotEqual:
        return isUnknown || compare(value, filter.value) != 0;
    case FilterOp::Less:
        return !isUnknown && compare(value, filter.value) < 0;
    case FilterOp::LessOrEqual:
        return !isUnknown && compare(value, filter.value) <= 0;
    case FilterOp::Greater:
        return !isUnknown && compare(value, filter.value) > 0;
    case FilterOp::GreaterOrEqual:
        return !isUnknown && compare(value, filter.value) >= 0;
    case FilterOp::Contains:
        return contains(value, filter.value.toString());
    }
    return false;
}

std::vector<qsizetype> matchingRows(const RowTable &table, const Resource &resource, const PageRequest &request)
{
    const RowTest test(table, resource, request);
    const bool hasOwnSort = !request.sort.isEmpty();
    const CellReader sortReader = table.reader(hasOwnSort ? request.sort : resource.defaultSort);
    const bool isDescending = hasOwnSort ? request.isDescending : resource.isDefaultDescending;

    std::vector<std::pair<QJsonValue, qsizetype>> found;
    for (qsizetype row = 0; row < table.count(); ++row) {
        if (test.passes(row))
            found.emplace_back(sortReader ? sortReader(row) : QJsonValue(), row);
    }
    std::stable_sort(found.begin(), found.end(), [isDescending](const auto &a, const auto &b) {
        return isDescending ? compare(b.first, a.first) < 0 : compare(a.first, b.first) < 0;
    });
    std::vector<qsizetype> order;
    order.reserve(found.size());
    for (const auto &entry : found)
        order.push_back(entry.second);
    return order;
}

QJsonObject rowObject(const RowTable &table, const Resource &resource, qsizetype row, bool withDetails)
{
    QJsonObject object;
    for (const Column &column : resource.columns) {
        if (column.isDetail && !withDetails)
            continue;
        const CellReader reader = table.reader(column.name);
        const QJsonValue value = reader ? reader(row) : QJsonValue();
        if (!value.isNull() && !value.isUndefined())
            object.insert(column.name, value);
    }
    return object;
}

Page windowOf(const RowTable &table, const Resource &resource, const std::vector<qsizetype> &order,
              const PageRequest &request)
{
    Page page;
    page.total = qint64(order.size());
    page.offset = request.offset;
    const qint64 end = std::min<qint64>(page.total, request.offset + request.limit);
    for (qint64 i = request.offset; i < end; ++i)
        page.rows.append(rowObject(table, resource, order[size_t(i)], false));
    return page;
}

Page pageOf(const RowTable &table, const Resource &resource, const PageRequest &request)
{
    return windowOf(table, resource, matchingRows(table, resource, request), request);
}

qsizetype findRow(const RowTable &table, const Resource &resource, const QString &key)
{
    const CellReader reader = table.reader(resource.keyField);
    for (qsizetype row = 0; row < table.count(); ++row) {
        if (keyText(reader(row)) == key)
            return row;
    }
    return -1;
}

int logLevelRank(const QString &level)
{
    static const QStringList Levels{QStringLiteral("debug"), QStringLiteral("info"), QStringLiteral("warn"),
                                    QStringLiteral("error")};
    return int(Levels.indexOf(level));
}

bool matches(const LogFilter &filter, const QJsonObject &logRow)
{
    if (logLevelRank(logRow.value(QLatin1StringView("level")).toString()) < logLevelRank(filter.minLevel))
        return false;
    if (filter.search.isEmpty())
        return true;
    for (const auto name : {QLatin1StringView("type"), QLatin1StringView("user"), QLatin1StringView("session")}) {
        if (contains(logRow.value(name), filter.search))
            return true;
    }
    const QJsonObject data = logRow.value(QLatin1StringView("data")).toObject();
    return QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact))
        .contains(filter.search, Qt::CaseInsensitive);
}

} // namespace Tidegate::Admin
