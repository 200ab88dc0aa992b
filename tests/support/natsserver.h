// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace Tidegate {

//! A real nats-server on loopback, killed at the end. Needs the event loop of the calling thread.
class NatsServer
{
public:
    NatsServer() = default;
    ~NatsServer();
    Q_DISABLE_COPY_MOVE(NatsServer)

    static bool isInstalled();

    //! With JetStream from the next start on; what it keeps is there again after kill().
    void keepStreams() { m_streams = std::make_unique<QTemporaryDir>(); }
    //! Bytes of a message at most, from the next start on.
    void setMaxPayload(int bytes) { m_maxPayloadBytes = bytes; }

    //! At a free port the first time, at the same one again after kill().
    bool start();
    void kill();
    //! Stops answering without closing anything, and goes on.
    void pause();
    void resume();

    quint16 port() const { return m_port; }
    QByteArray url() const { return "nats://127.0.0.1:" + QByteArray::number(m_port); }

private:
    QProcess m_process;
    QTemporaryDir m_folder;
    std::unique_ptr<QTemporaryDir> m_streams; //!< null: no JetStream
    int m_maxPayloadBytes = 0;
    quint16 m_port = 0;
    bool m_isPaused = false;
};

} // namespace Tidegate
