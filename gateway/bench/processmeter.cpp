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

double ProcessMeter::cpuSeconds() const
{
    const std::vector<double> threads = threadCpuSeconds();
    return std::accumulate(threads.begin(), threads.end(), 0.0);
}

std::vector<double> ProcessMeter::threadCpuSeconds() const
{
    std::vector<double> seconds;
    if (!isValid())
        return seconds;
    const QString tasks = QStringLiteral("/proc/%1/task").arg(m_pid);
    QList<int> ids;
    for (const QString &name : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        ids.append(name.toInt());
    std::sort(ids.begin(), ids.end());
    for (const int id : ids) {
        // schedstat counts nanoseconds on the processor, where stat rounds to clock ticks.
        const QByteArray stat = readProc(QStringLiteral("%1/%2/schedstat").arg(tasks).arg(id));
        seconds.push_back(stat.split(' ').value(0).toDouble() / 1e9);
    }
    return seconds;
}

qint64 ProcessMeter::residentBytes() const
{
    const QByteArray status = readProc(QStringLiteral("/proc/%1/status").arg(m_pid));
    const qsizetype at = status.indexOf("VmRSS:");
    return at < 0 ? 0 : status.mid(at + 6, 24).simplified().split(' ').value(0).toLongLong() * 1024;
}

double ProcessMeter::ownCpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace Tidegate::Bench
