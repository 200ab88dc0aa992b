// SPDX-License-Identifier: MIT
#include "bench/compare/comparison.h"

#include "bench/ackrun.h"
#include "bench/compare/interruption.h"
#include "bench/compare/machine.h"
#include "bench/connectrun.h"
#include "bench/fanoutrun.h"

#include <algorithm>

namespace Tidegate::Bench {

namespace {

std::unique_ptr<Run> makeRun(Row::Scenario scenario, const Target &target, const Dialect &dialect, const Plan &plan,
                             const Progress &progress)
{
    switch (scenario) {
    case Row::Scenario::Fanout:
        break;
    case Row::Scenario::Ack:
        return std::make_unique<AckRun>(target, dialect, plan, progress);
    case Row::Scenario::Connect:
        return std::make_unique<ConnectRun>(target, dialect, plan, progress);
    }
    return std::make_unique<FanoutRun>(target, dialect, plan, progress);
}

} // namespace

Comparison::Comparison(std::vector<Peer> peers, Options options, Tell tell)
    : m_peers(std::move(peers))
    , m_options(options)
    , m_tell(std::move(tell))
{
}

RowOutcome Comparison::measure(const Row &row) const
{
    RowOutcome outcome{row, {}};
    std::vector<const Peer *> peers;
    for (const QByteArray &key : row.peers) {
        const auto found = std::find_if(m_peers.begin(), m_peers.end(), [&](const Peer &it) { return it.key == key; });
        if (found == m_peers.end())
            continue;
        peers.push_back(&*found);
        PeerOutcome &added = outcome.peers.emplace_back();
        added.key = found->key;
        added.label = found->label;
        added.isForeign = found->isForeign;
    }
    for (int repetition = 0; repetition < m_options.repetitions; ++repetition) {
        for (size_t turn = 0; turn < peers.size() && !isInterrupted(); ++turn) {
            const size_t index = (turn + size_t(repetition)) % peers.size();
            PeerOutcome &result = outcome.peers[index];
            if (!result.isInstalled)
                continue;
            const auto report = measureOnce(row, *peers[index]);
            if (report) {
                tellReport(row, *peers[index], repetition, *report);
                result.reports.push_back(*report);
                result.problems += report->problems();
            } else {
                result.isInstalled = report.error().code != ErrorCode::NotFound;
                result.problems += report.error().text;
                m_tell(QStringLiteral("%1: %2").arg(peers[index]->label, report.error().text));
            }
        }
    }
    return outcome;
}

Result<Report> Comparison::measureOnce(const Row &row, const Peer &peer) const
{
    const auto started = [&] {
        // A process begins on the core of the thread that starts it.
        const auto pin = m_options.pinsCores ? std::make_unique<OnCore>(ServerCore) : nullptr;
        return peer.start();
    }();
    if (!started)
        return started.error();
    const auto target = Target::fromUrl((*started)->url());
    if (!target)
        return target.error();
    const std::unique_ptr<Dialect> dialect = peer.dialect(*target);
    Plan plan = row.plan;
    plan.serverPid = (*started)->processId();
    plan.warmupMs = m_options.warmupMs;
    plan.durationMs = m_options.durationMs;
    std::unique_ptr<Run> run;
    run = makeRun(row.scenario, *target, *dialect, plan, [&run](const QString &) {
        if (isInterrupted())
            run->cancel();
    });
    return run->execute();
}

void Comparison::tellReport(const Row &row, const Peer &peer, int repetition, const Report &report) const
{
    QString line = QStringLiteral("%1  %2/%3  %4")
                       .arg(QString::fromLatin1(row.key))
                       .arg(repetition + 1)
                       .arg(m_options.repetitions)
                       .arg(peer.label);
    for (const Column &column : columnsOf(row.scenario))
        line += QStringLiteral("  %1 %2").arg(
            QString::number(report.value(column.figure) * column.scale, 'f', column.decimals), column.heading);
    for (const QString &problem : report.problems())
        line += QStringLiteral("  ! ") + problem;
    m_tell(line);
}

} // namespace Tidegate::Bench
