// SPDX-License-Identifier: MIT
#include "qml/models/rowselection.h"

namespace Tidegate::Console {

void RowSelection::clear()
{
    set({});
}

void RowSelection::toggle(const QString &key)
{
    if (!m_keys.remove(key)) {
        if (m_keys.size() >= MaxKeys)
            return;
        m_keys.insert(key);
    }
    Q_EMIT changed();
}

void RowSelection::set(const QStringList &keys)
{
    const QStringList taken = keys.mid(0, MaxKeys);
    QSet<QString> chosen(taken.begin(), taken.end());
    if (chosen == m_keys)
        return;
    m_keys = std::move(chosen);
    Q_EMIT changed();
}

void RowSelection::remove(const QStringList &keys)
{
    qsizetype removed = 0;
    for (const QString &key : keys)
        removed += m_keys.remove(key) ? 1 : 0;
    if (removed > 0)
        Q_EMIT changed();
}

} // namespace Tidegate::Console
