// SPDX-License-Identifier: MIT
#include "bench/processmeter.h"

#include <QByteArray>
#include <QDir>
#include <QFile>

#include <algorithm>
#include <numeric>
#include <sys/resource.h>

namespace Tidegate::Bench {

namespace {

QByteArray readProc(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

std::vector<ProcessMeter::Task> ProcessMeter::tasksOf(qint64 process)
{
    std::vector<Task> tasks;
    const QString folder = QStringLiteral("/proc/%1/task").arg(process);
    for (const QString &name : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        tasks.push_back({name.toLongLong(), folder + u'/' + name});
    return tasks;
}

std::vector<qint64> ProcessMeter::processes() const
{
    std::vector<qint64> found;
    if (isValid())
        found.push_back(m_pid);
    for (size_t i = 0; i < found.size(); ++i) {
        for (const Task &task : tasksOf(found[i])) {
            for (const QByteArray &child : readProc(task.path + QStringLiteral("/children")).simplified().split(' ')) {
                if (!child.isEmpty())
                    found.push_back(child.toLongLong());
            }
        }
    }
    return found;
}

double ProcessMeter::cpuSeconds() const
{
    const std::vector<double> threads = threadCpuSeconds();
    return std::accumulate(threads.begin(), threads.end(), 0.0);
}

std::vector<double> ProcessMeter::threadCpuSeconds() const
{
    std::vector<Task> tasks;
    for (const qint64 process : processes()) {
        for (Task &task : tasksOf(process))
            tasks.push_back(std::move(task));
    }
    std::sort(tasks.begin(), tasks.end(), [](const Task &one, const Task &other) { return one.id < other.id; });
    std::vector<double> seconds;
    for (const Task &task : tasks) {
        // schedstat counts nanoseconds on the processor, where stat rounds to clock ticks.
        seconds.push_back(readProc(task.path + QStringLiteral("/schedstat")).split(' ').value(0).toDouble() / 1e9);
    }
    return seconds;
}

qint64 ProcessMeter::residentBytes() const
{
    qint64 bytes = 0;
    for (const qint64 process : processes()) {
        const QByteArray status = readProc(QStringLiteral("/proc/%1/status").arg(process));
        const qsizetype at = status.indexOf("VmRSS:");
        bytes += at < 0 ? 0 : status.mid(at + 6, 24).simplified().split(' ').value(0).toLongLong() * 1024;
    }
    return bytes;
}

double ProcessMeter::ownCpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace Tidegate::Bench
