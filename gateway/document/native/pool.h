// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/taskqueue.h"
#include "document/documentfunction.h"

#include <QThread>
#include <QTimer>

#include <deque>
#include <memory>
#include <vector>

namespace Tidegate {

//! Threads for functions that may take their time. One that is over its deadline is given up: its proposal fails, and
//! another thread takes its place until there are MaxThreads. Lives on the core thread.
class FunctionPool final : public QObject
{
    Q_OBJECT
public:
    struct Config
    {
        qint64 deadlineMs = 5'000; //!< from the call, waiting for a thread included
        int threads = 2;
        int maxWaiting = 1024;
    };
    //! Hung ones included.
    static constexpr int MaxThreads = 16;

    FunctionPool(Config config, const Clock &clock);
    //! Waits for running functions, but not for long: a thread that hangs is left behind with all it uses.
    ~FunctionPool() override;

    void run(std::shared_ptr<const NativeFunction> function, const Evaluation &evaluation, DocumentFunction::Done done);

private:
    struct Thread;
    struct Job
    {
        std::shared_ptr<const NativeFunction> function;
        Evaluation evaluation;
        DocumentFunction::Done done;
        qint64 dueMs = 0;
    };

    void startWaiting();
    Thread *freeThread();
    void start(Thread &thread, Job job);
    void finished(Thread *thread, quint64 serial, Ruling decision);
    void endOverdue();
    void scheduleDeadline();

    const Config m_config;
    const Clock &m_clock;
    //! Decisions come home through it. Shared with the threads, because one that hangs may outlive the pool; closed
    //! then.
    const std::shared_ptr<TaskQueue> m_inbox = std::make_shared<TaskQueue>();
    std::vector<std::unique_ptr<Thread>> m_threads;
    std::deque<Job> m_waiting;
    QTimer m_deadline;
    quint64 m_lastSerial = 0;
};

} // namespace Tidegate
