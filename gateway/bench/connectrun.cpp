// SPDX-License-Identifier: MIT
#include "bench/connectrun.h"

namespace Tidegate::Bench {

ConnectRun::ConnectRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress)
    : Run(target, dialect, plan, std::move(progress),
          QStringLiteral("connect %1, %2 at a time").arg(plan.connections).arg(plan.connecting))
{
}

Report ConnectRun::execute()
{
    const qint64 emptyBytes = m_server.residentBytes();
    const std::vector<double> serverCpu = m_server.threadCpuSeconds();
    const double ownCpu = ProcessMeter::ownCpuSeconds();
    const qint64 fromNs = Swarm::clockNs();
    const auto opening = std::make_shared<const Opening>(m_dialect.subscriber());
    const auto start = [&](int) {
        m_startedNs.push_back(Swarm::clockNs());
        m_swarm.add(opening);
    };
    const auto isDone = [this] { return m_swarm.readyCount() == size_t(m_plan.connections); };
    if (!ramp(m_plan.connections, start, isDone, [this] { return state(); }))
        return m_report;
    const double seconds = double(Swarm::clockNs() - fromNs) / NsPerSecond;
    m_report.add("connections_per_s", QStringLiteral("connections/s"), double(m_plan.connections) / seconds);
    reportServer(serverCpu, m_plan.connections, QStringLiteral("connection"));
    m_report.add("generator_cpu_us_each", QStringLiteral("load tool CPU per connection, us"),
                 (ProcessMeter::ownCpuSeconds() - ownCpu) * 1e6 / double(m_plan.connections), 4);
    m_report.addLatency("ready", QStringLiteral("time to ready"), m_timeToReady);
    watchIdle();
    if (m_server.isValid()) {
        const double grownBytes = double(m_server.residentBytes() - emptyBytes);
        m_report.add("rss_per_connection_kib", QStringLiteral("RSS per idle connection, KiB"),
                     grownBytes / double(m_plan.connections) / 1024.0, 2);
    }
    return m_report;
}

void ConnectRun::watchIdle()
{
    const double cpuBefore = m_server.cpuSeconds();
    const qint64 fromNs = Swarm::clockNs();
    const qint64 untilNs = fromNs + m_plan.holdMs * NsPerMs;
    while (Swarm::clockNs() < untilNs && !isOver()) {
        m_swarm.turn(50);
        tellProgress([this] { return state(); });
    }
    if (m_server.isValid()) {
        const double seconds = double(Swarm::clockNs() - fromNs) / NsPerSecond;
        m_report.add("idle_cpu_percent", QStringLiteral("idle server CPU, % of a core"),
                     (m_server.cpuSeconds() - cpuBefore) * 100.0 / seconds, 2);
    }
}

QString ConnectRun::state() const
{
    return QStringLiteral("%1 of %2 connections").arg(m_swarm.readyCount()).arg(m_plan.connections);
}

void ConnectRun::ready(size_t member)
{
    m_timeToReady.record(Swarm::clockNs() - m_startedNs[member]);
}

} // namespace Tidegate::Bench
