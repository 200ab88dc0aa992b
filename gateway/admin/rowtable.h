// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

#include <QHash>

#include <functional>
#include <utility>
#include <vector>

// Filter, search, sort and window over rows in memory, for resources that no database pages. Pure; any thread.

namespace Tidegate::Admin {

using CellReader = std::function<QJsonValue(qsizetype row)>;

//! Rows of one resource, read cell by cell, so that a page of a big table makes only the objects it shows.
class RowTable
{
public:
    virtual ~RowTable() = default;
    virtual qsizetype count() const = 0;
    //! Asked once per query and column; empty = nothing is known of it.
    virtual CellReader reader(const QString &column) const = 0;
};

//! Rows that are objects already.
class ObjectTable final : public RowTable
{
public:
    explicit ObjectTable(QList<QJsonObject> rows)
        : m_rows(std::move(rows))
    {
    }
    qsizetype count() const override { return m_rows.size(); }
    CellReader reader(const QString &column) const override
    {
        return [this, column](qsizetype row) { return m_rows[row].value(column); };
    }

private:
    const QList<QJsonObject> m_rows;
};

//! Rows that are structs, with one function per column.
template <typename T>
class StructTable final : public RowTable
{
public:
    using Cells = QHash<QString, QJsonValue (*)(const T &)>;

    //! \p cells is borrowed.
    StructTable(std::vector<T> rows, const Cells &cells)
        : m_rows(std::move(rows))
        , m_cells(cells)
    {
    }
    qsizetype count() const override { return qsizetype(m_rows.size()); }
    CellReader reader(const QString &column) const override
    {
        const auto cell = m_cells.value(column);
        if (!cell)
            return {};
        return [this, cell](qsizetype row) { return cell(m_rows[size_t(row)]); };
    }

private:
    const std::vector<T> m_rows;
    const Cells &m_cells;
};

//! Rows that match, in the request's order. Unknown values come first when ascending.
std::vector<qsizetype> matchingRows(const RowTable &table, const Resource &resource, const PageRequest &request);
//! One row with the columns that are known; details only if asked for.
QJsonObject rowObject(const RowTable &table, const Resource &resource, qsizetype row, bool withDetails);
//! The request's window of \p order. Revision is the caller's to set.
Page windowOf(const RowTable &table, const Resource &resource, const std::vector<qsizetype> &order,
              const PageRequest &request);
Page pageOf(const RowTable &table, const Resource &resource, const PageRequest &request);
//! -1 = there is none.
qsizetype findRow(const RowTable &table, const Resource &resource, const QString &key);

//! A row's key as text, whatever the column's type.
QString keyText(const QJsonValue &key);
bool matches(const Filter &filter, const QJsonValue &value);
//! Whether a row of resource "log" passes.
bool matches(const LogFilter &filter, const QJsonObject &logRow);
//! 0 = debug ... 3 = error; -1 = no such level.
int logLevelRank(const QString &level);

} // namespace Tidegate::Admin
