// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"
#include "admin/local/adminservice.h"

#include <QPointer>
#include <QTimer>

#include <map>

namespace Tidegate::Admin {

//! One operator's port on a gateway in this process: checks what it asks against the catalog and its role, writes its
//! commands to the audit, and looks after what it watches. Outlives the gateway as an offline port.
class LocalAdminPort final : public AdminPort
{
    Q_OBJECT
public:
    LocalAdminPort(AdminService &service, Operator who);
    ~LocalAdminPort() override;

    PortState state() const override;
    Identity identity() const override { return m_identity; }
    const ResourceCatalog &catalog() const override { return m_catalog; }

    void fetchPage(const PageRequest &request, QObject *context, Answer<Page> done) override;
    void fetchOne(const QString &resource, const QString &key, QObject *context, Answer<QJsonObject> done) override;
    void invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done) override;
    void fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done) override;
    void explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done) override;

    void watchStatistics(bool isWatching) override;
    void watchRows(const QString &resource, const QStringList &keys) override;
    void unwatchRows(const QString &resource) override;
    void watchLog(const LogFilter &filter) override;
    void unwatchLog() override;

private:
    struct RowWatch
    {
        QStringList keys;
        QHash<QString, QJsonObject> shown; //!< as told last
        qint64 revision = -1;
        bool isAsked = false; //!< an answer is on its way
    };

    template <typename T>
    Answer<T> pending(QObject *context, Answer<T> done);
    void goOffline();
    void onTick();
    void lookAtRows(const QString &resource);
    void compareRows(const QString &resource, const Result<QList<QJsonObject>> &rows);
    void lookAtLog();
    void updateTimer();

    const QPointer<AdminService> m_service;
    const Operator m_who;
    const Identity m_identity;
    const ResourceCatalog m_catalog;
    bool m_isOnline = true;
    quint64 m_serial = 0;
    std::map<quint64, std::function<void()>> m_pending; //!< how each request ends when the gateway goes
    std::map<QString, RowWatch> m_rows;
    QMetaObject::Connection m_statistics;
    LogFilter m_logFilter;
    qint64 m_logSeen = -1; //!< number of the newest line looked at; -1 = not watching
    QTimer m_tick;
    int m_ticks = 0;
};

} // namespace Tidegate::Admin
