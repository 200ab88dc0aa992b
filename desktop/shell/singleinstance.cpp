// SPDX-License-Identifier: MIT
#include "desktop/shell/singleinstance.h"

#include "desktop/bridge/log.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

constexpr char Taken = '+';

QString folderOrDefault(const QString &folder)
{
    if (!folder.isEmpty())
        return folder;
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    return runtime.isEmpty() ? QDir::tempPath() : runtime;
}

} // namespace

SingleInstance::SingleInstance(const QString &id, const QString &folder)
    : m_socketPath(folderOrDefault(folder) + u'/' + id + u".socket"_s)
    , m_lock(folderOrDefault(folder) + u'/' + id + u".lock"_s)
{
    m_lock.setStaleLockTime(0); // as old as it likes while its process lives
    if (!m_lock.tryLock(0))
        return;
    QLocalServer::removeServer(m_socketPath); // of a process that was killed: the lock is ours
    m_server = std::make_unique<QLocalServer>();
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server->listen(m_socketPath))
        qCWarning(lcDesktop, "later starts cannot be taken over: %s", qPrintable(m_server->errorString()));
    connect(m_server.get(), &QLocalServer::newConnection, this, &SingleInstance::accept);
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::handOver(const QStringList &arguments, int timeoutMs)
{
    QLocalSocket socket;
    socket.connectToServer(m_socketPath);
    if (!socket.waitForConnected(timeoutMs))
        return false;
    const QJsonObject message{{u"arguments"_s, QJsonArray::fromStringList(arguments)},
                              {u"folder"_s, QDir::currentPath()}};
    socket.write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
    while (socket.bytesAvailable() == 0) {
        if (!socket.waitForReadyRead(timeoutMs))
            return false;
    }
    return socket.read(1) == QByteArray(1, Taken);
}

void SingleInstance::accept()
{
    while (QLocalSocket *peer = m_server->nextPendingConnection()) {
        connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
        if (m_peers >= MaxPeers) {
            peer->abort();
            continue;
        }
        ++m_peers;
        connect(peer, &QObject::destroyed, this, [this] { --m_peers; });
        connect(peer, &QLocalSocket::readyRead, this, [this, peer] { read(peer); });
        read(peer);
    }
}

void SingleInstance::read(QLocalSocket *peer)
{
    if (!peer->canReadLine()) {
        if (peer->bytesAvailable() > MaxMessageBytes)
            peer->abort();
        return;
    }
    const QJsonObject message = QJsonDocument::fromJson(peer->readLine(MaxMessageBytes)).object();
    QStringList arguments;
    for (const QJsonValue &argument : message.value("arguments"_L1).toArray())
        arguments.append(argument.toString());
    peer->putChar(Taken);
    peer->flush();
    Q_EMIT handedOver(arguments, message.value("folder"_L1).toString());
}

} // namespace Tidegate::Desktop
