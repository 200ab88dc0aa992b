// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedadminport.h"

#include <QJsonArray>
#include <QPointer>

#include <optional>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr int StepMs = 250;
constexpr int StepsPerSecond = 4;

//! Resources whose page depends on a parent, which stands in a required filter.
QString parentOf(const Resource &resource, const PageRequest &request)
{
    for (const Filter &filter : request.filters) {
        if (resource.requiredFilters.contains(filter.field))
            return filter.value.toString();
    }
    return {};
}

} // namespace

//! Which rows matched a request, whatever its window.
struct ScriptedAdminPort::Order
{
    PageRequest request;
    qint64 revision = 0;
    std::vector<qsizetype> rows;
};

ScriptedAdminPort::ScriptedAdminPort(QObject *parent)
    : ScriptedAdminPort(Script(), parent)
{
}

ScriptedAdminPort::ScriptedAdminPort(Script script, QObject *parent)
    : AdminPort(parent)
    , m_script(std::move(script))
    , m_catalog(m_script.offers.isEmpty() ? ResourceCatalog::builtIn()
                                          : ResourceCatalog::builtIn().offering(m_script.offers))
    , m_moment{m_script.startMs, 0}
    , m_state{m_script.startsAs, 0, {}}
    , m_role(m_script.role)
{
    m_ticking.setInterval(StepMs);
    connect(&m_ticking, &QTimer::timeout, this, [this] { step(); });
}

ScriptedAdminPort::~ScriptedAdminPort() = default;

template <typename T>
void ScriptedAdminPort::answer(QObject *context, Answer<T> done, Result<T> result)
{
    auto deliver = [guard = QPointer<QObject>(context), done = std::move(done), result = std::move(result)] {
        if (guard)
            QTimer::singleShot(0, guard, [done, result] { done(result); });
    };
    if (m_isHolding)
        m_held.push_back(std::move(deliver));
    else
        deliver();
}

std::optional<Error> ScriptedAdminPort::obstacle()
{
    if (m_failuresLeft > 0) {
        --m_failuresLeft;
        return m_failure;
    }
    if (m_state.kind != PortState::Kind::Online)
        return Error{ErrorCode::Unavailable, u"not connected to the gateway"_s, true};
    return {};
}

ScriptedTable &ScriptedAdminPort::table(const QString &resource)
{
    return m_tables.try_emplace(resource, resource, initialCount(resource, m_script.sizes), m_moment).first->second;
}

void ScriptedAdminPort::step(int count)
{
    for (int i = 0; i < count; ++i) {
        ++m_moment.step;
        if (m_state.kind != PortState::Kind::Online)
            continue;
        changeLinks();
        emitWatchedRows();
        if (m_moment.step % StepsPerSecond != 0)
            continue;
        const QStringList watched = m_watchedKeys.keys();
        for (const QString &resource : watched)
            Q_EMIT revisionChanged(resource, m_revisions.value(resource), table(resource).count());
        if (m_isWatchingStatistics) {
            Statistics statistics{nowMs(), {}};
            for (const Statistic &statistic : m_catalog.statistics())
                statistics.values.insert(statistic.name,
                                         scriptedStatistic(statistic.name, m_moment.step / StepsPerSecond));
            Q_EMIT statisticsChanged(statistics);
        }
        addLogLine(u"info"_s, u"INTENT_ACKED"_s, {{u"step"_s, m_moment.step}});
    }
}

void ScriptedAdminPort::changeLinks()
{
    if (m_script.newLinksPerStep == 0)
        return;
    ScriptedTable &links = table(u"links"_s);
    QSet<QString> leaving;
    for (qint64 i = 0; i < m_script.newLinksPerStep; ++i) {
        links.add();
        leaving.insert(scriptedCell(u"links"_s, u"id"_s, m_firstLink++, m_moment).toString());
    }
    links.remove(leaving);
    ++m_revisions[u"links"_s];
}

void ScriptedAdminPort::emitWatchedRows()
{
    const auto watched = m_watchedKeys;
    for (auto watch = watched.begin(); watch != watched.end(); ++watch) {
        const Resource *resource = m_catalog.find(watch.key());
        if (!resource || !resource->isLive)
            continue;
        const ScriptedTable &rows = table(watch.key());
        QList<QJsonObject> changed;
        QStringList removed;
        for (const QString &key : watch.value()) {
            if (const qsizetype row = rows.rowOf(key); row >= 0)
                changed.append(rowObject(rows, *resource, row, false));
            else
                removed.append(key);
        }
        for (const QString &key : std::as_const(removed))
            m_watchedKeys[watch.key()].removeAll(key);
        if (!changed.isEmpty() || !removed.isEmpty())
            Q_EMIT rowsChanged(watch.key(), changed, removed);
    }
}

void ScriptedAdminPort::startTicking()
{
    m_ticking.start();
}

void ScriptedAdminPort::setState(const PortState &state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void ScriptedAdminPort::setRole(OperatorRole role)
{
    m_role = role;
    Q_EMIT identityChanged();
}

void ScriptedAdminPort::releaseAnswers()
{
    m_isHolding = false;
    for (const auto &deliver : std::exchange(m_held, {}))
        deliver();
}

void ScriptedAdminPort::failNext(const Error &error, int count)
{
    m_failure = error;
    m_failuresLeft = count;
}

void ScriptedAdminPort::addLogLine(const QString &level, const QString &type, const QJsonObject &data)
{
    ScriptedTable &log = table(u"log"_s);
    const qsizetype number = log.add();
    const QJsonObject row{{u"number"_s, qint64(number) + 1},
                          {u"at"_s, nowMs()},
                          {u"level"_s, level},
                          {u"type"_s, type},
                          {u"data"_s, data}};
    log.change(QString::number(number + 1), row);
    ++m_revisions[u"log"_s];
    if (m_isWatchingLog && matches(m_logFilter, row))
        Q_EMIT logAppended({row}, 0);
}

Identity ScriptedAdminPort::identity() const
{
    return {u"scripted"_s, u"1.0.0"_s, u"quay-1"_s, m_script.startMs - 7'200'000, u"operator"_s, m_role};
}

Result<Page> ScriptedAdminPort::page(const PageRequest &request)
{
    if (const auto checked = m_catalog.check(request, m_role); !checked)
        return checked.error();
    const Resource &resource = *m_catalog.find(request.resource);
    const qint64 revision = m_revisions.value(request.resource);
    Page page;
    if (!resource.requiredFilters.isEmpty()) {
        const ScriptedTable rows(request.resource, initialCount(request.resource, m_script.sizes), m_moment,
                                 parentOf(resource, request));
        page = pageOf(rows, resource, request);
    } else {
        const ScriptedTable &rows = table(request.resource);
        PageRequest question = request;
        question.offset = 0;
        question.limit = 0;
        if (!m_order || m_order->request != question || m_order->revision != revision)
            m_order = std::make_unique<Order>(Order{question, revision, matchingRows(rows, resource, request)});
        page = windowOf(rows, resource, m_order->rows, request);
    }
    page.revision = revision;
    return page;
}

void ScriptedAdminPort::fetchPage(const PageRequest &request, QObject *context, Answer<Page> done)
{
    m_pageRequests.append(request);
    const auto refused = obstacle();
    answer<Page>(context, std::move(done), refused ? Result<Page>(*refused) : page(request));
}

void ScriptedAdminPort::fetchOne(const QString &resource, const QString &key, QObject *context,
                                 Answer<QJsonObject> done)
{
    Result<QJsonObject> result = Error{ErrorCode::NotFound, u"%1 has no \"%2\""_s.arg(resource, key)};
    const Resource *known = m_catalog.find(resource);
    if (const auto refused = obstacle()) {
        result = *refused;
    } else if (known && known->requiredFilters.isEmpty()) {
        const ScriptedTable &rows = table(resource);
        if (const qsizetype row = rows.rowOf(key); row >= 0)
            result = rowObject(rows, *known, row, true);
    }
    answer<QJsonObject>(context, std::move(done), std::move(result));
}

QJsonObject ScriptedAdminPort::columnsSetBy(const CommandCall &call, const QJsonObject &row) const
{
    const QString name = call.resource + u'.' + call.command;
    if (name == "links.throttle"_L1)
        return {{u"throttle"_s, call.args[u"max"_s]}};
    if (name == "intents.retry"_L1)
        return {{u"status"_s, u"acked"_s}, {u"updatedAt"_s, nowMs()}, {u"backendCode"_s, QJsonValue()}};
    if (name == "users.set-role"_L1)
        return {{u"role"_s, call.args[u"role"_s]}};
    if (name == "users.set-site"_L1)
        return {{u"site"_s, call.args[u"site"_s]}};
    if (name == "users.enable"_L1 || name == "users.disable"_L1)
        return {{u"status"_s, call.command == "enable"_L1 ? u"active"_s : u"disabled"_s}};
    if (name == "intents.mark"_L1) {
        const bool isHandled = call.args[u"handled"_s].toBool();
        const QJsonObject mark{{u"note"_s, call.args[u"note"_s].toString()},
                               {u"colour"_s, call.args[u"colour"_s].toString(u"none"_s)},
                               {u"handled"_s, isHandled},
                               {u"by"_s, identity().operatorName},
                               {u"at"_s, nowMs()}};
        return {{u"mark"_s, mark}, {u"handled"_s, isHandled}};
    }
    QJsonArray reasons = row[u"reasons"_s].toArray();
    reasons.append(call.command);
    return {{u"reasons"_s, reasons}, {u"updatedAt"_s, nowMs()}};
}

Result<CommandOutcome> ScriptedAdminPort::carryOut(const CommandCall &call)
{
    if (const auto checked = m_catalog.check(call, m_role); !checked)
        return checked.error();
    static const QStringList Removing{u"kick"_s, u"revoke"_s};
    const Resource &resource = *m_catalog.find(call.resource);
    ScriptedTable &rows = table(call.resource);
    CommandOutcome outcome;
    QSet<QString> gone;
    for (const QString &key : call.keys) {
        const qsizetype row = rows.rowOf(key);
        if (row < 0) {
            outcome.errors.insert(key, u"is not there any more"_s);
            continue;
        }
        ++outcome.affected;
        if (call.isDryRun)
            continue;
        if (Removing.contains(call.command))
            gone.insert(key);
        else if (call.command == "issue-key"_L1)
            outcome.result = {{u"apiKey"_s, u"tg_scripted_0123456789abcdef"_s}, {u"id"_s, u"key-9999"_s}};
        else
            rows.change(key, columnsSetBy(call, rowObject(rows, resource, row, false)));
    }
    outcome.text = call.isDryRun ? u"%1 would be done to %2 of %3"_s : u"%1 was done to %2 of %3"_s;
    outcome.text = outcome.text.arg(call.command).arg(outcome.affected).arg(call.keys.size());
    if (!call.isDryRun) {
        rows.remove(gone);
        ++m_revisions[call.resource];
    }
    return outcome;
}

void ScriptedAdminPort::invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done)
{
    m_commandCalls.append(call);
    const auto refused = obstacle();
    answer<CommandOutcome>(context, std::move(done), refused ? Result<CommandOutcome>(*refused) : carryOut(call));
}

void ScriptedAdminPort::fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done)
{
    if (const auto refused = obstacle()) {
        answer<History>(context, std::move(done), *refused);
        return;
    }
    const qint64 second = m_moment.step / StepsPerSecond;
    const qint64 nowAt = m_script.startMs + second * History::StepMs;
    const qint64 steps = std::clamp<qint64>((nowAt - sinceMs) / History::StepMs, 0, History::MaxSteps);
    History history;
    history.startMs = nowAt - (steps - 1) * History::StepMs;
    for (const Statistic &statistic : m_catalog.statistics()) {
        QList<double> &values = history.series[statistic.name];
        for (qint64 i = steps - 1; i >= 0; --i)
            values.append(scriptedStatistic(statistic.name, second - i));
    }
    answer<History>(context, std::move(done), std::move(history));
}

void ScriptedAdminPort::explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done)
{
    if (const auto refused = obstacle()) {
        answer<PolicyAnswer>(context, std::move(done), *refused);
        return;
    }
    if (!m_catalog.policyActions().contains(question.action)) {
        answer<PolicyAnswer>(context, std::move(done),
                             Error{ErrorCode::InvalidContract,
                                   u"action must be one of %1"_s.arg(m_catalog.policyActions().join(u", "_s))});
        return;
    }
    const bool isStaff = question.role == "staff"_L1 || question.role == "admin"_L1;
    const bool isAudit = question.channel == "ops.audit"_L1;
    const PolicyAnswer reply{!isAudit || isStaff,
                             isAudit ? u"channel ops.audit needs the role staff"_s : u"everybody may"_s,
                             u"ssma.channels"_s};
    answer<PolicyAnswer>(context, std::move(done), reply);
}

void ScriptedAdminPort::watchRows(const QString &resource, const QStringList &keys)
{
    m_watchedKeys.insert(resource, keys.first(std::min(keys.size(), MaxWatchedKeys)));
}

void ScriptedAdminPort::watchLog(const LogFilter &filter)
{
    m_logFilter = filter;
    m_isWatchingLog = true;
}

} // namespace Tidegate::Admin
