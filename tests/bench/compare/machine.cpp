// SPDX-License-Identifier: MIT
#include "bench/compare/machine.h"

#include <QFile>

#include <sys/utsname.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

QByteArray readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString processorModel()
{
    for (const QByteArray &line : readAll(QStringLiteral("/proc/cpuinfo")).split('\n')) {
        if (line.startsWith("model name"))
            return QString::fromUtf8(line.mid(line.indexOf(':') + 1).simplified());
    }
    return QStringLiteral("unknown processor");
}

} // namespace

QString describeMachine()
{
    utsname system{};
    ::uname(&system);
    const QByteArray congestion = readAll(QStringLiteral("/proc/sys/net/ipv4/tcp_congestion_control")).trimmed();
    return QStringLiteral("%1, %2 cores, %3 %4, TCP congestion control %5")
        .arg(processorModel())
        .arg(::sysconf(_SC_NPROCESSORS_ONLN))
        .arg(QString::fromUtf8(system.sysname), QString::fromUtf8(system.release), QString::fromUtf8(congestion));
}

OnCore::OnCore(int core)
{
    CPU_ZERO(&m_before);
    ::sched_getaffinity(0, sizeof m_before, &m_before);
    cpu_set_t wanted;
    CPU_ZERO(&wanted);
    CPU_SET(core, &wanted);
    m_isPinned = ::sched_setaffinity(0, sizeof wanted, &wanted) == 0;
}

OnCore::~OnCore()
{
    if (m_isPinned)
        ::sched_setaffinity(0, sizeof m_before, &m_before);
}

} // namespace Tidegate::Bench
