// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedrows.h"

#include <algorithm>

namespace Tidegate::Admin {

ScriptedTable::ScriptedTable(QString resource, qsizetype rows, const ScriptedMoment &moment, QString parent)
    : m_resource(std::move(resource))
    , m_keyField(ResourceCatalog::builtIn().find(m_resource)->keyField)
    , m_moment(moment)
    , m_parent(std::move(parent))
    , m_made(rows)
{
    m_alive.resize(size_t(rows));
    for (qsizetype i = 0; i < rows; ++i)
        m_alive[size_t(i)] = i;
}

QJsonValue ScriptedTable::cell(const QString &column, qsizetype index) const
{
    if (const auto changed = m_changes.find(index); changed != m_changes.end() && changed->contains(column))
        return changed->value(column);
    return scriptedCell(m_resource, column, index, m_moment, m_parent);
}

CellReader ScriptedTable::reader(const QString &column) const
{
    return [this, column](qsizetype row) { return cell(column, m_alive[size_t(row)]); };
}

qsizetype ScriptedTable::add()
{
    m_alive.push_back(m_made);
    return m_made++;
}

void ScriptedTable::remove(const QSet<QString> &keys)
{
    std::erase_if(m_alive, [&](qsizetype index) { return keys.contains(keyText(cell(m_keyField, index))); });
}

void ScriptedTable::change(const QString &key, const QJsonObject &columns)
{
    const qsizetype row = rowOf(key);
    if (row < 0)
        return;
    QJsonObject &changes = m_changes[m_alive[size_t(row)]];
    for (auto column = columns.begin(); column != columns.end(); ++column)
        changes.insert(column.key(), column.value());
}

qsizetype ScriptedTable::rowOf(const QString &key) const
{
    // Keys end in the row's number (or the one after it), so a table of 100 000 need not be searched.
    qsizetype digits = 0;
    while (digits < key.size() && key[key.size() - 1 - digits].isDigit())
        ++digits;
    for (const qsizetype shift : {qsizetype(0), qsizetype(1)}) {
        const qsizetype index = key.last(digits).toLongLong() - shift;
        const auto found = std::lower_bound(m_alive.begin(), m_alive.end(), index);
        if (found != m_alive.end() && *found == index && keyText(cell(m_keyField, index)) == key)
            return found - m_alive.begin();
    }
    const auto found = std::find_if(m_alive.begin(), m_alive.end(),
                                    [&](qsizetype index) { return keyText(cell(m_keyField, index)) == key; });
    return found == m_alive.end() ? -1 : found - m_alive.begin();
}

} // namespace Tidegate::Admin
