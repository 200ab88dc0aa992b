// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QUrl>
#include <QWebSocket>

#include <functional>
#include <optional>

namespace Tidegate {

//! A MottoMesh client on QWebSocket that keeps every packet. Waits run the event loop and end in nothing when nothing
//! came. Packets it hands out are views into what it keeps.
class MeshClient
{
public:
    using Predicate = std::function<bool(const Mesh::ServerMessage &)>;

    MeshClient();
    ~MeshClient();
    Q_DISABLE_COPY_MOVE(MeshClient)

    //! A signed token: \p claims over {"sub": "tester", "iat": now, "exp": now + 1 h}; null values remove a claim.
    static QByteArray token(const QJsonObject &claims = everything(), const QByteArray &key = secret());
    //! All three permissions and no restriction of subjects.
    static QJsonObject everything();
    static QByteArray secret() { return QByteArrayLiteral("a secret of more than thirty-two bytes"); }
    //! base64url(header).base64url(payload).signature over the texts as they are.
    static QByteArray sign(const QByteArray &header, const QByteArray &payload, const QByteArray &key = secret());

    //! Waits until the socket is open or was refused.
    bool open(const QUrl &url, const QByteArray &origin = {});
    bool login(const QByteArray &token = MeshClient::token());
    //! open() and login().
    bool join(const QUrl &url, const QByteArray &token = MeshClient::token());
    //! Waits for SubscribeOk.
    bool subscribe(const QByteArray &subject, quint64 id);

    void send(const Mesh::ClientMessage &message, uchar version = Mesh::DefaultVersion);
    void sendBytes(const QByteArray &frame) { m_socket.sendBinaryMessage(frame); }

    //! The first unread packet of a kind; it counts as read from then on.
    template <typename Packet>
    std::optional<Packet> next()
    {
        const auto found = waitFor([](const auto &packet) { return std::holds_alternative<Packet>(packet); });
        return found ? std::optional(std::get<Packet>(*found)) : std::nullopt;
    }
    template <typename Packet>
    std::optional<Packet> ask(const Mesh::ClientMessage &message)
    {
        send(message);
        return next<Packet>();
    }
    std::optional<Mesh::ServerMessage> waitFor(const Predicate &predicate);
    //! Comes back when everything before a Ping of now has been answered.
    bool settle();
    //! Unread packets of a kind; call settle() first to know that there will be no more.
    template <typename Packet>
    int unread() const
    {
        return countUnread([](const auto &packet) { return std::holds_alternative<Packet>(packet); });
    }
    qsizetype packetCount() const { return m_packets.size(); }
    const QByteArrayList &packets() const { return m_packets; }
    int textFrames() const { return m_textFrames; }

    bool waitForClose();
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    int closeCode() const { return int(m_socket.closeCode()); }
    QWebSocket &socket() { return m_socket; }

private:
    int countUnread(const Predicate &predicate) const;

    QWebSocket m_socket;
    QByteArrayList m_packets;
    QList<bool> m_isRead;
    int m_textFrames = 0;
    bool m_hasFailed = false;
};

} // namespace Tidegate
