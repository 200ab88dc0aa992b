// SPDX-License-Identifier: MIT
#include "bench/ackrun.h"

namespace Tidegate::Bench {

AckRun::AckRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress)
    : Run(target, dialect, plan, std::move(progress),
          QStringLiteral("acknowledgements, %1 connections, batches of %2, %3")
              .arg(plan.publishers)
              .arg(plan.batch)
              .arg(plan.ratePerSecond > 0 ? QStringLiteral("%1 messages/s").arg(plan.ratePerSecond)
                                          : QStringLiteral("%1 in flight each").arg(plan.inFlight)))
{
}

Report AckRun::execute()
{
    if (!m_dialect.acknowledges()) {
        giveUp(QStringLiteral("this dialect acknowledges nothing; use fanout"));
        return m_report;
    }
    if (!open(m_dialect.publisher(), m_plan.publishers, QStringLiteral("publishers")))
        return m_report;
    m_unacked.resize(size_t(m_plan.publishers));
    m_startNs = Swarm::clockNs();
    m_measureFromNs = m_startNs + m_plan.warmupMs * NsPerMs;
    for (size_t member = 0; member < m_unacked.size() && m_plan.ratePerSecond <= 0; ++member) {
        for (int i = 0; i < m_plan.inFlight; ++i)
            publish(member, m_startNs);
    }
    drive(m_measureFromNs);
    const std::vector<double> serverCpu = m_server.threadCpuSeconds();
    const double ownCpu = ProcessMeter::ownCpuSeconds();
    const quint64 before = m_acked;
    const qint64 fromNs = Swarm::clockNs();
    drive(m_measureFromNs + m_plan.durationMs * NsPerMs);
    const auto acked = double(m_acked - before);
    m_report.add("acks_per_s", QStringLiteral("acknowledged/s"),
                 acked / (double(Swarm::clockNs() - fromNs) / NsPerSecond));
    reportServer(serverCpu, acked, QStringLiteral("message"));
    m_report.add("generator_cpu_us_each", QStringLiteral("load tool CPU per message, us"),
                 acked > 0 ? (ProcessMeter::ownCpuSeconds() - ownCpu) * 1e6 / acked : 0, 4);
    m_isPublishing = false;
    if (!isOver())
        waitUntil([this] { return m_acked == m_sentNs.size(); }, [this] { return state(); });
    m_report.addLatency("latency", QStringLiteral("time to acknowledgement"), m_latency);
    m_report.add("unacknowledged", QStringLiteral("never acknowledged"), double(m_sentNs.size() - m_acked));
    m_report.add("duplicates", QStringLiteral("acknowledged twice"), double(m_repeated));
    noteDuplicates(m_repeated);
    return m_report;
}

void AckRun::drive(qint64 untilNs)
{
    waitUntil(
        [&] {
            publishDue();
            return Swarm::clockNs() >= untilNs;
        },
        [this] { return state(); });
}

void AckRun::publishDue()
{
    if (m_plan.ratePerSecond <= 0)
        return;
    const double due = double(Swarm::clockNs() - m_startNs) * m_plan.ratePerSecond / NsPerSecond;
    while (double(m_sentNs.size() + size_t(m_plan.batch)) <= due) {
        const double lastOfBatch = double(m_sentNs.size() + size_t(m_plan.batch));
        publish(m_nextMember++ % m_unacked.size(),
                m_startNs + qint64(lastOfBatch * NsPerSecond / m_plan.ratePerSecond));
    }
}

void AckRun::publish(size_t member, qint64 sentNs)
{
    const auto first = quint32(m_sentNs.size());
    m_sentNs.insert(m_sentNs.end(), size_t(m_plan.batch), sentNs);
    m_unacked[member] += m_plan.batch;
    m_swarm.send(member, m_dialect.publication(m_run, first, m_plan.batch, m_plan.payloadBytes));
}

void AckRun::received(size_t member, quint32 number)
{
    if (number >= m_sentNs.size())
        return;
    const qint64 sentNs = std::exchange(m_sentNs[number], 0);
    if (sentNs == 0) {
        ++m_repeated;
        return;
    }
    ++m_acked;
    if (sentNs >= m_measureFromNs)
        m_latency.record(m_swarm.nowNs() - sentNs);
    --m_unacked[member];
    const bool isClosedLoop = m_plan.ratePerSecond <= 0;
    if (isClosedLoop && m_isPublishing && m_unacked[member] <= m_plan.batch * (m_plan.inFlight - 1))
        publish(member, m_swarm.nowNs());
}

QString AckRun::state() const
{
    return QStringLiteral("%1 of %2 messages acknowledged").arg(m_acked).arg(m_sentNs.size());
}

} // namespace Tidegate::Bench
