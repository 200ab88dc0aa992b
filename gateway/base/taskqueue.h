// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskgathering.h"

#include <QObject>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace Tidegate {

//! The one way values cross threads: tasks posted from anywhere run in order on the thread this object lives in.
//! One wake-up per batch: posting to a non-empty queue costs a lock and a push.
//! Bound: producers look at backlogBytes() and pause their own sources (stop reading sockets); the queue never drops.
class TaskQueue final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    ~TaskQueue() override;

    //! Any thread; kept back while that thread gathers (TaskGathering). \p costBytes is what the captured values weigh;
    //! it counts against the producers' bound.
    void post(Task task, qsizetype costBytes = 64);

    //! Any thread. Bytes posted and not yet run.
    qsizetype backlogBytes() const { return m_backlogBytes.load(std::memory_order_relaxed); }

    //! Owner thread. What the tasks of a batch and its turn end post to any queue is handed over together.
    void setGathering(bool gathers) { m_gathers = gathers; }

    //! Owner thread. Runs after each batch of tasks: the place for work that is done once per turn.
    void setTurnEnd(std::function<void()> turnEnd) { m_turnEnd = std::move(turnEnd); }

    //! Any thread. Later posts are dropped and tasks not yet run are destroyed unrun.
    void close();

protected:
    bool event(QEvent *event) override;

private:
    using Entry = TaskGathering::Entry;
    void postAll(std::vector<Entry> entries);
    void forget(const std::vector<Entry> &entries);
    void runBatch();
    void runTasks();

    std::mutex m_mutex;
    std::vector<Entry> m_waiting;
    bool m_closed = false;
    bool m_gathers = false;
    std::atomic<qsizetype> m_backlogBytes = 0;
    std::function<void()> m_turnEnd;

    friend class TaskGathering;
};

} // namespace Tidegate
