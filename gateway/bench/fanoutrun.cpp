// SPDX-License-Identifier: MIT
#include "bench/fanoutrun.h"

#include <algorithm>
#include <cmath>

namespace Tidegate::Bench {

namespace {
constexpr qint64 AfterStopMs = 2'000;
} // namespace

FanoutRun::FanoutRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress)
    : Run(target, dialect, plan, std::move(progress),
          QStringLiteral("fan-out 1 -> %1, %2, %3-byte payloads%4")
              .arg(plan.subscribers)
              .arg(plan.ratePerSecond > 0 ? QStringLiteral("%1 messages/s").arg(plan.ratePerSecond)
                                          : QStringLiteral("%1 in flight").arg(plan.inFlight))
              .arg(plan.payloadBytes)
              .arg(plan.stopped > 0 ? QStringLiteral(", %1 subscribers stopped").arg(plan.stopped) : QString()))
{
}

Report FanoutRun::execute()
{
    if (!open(m_dialect.publisher(), 1, QStringLiteral("the publisher")) ||
        !open(m_dialect.subscriber(), m_plan.subscribers, QStringLiteral("subscribers")))
        return m_report;
    for (int i = 0; i < m_plan.subscribers; ++i)
        m_ledger.addReceiver();
    for (int i = 0; i < m_plan.stopped; ++i) {
        m_swarm.setReading(size_t(i) + 1, false);
        m_ledger.retire(size_t(i));
    }

    m_startNs = Swarm::clockNs();
    m_measureFromNs = m_startNs + m_plan.warmupMs * NsPerMs;
    drive(m_measureFromNs);
    const std::vector<double> serverCpu = m_server.threadCpuSeconds();
    const double ownCpu = ProcessMeter::ownCpuSeconds();
    const qint64 fromNs = Swarm::clockNs();
    const quint64 bytesBefore = m_swarm.receivedBytes();
    const quint32 publishedBefore = m_ledger.published();
    m_deliveries = 0;
    drive(m_measureFromNs + m_plan.durationMs * NsPerMs);
    const double seconds = double(Swarm::clockNs() - fromNs) / NsPerSecond;
    const double messages = m_ledger.published() - publishedBefore;
    const double bytes = double(m_swarm.receivedBytes() - bytesBefore);
    const double deliveries = double(m_deliveries);
    const double usedHere = ProcessMeter::ownCpuSeconds() - ownCpu;

    m_report.add("messages_per_s", QStringLiteral("messages/s"), messages / seconds);
    m_report.add("deliveries_per_s", QStringLiteral("deliveries/s"), deliveries / seconds);
    m_report.add("bytes_per_delivery", QStringLiteral("bytes per delivery"), deliveries > 0 ? bytes / deliveries : 0,
                 1);
    reportServer(serverCpu, deliveries, QStringLiteral("delivery"));
    m_report.add("generator_cpu_us_each", QStringLiteral("load tool CPU per delivery, us"),
                 deliveries > 0 ? usedHere * 1e6 / deliveries : 0, 4);
    // What is still on its way has waited longest; without it a slow server would look quick.
    drain();
    m_report.addLatency("latency", QStringLiteral("latency"), m_latency);
    const Ledger::Tally &tally = m_ledger.tally();
    m_report.add("lost", QStringLiteral("lost"), double(m_ledger.outstanding()));
    m_report.add("duplicates", QStringLiteral("duplicates"), double(tally.duplicates));
    m_report.add("out_of_order", QStringLiteral("out of order"), double(tally.outOfOrder));
    noteDuplicates(tally.duplicates);
    if (m_plan.stopped > 0)
        reportStopped();
    return m_report;
}

void FanoutRun::reportStopped()
{
    // Only now do they read, and see what was said to them.
    for (int i = 0; i < m_plan.stopped; ++i)
        m_swarm.setReading(size_t(i) + 1, true);
    const qint64 untilNs = Swarm::clockNs() + AfterStopMs * NsPerMs;
    while (m_stoppedClosed < m_plan.stopped && Swarm::clockNs() < untilNs)
        m_swarm.turn(20);
    m_report.add("stopped_closed", QStringLiteral("stopped subscribers closed by the server"), m_stoppedClosed);
    if (m_stoppedClosed > 0)
        m_report.addNote(QStringLiteral("a stopped subscriber was ") + m_stoppedWhy);
}

void FanoutRun::drive(qint64 untilNs)
{
    quint64 before = m_ledger.tally().received;
    qint64 movedNs = Swarm::clockNs();
    for (qint64 now = movedNs; now < untilNs && !isOver(); now = Swarm::clockNs()) {
        publishDue();
        m_swarm.turn(untilDueMs());
        tellProgress([this] { return state(); });
        if (m_ledger.tally().received != before) {
            before = m_ledger.tally().received;
            movedNs = m_swarm.nowNs();
        } else if (m_ledger.completed() < m_ledger.published() && now - movedNs > m_plan.stallMs * NsPerMs) {
            giveUp(QStringLiteral("no message has arrived for %1 s").arg(m_plan.stallMs / 1000));
        }
    }
}

void FanoutRun::drain()
{
    // What does not come within the time of a stall is lost.
    if (!isOver())
        waitUntil([this] { return m_ledger.completed() >= m_ledger.published(); }, [this] { return state(); });
}

void FanoutRun::publishDue()
{
    QByteArray bytes;
    const qint64 now = Swarm::clockNs();
    const auto publish = [&](qint64 sentNs) {
        bytes += m_dialect.publication(m_run, m_ledger.publish(sentNs), 1, m_plan.payloadBytes);
    };
    if (m_plan.ratePerSecond > 0) {
        const auto due = quint32(double(now - m_startNs) * m_plan.ratePerSecond / NsPerSecond);
        while (m_ledger.published() < due)
            publish(m_startNs + qint64(double(m_ledger.published() + 1) * NsPerSecond / m_plan.ratePerSecond));
    } else {
        while (m_ledger.published() - m_ledger.completed() < quint32(m_plan.inFlight))
            publish(now);
    }
    if (!bytes.isEmpty())
        m_swarm.send(0, bytes);
}

int FanoutRun::untilDueMs() const
{
    constexpr int LongestMs = 100;
    if (m_plan.ratePerSecond <= 0)
        return LongestMs;
    const double dueNs = double(m_ledger.published() + 1) * NsPerSecond / m_plan.ratePerSecond;
    const double leftMs = (double(m_startNs) + dueNs - double(Swarm::clockNs())) / double(NsPerMs);
    // epoll counts whole milliseconds: the last one is spun through, or every message would be late by half of it.
    return int(std::clamp(std::floor(leftMs), 0.0, double(LongestMs)));
}

void FanoutRun::received(size_t member, quint32 number)
{
    if (!isSubscriber(member) || !m_ledger.receive(member - 1, number))
        return;
    ++m_deliveries;
    if (const qint64 sentNs = m_ledger.sentNs(number); sentNs >= m_measureFromNs)
        m_latency.record(m_swarm.nowNs() - sentNs);
}

void FanoutRun::closed(size_t member, const QString &why)
{
    if (isStopped(member)) {
        ++m_stoppedClosed;
        m_stoppedWhy = why;
        return;
    }
    if (isSubscriber(member) && m_ledger.published() > 0)
        m_ledger.retire(member - 1);
    Run::closed(member, why);
}

QString FanoutRun::state() const
{
    return QStringLiteral("%1 messages published, %2 with everybody, %3 deliveries")
        .arg(m_ledger.published())
        .arg(m_ledger.completed())
        .arg(m_ledger.tally().received);
}

} // namespace Tidegate::Bench
