// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

class QSettings;

namespace Tidegate::Console {

//! Gateways that were connected to, the newest first, kept in the user's settings (never with their tokens). Bound:
//! MaxServers, the oldest goes.
class ServerList : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("a Connector has one")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    static constexpr qsizetype MaxServers = 20;

    enum Role { UrlRole = Qt::UserRole + 1, NameRole };

    //! \p settings outlive the list.
    explicit ServerList(QSettings &settings, QObject *parent = nullptr);

    int count() const { return int(m_servers.size()); }
    //! Comes to the top; \p name may be empty, then a former one stays.
    void remember(const QString &url, const QString &name);
    void forget(const QString &url);
    Q_INVOKABLE QString urlAt(int row) const { return m_servers.value(row).url; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();

private:
    struct Server
    {
        QString url;
        QString name;
    };
    int find(const QString &url) const;
    void save();

    QSettings &m_settings;
    QList<Server> m_servers;
};

} // namespace Tidegate::Console
