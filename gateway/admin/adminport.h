// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "admin/resourcecatalog.h"
#include "wire/result.h"

#include <QObject>

#include <functional>

namespace Tidegate::Admin {

//! What operators see and do: values, commands, change signals. The same whether the gateway runs in this process, at
//! the other end of a network, or is made up by a test. Lives on one thread (a console's GUI thread): methods are
//! called and signals emitted there, and none of them blocks.
//!
//! A request's callback runs exactly once, after the request has returned, unless \p context dies first; then never.
//! Errors: NotFound (no such resource, key, command, column), InvalidContract (a value the catalog does not allow; the
//! text names it), Forbidden (our role), Unavailable (not online, or lost on the way: a command may have been done),
//! Timeout (likewise), and what a command's own work ends with.
//!
//! Nothing is computed for whoever watches nothing. Watches outlive a reconnect: the port sets them up again.
class AdminPort : public QObject
{
    Q_OBJECT
public:
    template <typename T>
    using Answer = std::function<void(Result<T>)>;

    static constexpr qsizetype MaxWatchedKeys = 500;
    static constexpr qsizetype MaxLogRowsPerTick = 200;

    using QObject::QObject;

    virtual PortState state() const = 0;
    virtual Identity identity() const = 0;
    //! What this gateway serves, which may be less (or, newer than us, more) than ResourceCatalog::builtIn(). Empty
    //! until the port has been online; changes only with identityChanged().
    virtual const ResourceCatalog &catalog() const = 0;

    virtual void fetchPage(const PageRequest &request, QObject *context, Answer<Page> done) = 0;
    //! All columns, also those pages leave out (Column::isDetail). Rows of a resource with a required filter are named
    //! by that filter's value and their key, slash between.
    virtual void fetchOne(const QString &resource, const QString &key, QObject *context, Answer<QJsonObject> done) = 0;
    virtual void invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done) = 0;
    //! Steps after \p sinceMs; 0 = all that is kept.
    virtual void fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done) = 0;
    virtual void explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done) = 0;

    virtual void watchStatistics(bool isWatching) = 0;
    //! The rows in view, at most MaxWatchedKeys (further ones are ignored). Replaces the former keys of this resource.
    //! Also without keys it makes revisionChanged() come.
    virtual void watchRows(const QString &resource, const QStringList &keys) = 0;
    virtual void unwatchRows(const QString &resource) = 0;
    //! Replaces the former filter. Lines from now on; fetchPage("log") has the past.
    virtual void watchLog(const Tidegate::Admin::LogFilter &filter) = 0;
    virtual void unwatchLog() = 0;

Q_SIGNALS:
    void stateChanged();
    //! Also the role and the catalog may be others.
    void identityChanged();
    //! Once per second.
    void statisticsChanged(const Tidegate::Admin::Statistics &statistics);
    //! Watched rows, complete as in a page; at most four times per second and resource.
    void rowsChanged(const QString &resource, const QList<QJsonObject> &rows, const QStringList &removedKeys);
    //! Rows of a watched resource came, went or may have moved; at most once per second and resource. \p total counts
    //! them without any filter; -1 = not counted.
    void revisionChanged(const QString &resource, qint64 revision, qint64 total);
    //! Rows of resource "log", oldest first, at most MaxLogRowsPerTick; \p skipped lines before them were left out.
    void logAppended(const QList<QJsonObject> &rows, qsizetype skipped);
};

} // namespace Tidegate::Admin
