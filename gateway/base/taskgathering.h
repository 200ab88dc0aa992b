// SPDX-License-Identifier: MIT
#pragma once

#include "base/task.h"

#include <QtGlobal>

#include <utility>
#include <vector>

namespace Tidegate {

class TaskQueue;

//! While one is alive, what its thread posts to task queues is kept back and handed over together: one lock and one
//! wake-up per target and turn. Without it the receiver wakes for the first of many posts, finds one or two of them,
//! and the pieces of what arrived together stay apart all the way to the sockets. A scope; not copied, not shared.
//! Whoever waits for a posted task inside of it must flush() first.
class TaskGathering
{
public:
    TaskGathering();
    ~TaskGathering();
    Q_DISABLE_COPY_MOVE(TaskGathering)

    //! Hands over what was gathered so far by the calling thread, if it gathers at all.
    static void flush();

    //! For TaskQueue: false if the calling thread does not gather.
    static bool take(TaskQueue &target, Task &task, qsizetype costBytes);

private:
    struct Entry
    {
        Task task;
        qsizetype cost;
    };
    void handOver();

    std::vector<std::pair<TaskQueue *, std::vector<Entry>>> m_targets; //!< few: a list beats a map
    const bool m_isOutermost;

    friend class TaskQueue;
};

} // namespace Tidegate
