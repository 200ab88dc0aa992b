// SPDX-License-Identifier: MIT
#pragma once

#include "support/httpbackendscript.h"

#include <QObject>
#include <QTcpServer>

class QTcpSocket;

namespace Tidegate {

//! The sockets of the scripted backend: HTTP/1.1 with keep-alive, bodies by Content-Length only. One thread.
class HttpBackendServer : public QObject
{
    Q_OBJECT
public:
    HttpBackendServer();

    //! The port, or 0.
    quint16 listen(quint16 port);
    void stop();
    HttpBackendScript &script() { return m_script; }

private:
    void onReadyRead(QTcpSocket *socket);
    void reply(QTcpSocket *socket, const ScriptedAnswer &answer);

    QTcpServer m_server;
    HttpBackendScript m_script;
};

} // namespace Tidegate
