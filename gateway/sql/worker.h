// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"

#include <QThread>

#include <future>

namespace Tidegate {

//! A thread that runs tasks in the order they were posted. Made, called and destroyed on one other thread.
class Worker
{
public:
    explicit Worker(const QString &name);
    ~Worker();

    void post(Task task) { m_queue.post(std::move(task)); }
    //! Before the first post(). Runs on the worker after each batch of tasks.
    void setTurnEnd(std::function<void()> turnEnd) { m_queue.setTurnEnd(std::move(turnEnd)); }

    //! Posts \p fn, waits for it and returns what it returned.
    template <typename F>
    auto runBlocking(F fn)
    {
        std::packaged_task<decltype(fn())()> task(std::move(fn));
        auto result = task.get_future();
        post([task = std::move(task)]() mutable { task(); });
        return result.get();
    }

private:
    QThread m_thread;
    TaskQueue m_queue;
};

} // namespace Tidegate
