// SPDX-License-Identifier: MIT
#include "admin/local/localadminport.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr int TickMs = 250;
constexpr int TicksPerSecond = 4;

Error stopped()
{
    return {ErrorCode::Unavailable, u"the gateway has stopped"_s, true};
}

} // namespace

LocalAdminPort::LocalAdminPort(AdminService &service, Operator who)
    : m_service(&service)
    , m_who(std::move(who))
    , m_identity(service.identityFor(m_who))
    , m_catalog(service.catalog())
{
    m_tick.setInterval(TickMs);
    connect(&m_tick, &QTimer::timeout, this, &LocalAdminPort::onTick);
    connect(&service, &AdminService::aboutToGo, this, &LocalAdminPort::goOffline);
}

LocalAdminPort::~LocalAdminPort() = default;

PortState LocalAdminPort::state() const
{
    if (m_isOnline)
        return {PortState::Kind::Online, 0, {}};
    return {PortState::Kind::Refused, 0, stopped().text};
}

void LocalAdminPort::goOffline()
{
    m_isOnline = false;
    m_tick.stop();
    while (!m_pending.empty()) {
        const auto end = std::move(m_pending.begin()->second);
        m_pending.erase(m_pending.begin());
        end();
    }
    Q_EMIT stateChanged();
}

//! What providers get: reaches \p done once, from a fresh stack, also if the provider never answers because the gateway
//! goes; never if \p context or the port dies.
template <typename T>
AdminPort::Answer<T> LocalAdminPort::pending(QObject *context, Answer<T> done)
{
    const quint64 serial = ++m_serial;
    const auto deliver = [context = QPointer<QObject>(context), done = std::move(done)](Result<T> result) {
        if (context)
            QTimer::singleShot(0, context, [done, result = std::move(result)] { done(result); });
    };
    m_pending.emplace(serial, [deliver] { deliver(stopped()); });
    return [port = QPointer<LocalAdminPort>(this), serial, deliver](Result<T> result) {
        if (port && port->m_pending.erase(serial) > 0)
            deliver(std::move(result));
    };
}

void LocalAdminPort::fetchPage(const PageRequest &request, QObject *context, Answer<Page> done)
{
    const auto answer = pending<Page>(context, std::move(done));
    if (!m_isOnline)
        answer(stopped());
    else if (const auto checked = m_catalog.check(request, m_who.role); !checked)
        answer(checked.error());
    else
        m_service->provider(request.resource)->page(request, answer);
}

void LocalAdminPort::fetchOne(const QString &resource, const QString &key, QObject *context, Answer<QJsonObject> done)
{
    const auto answer = pending<QJsonObject>(context, std::move(done));
    const Resource *known = m_catalog.find(resource);
    if (!m_isOnline)
        answer(stopped());
    else if (!known)
        answer(Error{ErrorCode::NotFound, u"there is no resource \"%1\""_s.arg(resource)});
    else if (m_who.role < known->role)
        answer(Error{ErrorCode::Forbidden,
                     u"%1 needs the operator role \"%2\""_s.arg(resource, operatorRoleName(known->role))});
    else
        m_service->provider(resource)->one(key, answer);
}

void LocalAdminPort::invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done)
{
    const auto answer = pending<CommandOutcome>(context, std::move(done));
    if (!m_isOnline) {
        answer(stopped());
        return;
    }
    const Answer<CommandOutcome> audited = [service = m_service, who = m_who, call,
                                            answer](Result<CommandOutcome> outcome) {
        if (service && !call.isDryRun)
            service->audit().record(who, call, outcome, service->view().clock.nowMs());
        answer(std::move(outcome));
    };
    if (const auto checked = m_catalog.check(call, m_who.role); checked)
        m_service->provider(call.resource)->invoke(m_who, call, audited);
    else if (checked.error().code == ErrorCode::Forbidden)
        audited(checked.error());
    else
        answer(checked.error());
}

void LocalAdminPort::fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done)
{
    const auto answer = pending<History>(context, std::move(done));
    answer(m_isOnline ? Result<History>(m_service->sampler().history(sinceMs)) : Result<History>(stopped()));
}

void LocalAdminPort::explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done)
{
    const auto answer = pending<PolicyAnswer>(context, std::move(done));
    if (!m_isOnline)
        answer(stopped());
    else if (!m_catalog.policyActions().contains(question.action))
        answer(Error{ErrorCode::InvalidContract,
                     u"action must be one of %1"_s.arg(m_catalog.policyActions().join(u", "_s))});
    else
        m_service->explain(question, answer);
}

void LocalAdminPort::watchStatistics(bool isWatching)
{
    disconnect(m_statistics);
    if (isWatching && m_service)
        m_statistics = connect(&m_service->sampler(), &Sampler::sampled, this, &AdminPort::statisticsChanged);
}

void LocalAdminPort::watchRows(const QString &resource, const QStringList &keys)
{
    const Resource *known = m_catalog.find(resource);
    if (!known || m_who.role < known->role)
        return;
    RowWatch &watch = m_rows[resource];
    watch.keys = keys.first(std::min(keys.size(), MaxWatchedKeys));
    const QSet<QString> wanted(watch.keys.begin(), watch.keys.end());
    watch.shown.removeIf([&wanted](const auto &shown) { return !wanted.contains(shown.key()); });
    updateTimer();
}

void LocalAdminPort::unwatchRows(const QString &resource)
{
    m_rows.erase(resource);
    updateTimer();
}

void LocalAdminPort::watchLog(const LogFilter &filter)
{
    if (!m_service || !m_catalog.find(u"log"_s))
        return;
    m_logFilter = filter;
    m_logSeen = m_service->logTail().newest();
    updateTimer();
}

void LocalAdminPort::unwatchLog()
{
    m_logSeen = -1;
    updateTimer();
}

void LocalAdminPort::updateTimer()
{
    const bool isNeeded = m_isOnline && (!m_rows.empty() || m_logSeen >= 0);
    if (isNeeded && !m_tick.isActive())
        m_tick.start();
    else if (!isNeeded)
        m_tick.stop();
}

void LocalAdminPort::onTick()
{
    const CpuMeter::Scope cost(*m_service->home().cpu);
    ++m_ticks;
    QStringList watched; // whoever hears of a change may watch something else at once
    for (const auto &[resource, watch] : m_rows)
        watched.append(resource);
    for (const QString &resource : std::as_const(watched))
        lookAtRows(resource);
    if (m_logSeen >= 0)
        lookAtLog();
}

void LocalAdminPort::lookAtRows(const QString &resource)
{
    const auto found = m_rows.find(resource);
    if (found == m_rows.end() || !m_isOnline)
        return;
    RowWatch &watch = found->second;
    ResourceProvider &provider = *m_service->provider(resource);
    const qint64 revision = provider.revision();
    const bool hasMoved = revision != watch.revision;
    // Rows of other resources change only with their revision.
    const bool mayDiffer = m_catalog.find(resource)->isLive || hasMoved;
    const QStringList keys = watch.keys;
    const bool asks = !keys.isEmpty() && !watch.isAsked && mayDiffer;
    watch.isAsked = watch.isAsked || asks;
    if (hasMoved && m_ticks % TicksPerSecond == 0) {
        watch.revision = revision;
        Q_EMIT revisionChanged(resource, revision, provider.total());
    }
    if (!asks)
        return;
    provider.rows(keys, [port = QPointer<LocalAdminPort>(this), resource](const Result<QList<QJsonObject>> &rows) {
        if (port)
            port->compareRows(resource, rows);
    });
}

void LocalAdminPort::compareRows(const QString &resource, const Result<QList<QJsonObject>> &rows)
{
    const auto found = m_rows.find(resource);
    if (found == m_rows.end() || !m_isOnline)
        return;
    RowWatch &watch = found->second;
    watch.isAsked = false;
    if (!rows)
        return;
    const CpuMeter::Scope cost(*m_service->home().cpu);
    const QString &keyField = m_catalog.find(resource)->keyField;
    QList<QJsonObject> changed;
    QSet<QString> present;
    for (const QJsonObject &row : *rows) {
        const QString key = keyText(row[keyField]);
        present.insert(key);
        QJsonObject &shown = watch.shown[key];
        if (shown != row) {
            shown = row;
            changed.append(row);
        }
    }
    QStringList removed;
    for (const QString &key : std::as_const(watch.keys)) {
        if (!present.contains(key))
            removed.append(key);
    }
    for (const QString &key : std::as_const(removed)) {
        watch.keys.removeAll(key);
        watch.shown.remove(key);
    }
    if (!changed.isEmpty() || !removed.isEmpty())
        Q_EMIT rowsChanged(resource, changed, removed);
}

void LocalAdminPort::lookAtLog()
{
    const LogTail &tail = m_service->logTail();
    const qint64 newest = tail.newest();
    if (newest == m_logSeen)
        return;
    const auto lines = tail.after(m_logSeen);
    // Lines the tail has forgotten already count as left out, whether they would have passed or not.
    qsizetype skipped = qsizetype(newest - m_logSeen) - qsizetype(lines.size());
    m_logSeen = newest;
    QList<QJsonObject> rows;
    for (const LogTail::Line &line : lines) {
        const QJsonObject row = LogTail::rowOf(line);
        if (matches(m_logFilter, row))
            rows.append(row);
    }
    if (const qsizetype excess = rows.size() - MaxLogRowsPerTick; excess > 0) {
        rows.remove(0, excess);
        skipped += excess;
    }
    if (!rows.isEmpty() || skipped > 0)
        Q_EMIT logAppended(rows, std::max<qsizetype>(skipped, 0));
}

} // namespace Tidegate::Admin
