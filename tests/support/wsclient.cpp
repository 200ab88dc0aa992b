// SPDX-License-Identifier: MIT
#include "support/wsclient.h"

#include "support/waiting.h"

#include <QJsonDocument>
#include <QNetworkRequest>
#include <QTest>
#include <QWebSocketHandshakeOptions>

namespace Tidegate {

WsClient::WsClient()
{
    QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket, [this](const QString &text) {
        m_frames.append(QJsonDocument::fromJson(text.toUtf8()).object());
        m_isRead.append(false);
        if (m_frames.last().value(u"type").toString() == u"hello")
            m_connectionId = m_frames.last().value(u"connectionId").toString();
    });
    const auto failed = [this] { m_hasFailed = true; };
    QObject::connect(&m_socket, &QWebSocket::disconnected, &m_socket, failed);
    QObject::connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), &m_socket, failed);
}

WsClient::~WsClient()
{
    m_socket.disconnect();
    m_socket.abort();
}

bool WsClient::open(const QUrl &url, const Options &options)
{
    m_frames.clear();
    m_isRead.clear();
    m_hasFailed = false;
    QNetworkRequest request(url);
    if (!options.token.isEmpty())
        request.setRawHeader("Cookie", "ssma_session=" + options.token);
    if (!options.origin.isEmpty())
        request.setRawHeader("Origin", options.origin);
    for (const auto &[name, value] : options.headers)
        request.setRawHeader(name, value);
    QWebSocketHandshakeOptions handshake;
    handshake.setSubprotocols(options.subprotocols);
    const auto sending = QObject::connect(&m_socket, &QWebSocket::connected, &m_socket, [this, options] {
        for (const QJsonObject &frame : options.sendOnOpen)
            send(frame);
    });
    m_socket.open(request, handshake);
    (void)QTest::qWaitFor([this] { return isOpen() || m_hasFailed; }, WaitMs);
    QObject::disconnect(sending);
    return isOpen();
}

bool WsClient::open(const QUrl &url, const QByteArray &token)
{
    Options options;
    options.token = token;
    return open(url, options);
}

bool WsClient::join(const QUrl &url, const QByteArray &token)
{
    return open(url, token) && !next(QStringLiteral("hello")).isEmpty() && !next(QStringLiteral("replay")).isEmpty();
}

void WsClient::send(const QJsonObject &frame)
{
    m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
}

QJsonObject WsClient::next(const QString &type)
{
    return waitFor([&type](const QJsonObject &frame) { return frame.value(u"type").toString() == type; });
}

QJsonObject WsClient::waitFor(const Predicate &predicate)
{
    qsizetype at = 0;
    const auto find = [&] {
        for (; at < m_frames.size(); ++at) {
            if (!m_isRead.at(at) && predicate(m_frames.at(at)))
                return true;
        }
        return false;
    };
    const bool isFound = QTest::qWaitFor([&] { return find() || !isOpen(); }, WaitMs);
    if (!isFound || !find()) {
        qInfo("no such frame among %s", qPrintable(types().join(u' ')));
        if (!m_frames.isEmpty())
            qInfo("the last one: %s",
                  QJsonDocument(m_frames.last()).toJson(QJsonDocument::Compact).left(400).constData());
        return {};
    }
    m_isRead[at] = true;
    return m_frames.at(at);
}

QJsonObject WsClient::ask(const QJsonObject &frame, const QString &type)
{
    send(frame);
    return next(type);
}

bool WsClient::settle()
{
    // A refused resync goes all the way through the gateway's core and back in order, and changes nothing.
    const QString fence = QStringLiteral("no-such-channel-%1").arg(++m_fences);
    send({{QStringLiteral("type"), QStringLiteral("channel.resync")}, {QStringLiteral("channel"), fence}});
    return !waitFor([&fence](const QJsonObject &frame) {
                return frame.value(u"channel").toString() == fence;
            }).isEmpty();
}

int WsClient::unread(const QString &type) const
{
    int count = 0;
    for (qsizetype i = 0; i < m_frames.size(); ++i)
        count += !m_isRead.at(i) && m_frames.at(i).value(u"type").toString() == type;
    return count;
}

QStringList WsClient::types() const
{
    QStringList types;
    for (const QJsonObject &frame : m_frames)
        types.append(frame.value(u"type").toString());
    return types;
}

int WsClient::indexOf(const Predicate &predicate) const
{
    for (qsizetype i = 0; i < m_frames.size(); ++i) {
        if (predicate(m_frames.at(i)))
            return int(i);
    }
    return -1;
}

void WsClient::close()
{
    m_socket.close();
    waitForClose();
}

bool WsClient::waitForClose()
{
    return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, WaitMs);
}

} // namespace Tidegate
