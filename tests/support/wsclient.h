// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QList>
#include <QStringList>
#include <QUrl>
#include <QWebSocket>

#include <functional>

namespace Tidegate {

//! A WebSocket client that keeps every frame. Waits run the event loop and end in an empty object when nothing came.
class WsClient
{
public:
    using Predicate = std::function<bool(const QJsonObject &)>;

    struct Options
    {
        QByteArray token; //!< sent as the session cookie
        QByteArray origin;
        QList<QPair<QByteArray, QByteArray>> headers;
        QStringList subprotocols; //!< Sec-WebSocket-Protocol
        //! Sent from the very call that learns of the open connection, before any frame can have been read.
        QList<QJsonObject> sendOnOpen;
    };

    WsClient();
    ~WsClient();
    Q_DISABLE_COPY_MOVE(WsClient)

    //! Waits until the socket is open or was refused.
    bool open(const QUrl &url, const Options &options);
    bool open(const QUrl &url, const QByteArray &token = {});
    //! Waits for hello and replay too, and marks them read.
    bool join(const QUrl &url, const QByteArray &token = {});

    void send(const QJsonObject &frame);
    void sendText(const QString &text) { m_socket.sendTextMessage(text); }
    void sendBinary(const QByteArray &bytes) { m_socket.sendBinaryMessage(bytes); }

    //! The first unread frame of \p type; it counts as read from then on, frames before it do not.
    QJsonObject next(const QString &type);
    //! The first unread frame that \p predicate accepts; read from then on.
    QJsonObject waitFor(const Predicate &predicate);
    //! Sends \p frame and waits for the next frame of \p type.
    QJsonObject ask(const QJsonObject &frame, const QString &type);
    //! Comes back when everything the gateway published before this call has arrived here.
    bool settle();
    //! Unread frames of \p type; call settle() first to know that there will be no more.
    int unread(const QString &type) const;
    void markAllRead() { m_isRead.fill(true); }

    //! Every frame in the order received.
    const QList<QJsonObject> &frames() const { return m_frames; }
    QStringList types() const;
    int indexOf(const Predicate &predicate) const;

    void close();
    bool waitForClose();
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    int closeCode() const { return int(m_socket.closeCode()); }
    QString closeReason() const { return m_socket.closeReason(); }
    QWebSocket &socket() { return m_socket; }

    QString connectionId() const { return m_connectionId; }

private:
    QWebSocket m_socket;
    QList<QJsonObject> m_frames;
    QList<bool> m_isRead;
    QString m_connectionId;
    int m_fences = 0;
    bool m_hasFailed = false;
};

} // namespace Tidegate
