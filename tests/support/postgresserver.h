// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace Tidegate {

//! A real PostgreSQL server on loopback with one empty database, ended with the test. Needs the event loop of the
//! calling thread. PostgreSQL refuses to run as root, so for root it runs as "nobody".
class PostgresServer
{
public:
    PostgresServer() = default;
    ~PostgresServer();
    Q_DISABLE_COPY_MOVE(PostgresServer)

    static bool isInstalled();

    //! At a free port the first time, at the same one and with the same data again after kill().
    bool start();
    //! At once, as a crash: connections are cut and the next start recovers.
    void kill();

    quint16 port() const { return m_port; }
    //! With another port: by way of a proxy.
    QByteArray url(quint16 port = 0) const;

    //! Runs SQL as an operator would; false and a warning when it failed.
    bool execute(const QByteArray &sql);
    //! First field of the answer.
    QByteArray ask(const QByteArray &sql);
    //! Forgets everything a store has written.
    bool clear() { return execute("DROP SCHEMA IF EXISTS tidegate CASCADE"); }

private:
    bool makeCluster();

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace Tidegate
