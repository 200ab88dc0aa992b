// SPDX-License-Identifier: MIT
#include "bench/ownserver.h"

namespace Tidegate::Bench {

namespace {

constexpr int StartMs = 20'000;
constexpr int StopMs = 10'000;

//! Limits that protect a gateway from one client would otherwise be what is measured.
QStringList withoutLimits()
{
    return {QStringLiteral("--ssma-message-max"), QStringLiteral("0"), QStringLiteral("--ssma-subscribe-max"),
            QStringLiteral("0")};
}

} // namespace

OwnServer::~OwnServer()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(StopMs))
        m_process.kill();
    m_process.waitForFinished(StopMs);
}

Result<void> OwnServer::start(const QString &program, const QStringList &arguments)
{
    const QString log = m_folder.filePath(QStringLiteral("gateway.log"));
    m_process.setStandardErrorFile(log);
    m_process.setWorkingDirectory(m_folder.path());
    QStringList all{QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                    QStringLiteral("--data-dir"), m_folder.path()};
    m_process.start(program, all + withoutLimits() + arguments);
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(StartMs)) {
            QFile file(log);
            const QString said =
                file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
            return Error{ErrorCode::Unavailable, QStringLiteral("the gateway to measure did not start: ") + said};
        }
    }
    m_url = QString::fromUtf8(m_process.readLine()).trimmed().section(u' ', -1);
    return {};
}

} // namespace Tidegate::Bench
