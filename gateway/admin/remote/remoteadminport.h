// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"

#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <map>
#include <optional>

namespace Tidegate::Admin {

//! A gateway at the other end of a network: one WebSocket carries requests and the live feed (admin/conversation.h).
//! Connects again by itself, slower each time; a refusal (token, role, origin) ends that.
class RemoteAdminPort final : public AdminPort
{
    Q_OBJECT
public:
    struct Config
    {
        QUrl url; //!< http, https, ws or wss; its path is ignored
        QByteArray token;
        qint64 timeoutMs = 30'000; //!< for an answer
        qint64 firstRetryMs = 500;
        qint64 longestRetryMs = 15'000;
    };

    //! Connects at once.
    explicit RemoteAdminPort(Config config, QObject *parent = nullptr);
    ~RemoteAdminPort() override;

    PortState state() const override { return m_state; }
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
    using JsonAnswer = std::function<void(Result<QJsonObject>)>;
    struct Pending
    {
        JsonAnswer done;
        qint64 dueMs;
    };

    void connectNow();
    void onClosed();
    void onText(const QString &text);
    void onEvent(const QString &event, const QJsonObject &message);
    void settle(qint64 id, const Result<QJsonObject> &result);
    void endOverdue();
    void setState(const PortState &state);
    void watchAgain();
    void ask(const QString &op, QJsonObject message, QObject *context, JsonAnswer done);
    void tell(const QString &op, const QJsonObject &message = {});
    void sendWatch(const QString &resource);

    const Config m_config;
    QWebSocket m_socket;
    PortState m_state;
    Identity m_identity;
    ResourceCatalog m_catalog;
    QString m_problem; //!< of the attempt that is under way
    QTimer m_retry;
    QTimer m_overdue;
    qint64 m_retryMs;
    qint64 m_lastId = 0;
    std::map<qint64, Pending> m_pending;
    bool m_isWatchingStatistics = false;
    QMap<QString, QStringList> m_watchedRows;
    std::optional<LogFilter> m_watchedLog;
};

} // namespace Tidegate::Admin
