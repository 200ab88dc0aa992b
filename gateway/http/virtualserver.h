// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QTcpServer>

class QHttpServer;

namespace Tidegate {

class VirtualSocket;

//! The accept side of VirtualSocket: hands sockets to a QHttpServer without ever listening on a port. http thread.
class VirtualServer final : public QTcpServer
{
    Q_OBJECT
public:
    using QTcpServer::QTcpServer;

    //! \p server becomes the parent of this object.
    void attachTo(QHttpServer &server);
    //! QHttpServer has taken the socket when this returns; it does not own it.
    void offer(VirtualSocket *socket);

    bool hasPendingConnections() const override { return !m_offered.isEmpty(); }
    QTcpSocket *nextPendingConnection() override;

private:
    QList<VirtualSocket *> m_offered;
};

} // namespace Tidegate
