// SPDX-License-Identifier: MIT
#include "http/virtualserver.h"

#include "http/virtualsocket.h"

#include <QHttpServer>
#include <QMetaMethod>

#include <sys/socket.h>

namespace Tidegate {

void VirtualServer::attachTo(QHttpServer &server)
{
    // QHttpServer 6.4 warns about a server that does not listen; a bare descriptor, never bound to a port, satisfies
    // it.
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0)
        setSocketDescriptor(descriptor);
    server.bind(this);
    close();
}

void VirtualServer::offer(VirtualSocket *socket)
{
    m_offered.append(socket);
    // QHttpServer 6.4.2 accepts on this signal, not on newConnection(). It is private, hence by its meta-method.
    static const QMetaMethod available = QMetaMethod::fromSignal(&QTcpServer::pendingConnectionAvailable);
    available.invoke(this, Qt::DirectConnection);
}

QTcpSocket *VirtualServer::nextPendingConnection()
{
    return m_offered.isEmpty() ? nullptr : m_offered.takeFirst();
}

} // namespace Tidegate
