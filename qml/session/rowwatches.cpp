// SPDX-License-Identifier: MIT
#include "qml/session/rowwatches.h"

namespace Tidegate::Console {

void RowWatches::setPort(Admin::AdminPort *port)
{
    m_port = port;
    m_told.clear();
    QSet<QString> resources;
    for (const Wish &wish : std::as_const(m_wishes))
        resources.insert(wish.resource);
    for (const QString &resource : std::as_const(resources))
        tell(resource);
}

void RowWatches::setActive(bool isActive)
{
    m_isActive = isActive;
    QSet<QString> resources;
    for (const Wish &wish : std::as_const(m_wishes))
        resources.insert(wish.resource);
    for (const QString &resource : std::as_const(resources))
        tell(resource);
}

void RowWatches::watch(const QObject *watcher, const QString &resource, const QStringList &keys)
{
    const auto former = m_wishes.constFind(watcher);
    if (former == m_wishes.constEnd())
        connect(watcher, &QObject::destroyed, this, [this, watcher] { unwatch(watcher); });
    const QString left = former == m_wishes.constEnd() ? QString() : former->resource;
    m_wishes.insert(watcher, {resource, keys});
    if (!left.isEmpty() && left != resource)
        tell(left);
    tell(resource);
}

void RowWatches::unwatch(const QObject *watcher)
{
    const Wish wish = m_wishes.take(watcher);
    if (wish.resource.isEmpty())
        return;
    disconnect(watcher, &QObject::destroyed, this, nullptr);
    tell(wish.resource);
}

void RowWatches::tell(const QString &resource)
{
    if (!m_port)
        return;
    bool isWanted = false;
    QSet<QString> keys;
    for (const Wish &wish : std::as_const(m_wishes)) {
        if (wish.resource != resource)
            continue;
        isWanted = true;
        keys.unite(QSet<QString>(wish.keys.begin(), wish.keys.end()));
    }
    const auto told = m_told.constFind(resource);
    if (!isWanted || !m_isActive) {
        if (told == m_told.constEnd())
            return;
        m_told.erase(told);
        m_port->unwatchRows(resource);
    } else if (told == m_told.constEnd() || *told != keys) {
        m_told.insert(resource, keys);
        m_port->watchRows(resource, QStringList(keys.begin(), keys.end()).mid(0, Admin::AdminPort::MaxWatchedKeys));
    }
}

} // namespace Tidegate::Console
