// SPDX-License-Identifier: MIT
#include "desktop/site.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

Site::Site(const QString &certificateFile, const QString &keyFile)
    : m_isTls(!certificateFile.isEmpty())
{
    if (m_isTls) {
        QFile key(keyFile);
        (void)key.open(QIODevice::ReadOnly);
        const QByteArray pem = key.readAll();
        const auto algorithm = pem.contains("EC PRIVATE") ? QSsl::Ec : QSsl::Rsa;
        QSslKey parsed(pem, algorithm);
        if (parsed.isNull())
            parsed = QSslKey(pem, QSsl::Ec);
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(QSslCertificate::fromPath(certificateFile));
        configuration.setPrivateKey(parsed);
        auto server = std::make_unique<QSslServer>();
        server->setSslConfiguration(configuration);
        m_server = std::move(server);
    } else {
        m_server = std::make_unique<QTcpServer>();
    }
    m_server->listen(QHostAddress::LocalHost);
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection()) {
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(socket); });
        }
    });
}

QUrl Site::url(const QString &path) const
{
    return QUrl(u"%1://127.0.0.1:%2%3"_s.arg(m_isTls ? u"https"_s : u"http"_s).arg(m_server->serverPort()).arg(path));
}

void Site::answer(QTcpSocket *socket) const
{
    if (!socket->peek(8192).contains("\r\n\r\n"))
        return;
    const QByteArray path = socket->readAll().split(' ').value(1);
    const QByteArray page = m_pages.value(path);
    socket->write((page.isEmpty() ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK") +
                  QByteArray("\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ") +
                  QByteArray::number(page.size()) + "\r\n\r\n" + page);
    socket->disconnectFromHost();
}

} // namespace Tidegate::Desktop
