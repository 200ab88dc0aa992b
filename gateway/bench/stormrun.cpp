// SPDX-License-Identifier: MIT
#include "bench/stormrun.h"

namespace Tidegate::Bench {

StormRun::StormRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress)
    : Run(target, dialect, plan, std::move(progress),
          QStringLiteral("reconnect storm, %1 subscribers, %2 messages missed").arg(plan.subscribers).arg(plan.missed))
{
    m_swarm.keepText();
}

Report StormRun::execute()
{
    if (!m_dialect.hasPositions()) {
        giveUp(QStringLiteral("clients of this dialect cannot say what they have seen; use ssma"));
        return m_report;
    }
    if (!visit() || !publishMissed())
        return m_report;
    const std::vector<double> serverCpu = m_server.threadCpuSeconds();
    const qint64 fromNs = Swarm::clockNs();
    comeBack();
    m_report.add("storm_s", QStringLiteral("until the last one had everything, s"),
                 double(Swarm::clockNs() - fromNs) / NsPerSecond, 2);
    m_report.add("caught_up", QStringLiteral("subscribers that have everything"), m_caughtUp);
    reportServer(serverCpu, m_plan.subscribers, QStringLiteral("subscriber"));
    m_report.addLatency("caught_up", QStringLiteral("connect to caught up"), m_timeToCaughtUp);
    m_report.add("lost", QStringLiteral("lost"), double(m_ledger.outstanding()));
    m_report.add("duplicates", QStringLiteral("duplicates"), double(m_ledger.tally().duplicates));
    m_report.add("out_of_order", QStringLiteral("out of order"), double(m_ledger.tally().outOfOrder));
    noteDuplicates(m_ledger.tally().duplicates);
    return m_report;
}

//! Everybody connects once, learns its position and leaves.
bool StormRun::visit()
{
    if (!open(m_dialect.publisher(), 1, QStringLiteral("the publisher")) ||
        !open(m_dialect.subscriber(), m_plan.subscribers, QStringLiteral("subscribers")))
        return false;
    m_isLeaving = true;
    for (size_t member = 1; member <= size_t(m_plan.subscribers); ++member) {
        m_positions.append(m_dialect.lastPosition(m_swarm.text(member)));
        m_swarm.close(member);
    }
    m_isLeaving = false;
    m_firstReturned = m_swarm.size();
    for (int i = 0; i < m_plan.subscribers; ++i)
        m_ledger.addReceiver();
    return true;
}

bool StormRun::publishMissed()
{
    for (int i = 0; i < m_plan.missed; ++i)
        m_swarm.send(0, m_dialect.publication(m_run, m_ledger.publish(Swarm::clockNs()), 1, m_plan.payloadBytes));
    return waitUntil([this] { return m_acked == quint32(m_plan.missed); }, [this] { return state(); });
}

void StormRun::comeBack()
{
    m_missing.assign(size_t(m_plan.subscribers), quint32(m_plan.missed));
    QHash<QByteArray, std::shared_ptr<const Opening>> openings; // few positions, many subscribers
    const auto start = [&](int index) {
        const QByteArray &position = m_positions[index];
        auto &opening = openings[position];
        if (!opening)
            opening = std::make_shared<Opening>(m_dialect.returningSubscriber(position));
        m_startedNs.push_back(Swarm::clockNs());
        m_swarm.add(opening);
    };
    const auto isDone = [this] { return m_caughtUp == quint32(m_plan.subscribers); };
    ramp(m_plan.subscribers, start, isDone, [this] { return state(); });
}

void StormRun::received(size_t member, quint32 number)
{
    if (member == 0) {
        ++m_acked;
        return;
    }
    if (member < m_firstReturned)
        return;
    const size_t returned = member - m_firstReturned;
    if (!m_ledger.receive(returned, number) || --m_missing[returned] > 0)
        return;
    ++m_caughtUp;
    m_timeToCaughtUp.record(Swarm::clockNs() - m_startedNs[returned]);
}

void StormRun::closed(size_t member, const QString &why)
{
    if (!m_isLeaving)
        Run::closed(member, why);
}

QString StormRun::state() const
{
    return QStringLiteral("%1 messages missed, %2 of %3 subscribers caught up")
        .arg(m_acked)
        .arg(m_caughtUp)
        .arg(m_plan.subscribers);
}

} // namespace Tidegate::Bench
