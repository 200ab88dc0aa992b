// SPDX-License-Identifier: MIT
#include "qml/models/rowfilter.h"

#include <QHash>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;
using Admin::ColumnType;
using Admin::FilterOp;

namespace {

FilterOp filterOp(const QString &name)
{
    static const QHash<QString, FilterOp> Ops{{u"eq"_s, FilterOp::Equal},         {u"ne"_s, FilterOp::NotEqual},
                                              {u"lt"_s, FilterOp::Less},          {u"le"_s, FilterOp::LessOrEqual},
                                              {u"gt"_s, FilterOp::Greater},       {u"ge"_s, FilterOp::GreaterOrEqual},
                                              {u"contains"_s, FilterOp::Contains}};
    return Ops.value(name, FilterOp::Equal);
}

QJsonValue typed(const Admin::Column *column, FilterOp op, const QVariant &value)
{
    if (!column || op == FilterOp::Contains)
        return value.toString();
    switch (column->type) {
    case ColumnType::Integer:
    case ColumnType::Number:
    case ColumnType::Bytes:
    case ColumnType::DurationMs:
    case ColumnType::TimeMs:
        return value.toDouble();
    case ColumnType::Bool:
        return value.toBool();
    default:
        return value.toString();
    }
}

} // namespace

QList<Admin::Filter> rowFilters(const Admin::Resource &resource, const QVariantList &filters)
{
    QList<Admin::Filter> typedFilters;
    for (const QVariant &entry : filters) {
        const QVariantMap filter = entry.toMap();
        const QVariant value = filter.value(u"value"_s);
        if (!value.isValid() || value.isNull())
            continue;
        const QString field = filter.value(u"field"_s).toString();
        const FilterOp op = filterOp(filter.value(u"op"_s).toString());
        typedFilters.append({field, op, typed(resource.column(field), op, value)});
    }
    return typedFilters;
}

} // namespace Tidegate::Console
