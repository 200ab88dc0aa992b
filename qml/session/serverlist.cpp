// SPDX-License-Identifier: MIT
#include "qml/session/serverlist.h"

#include <QSettings>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

ServerList::ServerList(QSettings &settings, QObject *parent)
    : QAbstractListModel(parent)
    , m_settings(settings)
{
    const int count = std::min(m_settings.beginReadArray(u"servers"_s), int(MaxServers));
    for (int i = 0; i < count; ++i) {
        m_settings.setArrayIndex(i);
        m_servers.append({m_settings.value(u"url"_s).toString(), m_settings.value(u"name"_s).toString()});
    }
    m_settings.endArray();
}

int ServerList::find(const QString &url) const
{
    for (int row = 0; row < m_servers.size(); ++row) {
        if (m_servers[row].url == url)
            return row;
    }
    return -1;
}

void ServerList::remember(const QString &url, const QString &name)
{
    const int row = find(url);
    if (row < 0) {
        beginInsertRows({}, 0, 0);
        m_servers.prepend({url, name});
        endInsertRows();
        if (m_servers.size() > MaxServers) {
            beginRemoveRows({}, int(MaxServers), int(m_servers.size()) - 1);
            m_servers.resize(MaxServers);
            endRemoveRows();
        }
    } else {
        if (row > 0) {
            beginMoveRows({}, row, row, {}, 0);
            m_servers.move(row, 0);
            endMoveRows();
        }
        if (!name.isEmpty())
            m_servers.front().name = name;
        Q_EMIT dataChanged(index(0), index(0));
    }
    save();
    Q_EMIT countChanged();
}

void ServerList::forget(const QString &url)
{
    const int row = find(url);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_servers.removeAt(row);
    endRemoveRows();
    save();
    Q_EMIT countChanged();
}

void ServerList::save()
{
    m_settings.beginWriteArray(u"servers"_s, int(m_servers.size()));
    for (int i = 0; i < m_servers.size(); ++i) {
        m_settings.setArrayIndex(i);
        m_settings.setValue(u"url"_s, m_servers[i].url);
        m_settings.setValue(u"name"_s, m_servers[i].name);
    }
    m_settings.endArray();
}

int ServerList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_servers.size());
}

QVariant ServerList::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_servers.size())
        return {};
    const Server &server = m_servers[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case UrlRole:
        return server.url;
    case NameRole:
        return server.name;
    default:
        return {};
    }
}

QHash<int, QByteArray> ServerList::roleNames() const
{
    return {{UrlRole, "url"}, {NameRole, "name"}};
}

} // namespace Tidegate::Console
