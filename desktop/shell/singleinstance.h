// SPDX-License-Identifier: MIT
#pragma once

#include <QLockFile>
#include <QObject>
#include <QStringList>

#include <memory>

class QLocalServer;
class QLocalSocket;

namespace Tidegate::Desktop {

//! One process per user and application: the first one holds a lock and listens on a local socket, later ones hand
//! their arguments (deep links are such) over and end. Lock and socket are gone when this object is, and a lock whose
//! process was killed is taken over. Needs an application object. GUI thread.
class SingleInstance final : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 MaxMessageBytes = 256 * 1024; //!< a longer hand-over is dropped
    static constexpr int MaxPeers = 16;                   //!< at a time; further ones are turned away

    //! \p id names lock and socket; \p folder holds the lock, the user's runtime folder if empty.
    explicit SingleInstance(const QString &id, const QString &folder = {});
    ~SingleInstance() override;

    bool isFirst() const { return m_server != nullptr; }
    //! For later ones: true when the first has taken \p arguments. Blocks, \p timeoutMs at most.
    bool handOver(const QStringList &arguments, int timeoutMs = 5'000);

Q_SIGNALS:
    //! Another start of the application, with its arguments (without the program's name) and its working folder.
    void handedOver(const QStringList &arguments, const QString &folder);

private:
    void accept();
    void read(QLocalSocket *peer);

    const QString m_socketPath;
    QLockFile m_lock;
    std::unique_ptr<QLocalServer> m_server;
    int m_peers = 0;
};

} // namespace Tidegate::Desktop
