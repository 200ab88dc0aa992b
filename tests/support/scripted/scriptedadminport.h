// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"
#include "support/scripted/scriptedrows.h"

#include <QTimer>

#include <map>
#include <memory>

namespace Tidegate::Admin {

//! An AdminPort without a gateway: big, lively and the same in every run. A test says when time passes, what state the
//! port is in, when answers come and which fail. Starts Online unless told otherwise.
class ScriptedAdminPort final : public AdminPort
{
    Q_OBJECT
public:
    struct Script
    {
        ScriptedSizes sizes;
        qint64 startMs = 1'795'600'000'000; //!< "now" before the first step; pictures take the real time
        OperatorRole role = OperatorRole::Admin;
        QStringList offers;         //!< as ResourceCatalog::offering(); empty = everything
        qint64 newLinksPerStep = 0; //!< links that come; as many of the oldest go
        PortState::Kind startsAs = PortState::Kind::Online;
    };

    explicit ScriptedAdminPort(QObject *parent = nullptr);
    explicit ScriptedAdminPort(Script script, QObject *parent = nullptr);
    ~ScriptedAdminPort() override;

    // The script.
    //! A quarter of a second passes: watched rows change, a log line comes, each fourth step brings statistics.
    void step(int count = 1);
    //! Steps by the clock from now on; for demonstrations and pictures.
    void startTicking();
    void setState(const PortState &state);
    void setRole(OperatorRole role);
    //! Answers wait until they are let go: the time in which a page shows that it is loading.
    void holdAnswers() { m_isHolding = true; }
    void releaseAnswers();
    //! The next \p count requests end with \p error.
    void failNext(const Error &error, int count = 1);
    void addLogLine(const QString &level, const QString &type, const QJsonObject &data = {});

    // What was asked of it.
    const QList<PageRequest> &pageRequests() const { return m_pageRequests; }
    const QList<CommandCall> &commandCalls() const { return m_commandCalls; }
    bool isWatchingStatistics() const { return m_isWatchingStatistics; }
    bool isWatchingLog() const { return m_isWatchingLog; }
    bool isWatchingRows(const QString &resource) const { return m_watchedKeys.contains(resource); }
    QStringList watchedKeys(const QString &resource) const { return m_watchedKeys.value(resource); }
    qint64 nowMs() const { return m_moment.nowMs(); }

    PortState state() const override { return m_state; }
    Identity identity() const override;
    const ResourceCatalog &catalog() const override { return m_catalog; }
    void fetchPage(const PageRequest &request, QObject *context, Answer<Page> done) override;
    void fetchOne(const QString &resource, const QString &key, QObject *context, Answer<QJsonObject> done) override;
    void invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done) override;
    void fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done) override;
    void explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done) override;
    void watchStatistics(bool isWatching) override { m_isWatchingStatistics = isWatching; }
    void watchRows(const QString &resource, const QStringList &keys) override;
    void unwatchRows(const QString &resource) override { m_watchedKeys.remove(resource); }
    void watchLog(const LogFilter &filter) override;
    void unwatchLog() override { m_isWatchingLog = false; }

private:
    template <typename T>
    void answer(QObject *context, Answer<T> done, Result<T> result);
    std::optional<Error> obstacle();
    ScriptedTable &table(const QString &resource);
    Result<Page> page(const PageRequest &request);
    Result<CommandOutcome> carryOut(const CommandCall &call);
    QJsonObject columnsSetBy(const CommandCall &call, const QJsonObject &row) const;
    void changeLinks();
    void emitWatchedRows();

    const Script m_script;
    ResourceCatalog m_catalog;
    ScriptedMoment m_moment;
    PortState m_state;
    OperatorRole m_role;
    std::map<QString, ScriptedTable> m_tables;
    struct Order;
    std::unique_ptr<Order> m_order; //!< of the newest big query: scrolling asks the same again and again
    QHash<QString, qint64> m_revisions;
    QList<PageRequest> m_pageRequests;
    QList<CommandCall> m_commandCalls;
    QHash<QString, QStringList> m_watchedKeys;
    LogFilter m_logFilter;
    bool m_isWatchingLog = false;
    bool m_isWatchingStatistics = false;
    bool m_isHolding = false;
    std::vector<std::function<void()>> m_held;
    Error m_failure;
    int m_failuresLeft = 0;
    qsizetype m_firstLink = 0; //!< oldest that has not gone
    QTimer m_ticking;
};

} // namespace Tidegate::Admin
