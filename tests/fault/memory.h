// SPDX-License-Identifier: MIT
#pragma once

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

} // namespace Tidegate
