// SPDX-License-Identifier: MIT
#include "qml/session/statisticsfeed.h"

#include "qml/models/format.h"

#include <cmath>
#include <limits>

namespace Tidegate::Console {

using Admin::History;

namespace {

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

} // namespace

void StatisticsFeed::setPort(Admin::AdminPort *port)
{
    if (m_port)
        m_port->disconnect(this);
    m_port = port;
    clear();
    if (!m_port)
        return;
    connect(m_port, &Admin::AdminPort::statisticsChanged, this, &StatisticsFeed::append);
    connect(m_port, &Admin::AdminPort::stateChanged, this, &StatisticsFeed::fetchHistory);
    watch();
}

void StatisticsFeed::setActive(bool isActive)
{
    m_isActive = isActive;
    watch();
}

void StatisticsFeed::watch()
{
    if (!m_port)
        return;
    m_port->watchStatistics(m_isActive);
    if (m_isActive)
        fetchHistory();
}

void StatisticsFeed::fetchHistory()
{
    if (!m_port || m_port->state().kind != Admin::PortState::Kind::Online || !m_isActive)
        return;
    m_port->fetchHistory(0, this, [this](const Result<History> &answer) {
        if (answer)
            takeHistory(*answer);
    });
}

void StatisticsFeed::takeHistory(const History &history)
{
    qsizetype length = 0;
    for (const QList<double> &series : history.series)
        length = std::max(length, std::min(series.size(), History::MaxSteps));
    if (length == 0)
        return;
    clear();
    m_length = length;
    m_endMs = history.startMs + (length - 1) * History::StepMs;
    for (auto series = history.series.begin(); series != history.series.end(); ++series) {
        QList<double> values = series->last(std::min(series->size(), length));
        values.resize(length, Unknown);
        m_series.insert(series.key(), values);
    }
    Q_EMIT advanced();
}

void StatisticsFeed::append(const Admin::Statistics &statistics)
{
    // A second that was skipped stays visible as a hole in the line.
    qint64 steps = m_endMs == 0 ? 1 : std::llround(double(statistics.atMs - m_endMs) / double(History::StepMs));
    if (steps <= 0)
        return;
    steps = std::min<qint64>(steps, History::MaxSteps);
    for (auto value = statistics.values.begin(); value != statistics.values.end(); ++value) {
        if (!m_series.contains(value.key()))
            m_series.insert(value.key(), QList<double>(m_length, Unknown));
    }
    const qsizetype length = std::min<qsizetype>(m_length + steps, History::MaxSteps);
    for (auto series = m_series.begin(); series != m_series.end(); ++series) {
        series->resize(m_length + steps, Unknown);
        series->last() = statistics.values.value(series.key(), Unknown);
        series->remove(0, series->size() - length);
    }
    m_length = length;
    m_endMs = statistics.atMs;
    Q_EMIT advanced();
}

void StatisticsFeed::clear()
{
    const bool hadData = hasData();
    m_series.clear();
    m_length = 0;
    m_endMs = 0;
    if (hadData)
        Q_EMIT advanced();
}

QList<double> StatisticsFeed::values(const QString &name, qsizetype count) const
{
    const QList<double> all = m_series.value(name);
    return all.last(std::min(count, all.size()));
}

double StatisticsFeed::latest(const QString &name) const
{
    const auto series = m_series.constFind(name);
    return series == m_series.constEnd() || series->isEmpty() ? Unknown : series->last();
}

QString StatisticsFeed::latestText(const QString &name) const
{
    return text(name, latest(name));
}

QString StatisticsFeed::text(const QString &name, double value) const
{
    const Admin::Statistic *statistic = find(name);
    return Format::statistic(value, statistic ? statistic->unit : Admin::StatisticUnit::Count);
}

QString StatisticsFeed::title(const QString &name) const
{
    const Admin::Statistic *statistic = find(name);
    return statistic ? statistic->title : name;
}

QString StatisticsFeed::doc(const QString &name) const
{
    const Admin::Statistic *statistic = find(name);
    return statistic ? statistic->doc : QString();
}

bool StatisticsFeed::isBytes(const QString &name) const
{
    const Admin::Statistic *statistic = find(name);
    return statistic &&
           (statistic->unit == Admin::StatisticUnit::Bytes || statistic->unit == Admin::StatisticUnit::BytesPerSecond);
}

const Admin::Statistic *StatisticsFeed::find(const QString &name) const
{
    if (!m_port)
        return nullptr;
    for (const Admin::Statistic &statistic : m_port->catalog().statistics()) {
        if (statistic.name == name)
            return &statistic;
    }
    return nullptr;
}

} // namespace Tidegate::Console
