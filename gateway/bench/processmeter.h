// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <vector>

namespace Tidegate::Bench {

//! What the kernel knows of the cost of a process and those it started (proc(5)): servers with workers count as one.
//! All readings are 0 for a process that is not there.
class ProcessMeter
{
public:
    //! 0 = no process: isValid() is false.
    explicit ProcessMeter(qint64 pid = 0)
        : m_pid(pid)
    {
    }
    bool isValid() const { return m_pid > 0; }
    bool isRunning() const { return residentBytes() > 0; }
    //! User and system time of all threads, since they started.
    double cpuSeconds() const;
    //! The same per thread, ascending by thread id; from the scheduler's nanosecond count.
    std::vector<double> threadCpuSeconds() const;
    qint64 residentBytes() const;
    //! Of the calling process.
    static double ownCpuSeconds();

private:
    struct Task
    {
        qint64 id;
        QString path;
    };
    std::vector<qint64> processes() const;
    static std::vector<Task> tasksOf(qint64 process);

    qint64 m_pid;
};

} // namespace Tidegate::Bench
