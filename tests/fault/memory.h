// SPDX-License-Identifier: MIT
#pragma once

#include <QDir>
#include <QFile>

#include <unistd.h>

namespace Tidegate {

//! Sanitizers keep freed memory and shadows of it, so bounds in bytes mean nothing in such builds.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool IsMemoryMeasurable = false;
#else
constexpr bool IsMemoryMeasurable = true;
#endif

//! Resident memory of a process.
inline qint64 residentBytes(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(processId));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

//! The most of it there was at a time since the process began.
inline qint64 peakBytes(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(processId));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray status = file.readAll();
    const qsizetype at = status.indexOf("VmHWM:");
    return at < 0 ? 0 : status.mid(at + 6, status.indexOf("kB", at) - at - 6).trimmed().toLongLong() * 1024;
}

//! How long the threads of a process, together, were ready to run while others had the processors.
inline qint64 runQueueWaitMs(qint64 processId)
{
    qint64 waitedNs = 0;
    const QDir threads(QStringLiteral("/proc/%1/task").arg(processId));
    for (const QString &thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(threads.filePath(thread + QStringLiteral("/schedstat")));
        if (file.open(QIODevice::ReadOnly))
            waitedNs += file.readAll().split(' ').value(1).toLongLong();
    }
    return waitedNs / 1'000'000;
}

} // namespace Tidegate
