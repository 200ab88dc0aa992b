// SPDX-License-Identifier: MIT
#include "support/httpbackendserver.h"

#include <QTcpSocket>
#include <QTimer>

namespace Tidegate {

namespace {

QByteArray frame(const ScriptedAnswer &answer)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) +
                      " Scripted\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\n";
    if (answer.status >= 300 && answer.status < 400)
        head += "Location: /redirected\r\n";
    if (answer.chunked)
        return head + "Transfer-Encoding: chunked\r\n\r\n" + QByteArray::number(answer.body.size(), 16) + "\r\n" +
               answer.body + "\r\n0\r\n\r\n";
    return head + "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body;
}

} // namespace

HttpBackendServer::HttpBackendServer()
    : m_server(this)
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *const socket = m_server.nextPendingConnection()) {
            ++m_script.connections;
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
}

quint16 HttpBackendServer::listen(quint16 port)
{
    return m_server.listen(QHostAddress::LocalHost, port) ? m_server.serverPort() : 0;
}

void HttpBackendServer::stop()
{
    m_server.close();
    const QList<QTcpSocket *> sockets = m_server.findChildren<QTcpSocket *>();
    for (QTcpSocket *const socket : sockets) {
        socket->disconnect();
        delete socket;
    }
}

void HttpBackendServer::onReadyRead(QTcpSocket *socket)
{
    // Left in the socket until the whole request is there; tests send small ones.
    const QByteArray bytes = socket->peek(socket->bytesAvailable());
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return;
    const QByteArrayList lines = bytes.first(headEnd).split('\n');
    QJsonObject headers;
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        headers.insert(QString::fromLatin1(line.first(qMax<qsizetype>(colon, 0))).toLower(),
                       QString::fromLatin1(line.mid(colon + 1).trimmed()));
    }
    const qsizetype bodySize = headers.value(u"content-length").toString().toLongLong();
    if (bytes.size() < headEnd + 4 + bodySize)
        return;
    socket->skip(headEnd + 4 + bodySize);
    const QByteArrayList request = lines.first().split(' ');
    const ScriptedAnswer answer = m_script.answer(request.value(0), QString::fromLatin1(request.value(1)), headers,
                                                  bytes.mid(headEnd + 4, bodySize));
    if (answer.end == ScriptedAnswer::End::Hang)
        return;
    if (answer.delayMs > 0)
        QTimer::singleShot(answer.delayMs, socket, [this, socket, answer] { reply(socket, answer); });
    else
        reply(socket, answer);
}

void HttpBackendServer::reply(QTcpSocket *socket, const ScriptedAnswer &answer)
{
    const QByteArray bytes = frame(answer);
    if (answer.end == ScriptedAnswer::End::CloseInside)
        socket->write(bytes.chopped(qMin<qsizetype>(bytes.size(), answer.chunked ? 9 : 1)));
    else if (answer.end == ScriptedAnswer::End::Complete)
        socket->write(bytes);
    if (answer.end != ScriptedAnswer::End::Complete)
        socket->disconnectFromHost();
}

} // namespace Tidegate
