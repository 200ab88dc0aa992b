// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"

#include <QHash>
#include <QSet>

namespace Tidegate::Console {

//! The rows of one query that have been fetched, in pages. Bound: MaxPages; the page farthest from the window goes
//! first. A value; knows nothing of models or ports.
class RowCache
{
public:
    static constexpr int PageRows = 100;
    static constexpr int MaxPages = 24;

    explicit RowCache(QString keyField = {});

    //! Rows of one page (0-based). \p center is the page the reader looks at.
    void store(int page, const QList<QJsonObject> &rows, int center);
    void markAllStale();
    //! Forgets what lies at and after \p rowCount.
    void cut(int rowCount);
    void clear();
    bool needs(int page) const { return !m_pages.contains(page) || m_stale.contains(page); }

    //! Null = not here.
    const QJsonObject *row(int index) const;
    QString key(int index) const;
    //! -1 = not here.
    int find(const QString &key) const { return m_index.value(key, -1); }
    //! False if it is not here or the same already.
    bool replace(int index, const QJsonObject &row);

private:
    void forget(int page);

    QString m_keyField;
    QHash<int, QList<QJsonObject>> m_pages;
    QSet<int> m_stale;
    QHash<QString, int> m_index;
};

//! A row's key as text, also where the key column is a number.
QString rowKey(const QJsonObject &row, const QString &keyField);

} // namespace Tidegate::Console
