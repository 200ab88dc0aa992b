// SPDX-License-Identifier: MIT
#pragma once

#include "bench/plan.h"
#include "bench/processmeter.h"
#include "bench/report.h"
#include "bench/swarm.h"

namespace Tidegate::Bench {

//! What all scenarios share: the swarm, the report, waiting and giving up. One run per object, on the calling thread.
class Run : protected SwarmObserver
{
public:
    Run(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress, const QString &title);

    //! Blocks until it is over. The report says what went wrong, if anything did.
    virtual Report execute() = 0;
    //! Ends execute() early; the report says so. From the progress callback.
    void cancel() { giveUp(QStringLiteral("cancelled")); }

protected:
    //! Reasons the run cannot go on; the first one is kept and ends every wait.
    void giveUp(const QString &why);
    bool isOver() const { return m_isOver; }
    void closed(size_t member, const QString &why) override;

    static constexpr qint64 NsPerMs = 1'000'000;
    static constexpr double NsPerSecond = 1e9;

    //! Opens \p count members that all begin alike and waits until they take part. False if that failed.
    bool open(const Opening &opening, int count, const QString &what);
    //! Calls \p start(index) for each of \p count members as fast as Plan::connecting at a time allows, and waits until
    //! \p isDone. False if the run is over before.
    bool ramp(int count, const std::function<void(int)> &start, const std::function<bool()> &isDone,
              const std::function<QString()> &state);
    //! Turns the loop until \p isDone or the run is over; gives up when nothing has arrived for Plan::stallMs.
    bool waitUntil(const std::function<bool()> &isDone, const std::function<QString()> &state);
    //! Something that arrived twice is as wrong as something that did not arrive.
    void noteDuplicates(quint64 count);
    void tellProgress(const std::function<QString()> &state);
    //! Used by the server since \p since, and how that is spread over its threads.
    void reportServer(const std::vector<double> &since, double operations, const QString &operation);

    const Dialect &m_dialect;
    const Plan m_plan;
    const QByteArray m_run; //!< differs from run to run, so that what a server kept of an earlier one does not count
    Swarm m_swarm;
    const ProcessMeter m_server;
    Report m_report;

private:
    const Progress m_progress;
    qint64 m_toldNs = 0;
    bool m_isOver = false;
};

} // namespace Tidegate::Bench
