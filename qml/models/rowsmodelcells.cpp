// SPDX-License-Identifier: MIT
// What views, details and the clipboard read of a RowsModel; what is here and how it came is in rowsmodel.cpp.
#include "qml/models/rowsmodel.h"

#include "qml/models/format.h"
#include "qml/models/rowexport.h"
#include "qml/models/tone.h"

#include <algorithm>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

QVariantMap RowsModel::rowAt(int row) const
{
    const QJsonObject *found = m_cache.row(row);
    return found ? found->toVariantMap() : QVariantMap();
}

QVariantList RowsModel::shownColumns() const
{
    QVariantList shown;
    for (const Admin::Column &column : m_columns) {
        shown.append(QVariantMap{{u"name"_s, column.name},
                                 {u"title"_s, column.title},
                                 {u"type"_s, Admin::columnTypeName(column.type)},
                                 {u"doc"_s, column.doc},
                                 {u"isSortable"_s, column.isSortable}});
    }
    return shown;
}

void RowsModel::selectRange(int from, int to)
{
    QStringList keys;
    for (int row = std::min(from, to); row <= std::max(from, to) && keys.size() < RowSelection::MaxKeys; ++row) {
        if (const QString key = m_cache.key(row); !key.isEmpty())
            keys.append(key);
    }
    m_selection.set(keys);
}

QList<const QJsonObject *> RowsModel::rowsToCopy(int row) const
{
    QList<int> rows;
    for (const QString &key : m_selection.keys()) {
        if (const int chosen = m_cache.find(key); chosen >= 0)
            rows.append(chosen);
    }
    if (rows.isEmpty())
        rows.append(row);
    std::sort(rows.begin(), rows.end());
    QList<const QJsonObject *> found;
    for (const int chosen : std::as_const(rows)) {
        if (const QJsonObject *object = m_cache.row(chosen))
            found.append(object);
    }
    return found;
}

QString RowsModel::toJson(int row) const
{
    return rowsAsJson(rowsToCopy(row));
}

QString RowsModel::toCsv(int row) const
{
    return rowsAsCsv(m_columns, rowsToCopy(row));
}

int RowsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rowCount;
}

int RowsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant RowsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rowCount || index.column() >= m_columns.size())
        return {};
    const Admin::Column &column = m_columns[index.column()];
    if (role == ColumnNameRole)
        return column.name;
    if (role == ColumnTypeRole)
        return Admin::columnTypeName(column.type);
    const QJsonObject *row = m_cache.row(index.row());
    if (role == IsLoadedRole)
        return row != nullptr;
    if (!row)
        return role == Qt::DisplayRole || role == ToneRole || role == HintRole || role == KeyRole ? QVariant(QString())
               : role == IsSelectedRole || role == IsGoneRole                                     ? QVariant(false)
                                                                                                  : QVariant();
    const QJsonValue value = row->value(column.name);
    switch (role) {
    case Qt::DisplayRole:
        return Format::cell(column, value);
    case ValueRole:
        return value.toVariant();
    case ToneRole:
        return toneOf(column, value);
    case HintRole:
        return Format::hint(column, value);
    case KeyRole:
        return m_cache.key(index.row());
    case IsSelectedRole:
        return m_selection.contains(m_cache.key(index.row()));
    case IsGoneRole:
        return m_gone.contains(m_cache.key(index.row()));
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= m_columns.size())
        return {};
    return m_columns[section].title;
}

QHash<int, QByteArray> RowsModel::roleNames() const
{
    return {{Qt::DisplayRole, "display"},
            {ValueRole, "value"},
            {ToneRole, "tone"},
            {HintRole, "hint"},
            {KeyRole, "key"},
            {IsLoadedRole, "isLoaded"},
            {IsSelectedRole, "isSelected"},
            {IsGoneRole, "isGone"},
            {ColumnNameRole, "columnName"},
            {ColumnTypeRole, "columnType"}};
}

} // namespace Tidegate::Console
