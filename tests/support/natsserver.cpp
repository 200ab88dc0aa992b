// SPDX-License-Identifier: MIT
#include "support/natsserver.h"

#include "support/waiting.h"

#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

namespace Tidegate {

namespace {

QString program()
{
    const QString name = QStringLiteral("nats-server");
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin")}) : found;
}

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

} // namespace

NatsServer::~NatsServer()
{
    kill();
}

bool NatsServer::isInstalled()
{
    return !program().isEmpty();
}

bool NatsServer::start()
{
    if (m_port == 0)
        m_port = freePort();
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    QStringList args{QStringLiteral("-a"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_port)};
    if (m_streams)
        args += {QStringLiteral("-js"), QStringLiteral("-sd"), m_streams->path()};
    if (m_maxPayloadBytes > 0) {
        QFile config(m_folder.filePath(QStringLiteral("nats.conf")));
        if (!config.open(QIODevice::WriteOnly))
            return false;
        config.write("max_payload: " + QByteArray::number(m_maxPayloadBytes) + '\n');
        args += {QStringLiteral("-c"), config.fileName()};
    }
    m_process.start(program(), args);
    return QTest::qWaitFor(
        [this] {
            QTcpSocket socket;
            socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
            return socket.waitForConnected(200) && socket.waitForReadyRead(500);
        },
        WaitMs);
}

void NatsServer::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    resume();
    m_process.kill();
    m_process.waitForFinished(WaitMs);
}

void NatsServer::pause()
{
    ::kill(pid_t(m_process.processId()), SIGSTOP);
    m_isPaused = true;
}

void NatsServer::resume()
{
    if (std::exchange(m_isPaused, false))
        ::kill(pid_t(m_process.processId()), SIGCONT);
}

} // namespace Tidegate
