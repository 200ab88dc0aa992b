// SPDX-License-Identifier: MIT
#pragma once

#include <QThreadPool>

#include <atomic>
#include <functional>

namespace Tidegate {

//! Runs the slow password work beside everything else. Thread-safe. Bound: maxJobs running and waiting; beyond it
//! start() refuses.
class PasswordPool
{
public:
    PasswordPool(int maxThreads, int maxJobs);
    ~PasswordPool();

    //! False if too much is waiting already, or after close().
    [[nodiscard]] bool start(std::function<void()> job);
    //! Drops what waits and blocks until what runs is done.
    void close();

private:
    QThreadPool m_threads;
    const int m_maxJobs;
    std::atomic<int> m_jobs = 0;
    std::atomic<bool> m_isClosed = false;
};

} // namespace Tidegate
