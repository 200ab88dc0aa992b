// SPDX-License-Identifier: MIT
#include "bench/run.h"

#include <QRandomGenerator>

namespace Tidegate::Bench {

namespace {

QByteArray randomRun()
{
    static constexpr char Letters[] = "ghijklmnopqrstuvwxyz"; // no hex digit: cannot be taken for part of a number
    QByteArray run;
    for (int i = 0; i < Marker::RunBytes; ++i)
        run += Letters[QRandomGenerator::system()->bounded(int(sizeof Letters) - 1)];
    return run;
}

} // namespace

Run::Run(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress, const QString &title)
    : m_dialect(dialect)
    , m_plan(plan)
    , m_run(randomRun())
    , m_swarm(target, m_run, *this)
    , m_server(plan.serverPid)
    , m_report(title)
    , m_progress(std::move(progress))
{
}

void Run::giveUp(const QString &why)
{
    if (!m_isOver)
        m_report.addProblem(why);
    m_isOver = true;
}

void Run::closed(size_t, const QString &why)
{
    if (!why.isEmpty())
        giveUp(QStringLiteral("a connection ended: ") + why);
}

bool Run::open(const Opening &opening, int count, const QString &what)
{
    const auto shared = std::make_shared<const Opening>(opening);
    const size_t before = m_swarm.readyCount();
    return ramp(
        count, [&](int) { m_swarm.add(shared); }, [&] { return m_swarm.readyCount() - before == size_t(count); },
        [&] { return QStringLiteral("opening %1: %2 of %3").arg(what).arg(m_swarm.readyCount() - before).arg(count); });
}

bool Run::ramp(int count, const std::function<void(int)> &start, const std::function<bool()> &isDone,
               const std::function<QString()> &state)
{
    int started = 0;
    return waitUntil(
        [&] {
            while (started < count && m_swarm.openingCount() < size_t(m_plan.connecting) && !isOver())
                start(started++);
            return isDone();
        },
        state);
}

bool Run::waitUntil(const std::function<bool()> &isDone, const std::function<QString()> &state)
{
    quint64 received = m_swarm.receivedBytes();
    qint64 movedNs = Swarm::clockNs();
    while (!isOver()) {
        if (isDone())
            return !isOver();
        m_swarm.turn(20);
        tellProgress(state);
        const qint64 now = Swarm::clockNs();
        if (m_swarm.receivedBytes() != received) {
            received = m_swarm.receivedBytes();
            movedNs = now;
        } else if (now - movedNs > m_plan.stallMs * NsPerMs) {
            giveUp(QStringLiteral("nothing has arrived for %1 s while %2").arg(m_plan.stallMs / 1000).arg(state()));
        }
    }
    return false;
}

void Run::noteDuplicates(quint64 count)
{
    if (count > 0)
        m_report.addProblem(QStringLiteral("%1 messages arrived more than once").arg(count));
}

void Run::tellProgress(const std::function<QString()> &state)
{
    constexpr qint64 PauseNs = 500 * NsPerMs;
    const qint64 now = Swarm::clockNs();
    if (!m_progress || now - m_toldNs < PauseNs)
        return;
    m_toldNs = now;
    m_progress(state());
}

void Run::reportServer(const std::vector<double> &since, double operations, const QString &operation)
{
    if (!m_server.isValid())
        return;
    const std::vector<double> now = m_server.threadCpuSeconds();
    double total = 0;
    double busiest = 0;
    for (size_t i = 0; i < now.size(); ++i) {
        const double used = now[i] - (i < since.size() ? since[i] : 0);
        total += used;
        busiest = std::max(busiest, used);
    }
    m_report.add("server_cpu_s", QStringLiteral("server CPU, s"), total, 2);
    if (operations > 0) {
        m_report.add("server_cpu_us_each", QStringLiteral("server CPU per %1, us").arg(operation),
                     total * 1e6 / operations, 4);
        m_report.add("busiest_thread_us_each", QStringLiteral("of it, busiest thread, us"), busiest * 1e6 / operations,
                     4);
    }
    m_report.add("server_rss_kib", QStringLiteral("server RSS, KiB"), double(m_server.residentBytes()) / 1024.0);
}

} // namespace Tidegate::Bench
