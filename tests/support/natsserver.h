// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QProcess>

namespace Tidegate {

//! A real nats-server on loopback, killed at the end. Needs the event loop of the calling thread.
class NatsServer
{
public:
    NatsServer() = default;
    ~NatsServer();
    Q_DISABLE_COPY_MOVE(NatsServer)

    static bool isInstalled();

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
    quint16 m_port = 0;
    bool m_isPaused = false;
};

} // namespace Tidegate
