// SPDX-License-Identifier: MIT
#include "bench/serverprocess.h"

#include <QDeadlineTimer>
#include <QFile>

#include <csignal>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

constexpr int StartMs = 20'000;
constexpr int StopMs = 10'000;

bool accepts(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool isOpen = ::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    ::close(descriptor);
    return isOpen;
}

} // namespace

ServerProcess::~ServerProcess()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(StopMs))
        m_process.kill();
    m_process.waitForFinished(StopMs);
}

Result<void> ServerProcess::start(const QString &program, const QStringList &arguments)
{
    m_process.setStandardErrorFile(filePath(QStringLiteral("stderr.log")));
    m_process.setWorkingDirectory(m_folder.path());
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
    m_process.start(program, arguments);
    if (!m_process.waitForStarted(StartMs))
        return notStarted();
    return {};
}

Result<QString> ServerProcess::announcedUrl()
{
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(StartMs))
            return notStarted();
    }
    return QString::fromUtf8(m_process.readLine()).trimmed().section(u' ', -1);
}

Result<void> ServerProcess::waitForPort(quint16 port)
{
    constexpr int BetweenTriesMs = 10;
    const QDeadlineTimer deadline(StartMs);
    while (!accepts(port)) {
        if (m_process.waitForFinished(BetweenTriesMs) || deadline.hasExpired())
            return notStarted();
    }
    return {};
}

Result<QString> ServerProcess::announcedUrl(const QByteArray &announcement)
{
    const QByteArray said = errorText();
    const qsizetype at = said.indexOf(announcement);
    if (at < 0)
        return notStarted();
    return QString::fromUtf8(said.mid(at + announcement.size()).split('\n').first()).section(u' ', 0, 0);
}

QByteArray ServerProcess::errorText() const
{
    QFile file(filePath(QStringLiteral("stderr.log")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Error ServerProcess::notStarted()
{
    return {ErrorCode::Unavailable,
            QStringLiteral("the server to measure did not start: %1 %2: %3")
                .arg(m_process.program(), m_process.errorString(), QString::fromUtf8(errorText()).trimmed())};
}

} // namespace Tidegate::Bench
