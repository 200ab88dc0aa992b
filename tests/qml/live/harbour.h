// SPDX-License-Identifier: MIT
#pragma once

#include "admin/remote/remoteadminport.h"
#include "qml/session/connector.h"
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/wsclient.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <memory>
#include <vector>

namespace Tidegate::Console {

//! What QML tests find as "harbour": the real gateway with a real backend and clients that write and listen, and a
//! console's surroundings that reach it as the program does, over HTTP and WebSocket.
class Harbour : public QObject
{
    Q_OBJECT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session CONSTANT)
    Q_PROPERTY(Tidegate::Console::Connector *connector READ connector CONSTANT)
    Q_PROPERTY(QString url READ url CONSTANT)

public:
    Harbour();
    ~Harbour() override;

    ConsoleSession *session() { return &m_session; }
    Connector *connector() { return &m_connector; }
    QString url() const { return m_gateway.url().toString(); }

    //! Gateway, backend, clients and their traffic. False if one of them did not start.
    Q_INVOKABLE bool start();
    Q_INVOKABLE QString token(const QString &role) const;
    //! Kills the gateway; bring it back on the same address with revive().
    Q_INVOKABLE void sink() { m_gateway.kill(); }
    Q_INVOKABLE bool revive();
    //! The client that only listens; it stays until it is told to go.
    Q_INVOKABLE bool isListenerOpen() const { return m_listener.isOpen(); }
    Q_INVOKABLE QString listenerGoodbye() const { return m_listener.closeReason(); }
    //! Lets a client in that asks for a channel that is not for it. False if it did not get in.
    Q_INVOKABLE bool trespass();
    Q_INVOKABLE int written() const { return m_written; }
    //! Empty = pictures are not wanted (TIDEGATE_PICTURES names a folder).
    Q_INVOKABLE QString pictureFile(const QString &name) const;

private:
    bool board();
    void write();

    QTemporaryDir m_folder;
    QSettings m_settings;
    BackendProcess m_backend;
    GatewayProcess m_gateway;
    WsClient m_listener;
    WsClient m_trespasser;
    std::vector<std::unique_ptr<WsClient>> m_crew; //!< each listens to some channels, the first one writes
    QTimer m_traffic;
    int m_written = 0;
    ConsoleSession m_session;
    Connector m_connector;
};

} // namespace Tidegate::Console
