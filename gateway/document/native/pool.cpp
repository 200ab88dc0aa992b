// SPDX-License-Identifier: MIT
#include "document/native/pool.h"

#include "document/documentlogging.h"
#include "document/native/function.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace Tidegate {

namespace {

constexpr int EndGraceMs = 500;

Failed overdue()
{
    return Failed{"the function did not answer in time"};
}

} // namespace

struct FunctionPool::Thread
{
    QThread thread;
    TaskQueue tasks;
    quint64 serial = 0; //!< of the job it runs; 0 = none
    bool isGivenUp = false;
    DocumentFunction::Done done;
    qint64 dueMs = 0;
};

FunctionPool::FunctionPool(Config config, const Clock &clock)
    : m_config(config)
    , m_clock(clock)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &FunctionPool::endOverdue);
}

FunctionPool::~FunctionPool()
{
    m_inbox->close();
    for (auto &each : m_threads) {
        each->tasks.close();
        each->thread.quit();
    }
    const QDeadlineTimer grace(EndGraceMs); // for all of them together
    for (auto &each : m_threads) {
        if (each->thread.wait(grace))
            continue;
        qCWarning(lcDocument, "a function hangs and is left behind");
        // Destroying a thread that runs ends the process.
        [[maybe_unused]] const Thread *const leaked = each.release();
    }
    for (Job &job : m_waiting)
        job.done(Failed{"the gateway stops"});
}

void FunctionPool::run(std::shared_ptr<const NativeFunction> function, const Evaluation &evaluation,
                       DocumentFunction::Done done)
{
    if (int(m_waiting.size()) >= m_config.maxWaiting)
        return done(Failed{"too many functions wait to be run; try again"});
    m_waiting.push_back(
        {std::move(function), evaluation, std::move(done), m_clock.monotonicMs() + m_config.deadlineMs});
    startWaiting();
    scheduleDeadline();
}

void FunctionPool::startWaiting()
{
    while (!m_waiting.empty()) {
        Thread *thread = freeThread();
        if (!thread)
            return;
        Job job = std::move(m_waiting.front());
        m_waiting.pop_front();
        start(*thread, std::move(job));
    }
}

FunctionPool::Thread *FunctionPool::freeThread()
{
    int working = 0;
    for (const auto &each : m_threads) {
        if (each->serial == 0)
            return each.get();
        working += each->isGivenUp ? 0 : 1;
    }
    if (working >= m_config.threads || int(m_threads.size()) >= MaxThreads)
        return nullptr;
    auto thread = std::make_unique<Thread>();
    thread->thread.setObjectName(QStringLiteral("function-%1").arg(m_threads.size()));
    thread->tasks.moveToThread(&thread->thread);
    thread->thread.start();
    return m_threads.emplace_back(std::move(thread)).get();
}

void FunctionPool::start(Thread &thread, Job job)
{
    thread.serial = ++m_lastSerial;
    thread.isGivenUp = false;
    thread.done = std::move(job.done);
    thread.dueMs = job.dueMs;
    thread.tasks.post([this, inbox = m_inbox, at = &thread, serial = thread.serial, function = std::move(job.function),
                       evaluation = std::move(job.evaluation)] {
        Ruling decision = callNative(*function, evaluation);
        inbox->post([this, at, serial, decision = std::move(decision)]() mutable {
            finished(at, serial, std::move(decision));
        });
    });
}

void FunctionPool::finished(Thread *thread, quint64 serial, Ruling decision)
{
    if (thread->serial != serial)
        return;
    thread->serial = 0;
    DocumentFunction::Done done = std::exchange(thread->done, {});
    if (!std::exchange(thread->isGivenUp, false))
        done(std::move(decision));
    startWaiting();
    scheduleDeadline();
}

void FunctionPool::endOverdue()
{
    const qint64 now = m_clock.monotonicMs();
    std::vector<DocumentFunction::Done> ended;
    for (const auto &each : m_threads) {
        if (each->serial == 0 || each->isGivenUp || each->dueMs > now)
            continue;
        each->isGivenUp = true;
        ended.push_back(std::exchange(each->done, {}));
        qCWarning(lcDocument, "a function is over its deadline and was given up");
    }
    while (!m_waiting.empty() && m_waiting.front().dueMs <= now) {
        ended.push_back(std::move(m_waiting.front().done));
        m_waiting.pop_front();
    }
    for (const DocumentFunction::Done &done : ended)
        done(overdue());
    startWaiting();
    scheduleDeadline();
}

void FunctionPool::scheduleDeadline()
{
    qint64 due = 0;
    for (const auto &each : m_threads) {
        if (each->serial && !each->isGivenUp && (due == 0 || each->dueMs < due))
            due = each->dueMs;
    }
    if (!m_waiting.empty() && (due == 0 || m_waiting.front().dueMs < due))
        due = m_waiting.front().dueMs;
    if (due)
        m_deadline.start(int(std::max<qint64>(1, due - m_clock.monotonicMs())));
    else
        m_deadline.stop();
}

} // namespace Tidegate
