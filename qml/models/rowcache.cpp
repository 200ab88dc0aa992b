// SPDX-License-Identifier: MIT
#include "qml/models/rowcache.h"

#include <cstdlib>

namespace Tidegate::Console {

RowCache::RowCache(QString keyField)
    : m_keyField(std::move(keyField))
{
}

void RowCache::store(int page, const QList<QJsonObject> &rows, int center)
{
    forget(page);
    m_pages.insert(page, rows);
    for (int i = 0; i < int(rows.size()); ++i)
        m_index.insert(rowKey(rows[i], m_keyField), page * PageRows + i);
    while (m_pages.size() > MaxPages) {
        int farthest = page;
        for (auto other = m_pages.keyBegin(); other != m_pages.keyEnd(); ++other) {
            if (std::abs(*other - center) > std::abs(farthest - center))
                farthest = *other;
        }
        forget(farthest);
    }
}

void RowCache::markAllStale()
{
    for (auto page = m_pages.keyBegin(); page != m_pages.keyEnd(); ++page)
        m_stale.insert(*page);
}

void RowCache::cut(int rowCount)
{
    const QList<int> pages = m_pages.keys();
    for (const int page : pages) {
        const int keep = rowCount - page * PageRows;
        if (keep <= 0) {
            forget(page);
        } else if (keep < m_pages.value(page).size()) {
            const QList<QJsonObject> rows = m_pages.value(page).first(keep);
            const bool wasStale = m_stale.contains(page);
            store(page, rows, page);
            if (wasStale)
                m_stale.insert(page);
        }
    }
}

void RowCache::clear()
{
    m_pages.clear();
    m_stale.clear();
    m_index.clear();
}

const QJsonObject *RowCache::row(int index) const
{
    if (index < 0)
        return nullptr;
    const auto page = m_pages.constFind(index / PageRows);
    const int inPage = index % PageRows;
    return page == m_pages.constEnd() || inPage >= page->size() ? nullptr : &page->at(inPage);
}

QString RowCache::key(int index) const
{
    const QJsonObject *found = row(index);
    return found ? rowKey(*found, m_keyField) : QString();
}

bool RowCache::replace(int index, const QJsonObject &row)
{
    const QJsonObject *known = this->row(index);
    if (!known || *known == row)
        return false;
    m_pages[index / PageRows][index % PageRows] = row;
    return true;
}

void RowCache::forget(int page)
{
    const QList<QJsonObject> rows = m_pages.take(page);
    m_stale.remove(page);
    for (int i = 0; i < int(rows.size()); ++i) {
        // The key may stand on another page by now.
        const auto found = m_index.constFind(rowKey(rows[i], m_keyField));
        if (found != m_index.constEnd() && *found == page * PageRows + i)
            m_index.erase(found);
    }
}

QString rowKey(const QJsonObject &row, const QString &keyField)
{
    const QJsonValue key = row.value(keyField);
    return key.isDouble() ? QString::number(key.toInteger()) : key.toString();
}

} // namespace Tidegate::Console
