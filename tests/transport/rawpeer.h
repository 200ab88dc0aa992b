// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QSslSocket>

#include <functional>
#include <optional>

namespace Tidegate {

//! A client that sends the bytes it is told to, right or wrong. Waits run the event loop.
class RawPeer
{
public:
    struct Response
    {
        int status = 0;
        QByteArray head; //!< lower-cased, with the status line
        QByteArray body;
    };
    struct Frame
    {
        int opcode = -1;
        bool isFinal = false;
        QByteArray payload;
        bool isDeflated = false; //!< RSV1; the payload is as sent

        int closeCode() const;
    };

    RawPeer();
    ~RawPeer();
    Q_DISABLE_COPY_MOVE(RawPeer)

    bool connectTo(quint16 port);
    //! Accepts any certificate.
    bool connectTls(quint16 port);
    void send(const QByteArray &bytes) { m_socket.write(bytes); }
    //! Ends our half of the stream only.
    void finishSending();
    void abort() { m_socket.abort(); }

    //! The next response, its body by Content-Length; nothing if the peer closed or was silent. A 1xx has no body.
    std::optional<Response> takeResponse();
    //! Sends the handshake and takes the 101.
    bool upgrade(const QByteArray &pathAndQuery, const QByteArray &extraHeaders = {});
    //! The next frame after upgrade().
    std::optional<Frame> takeFrame();
    //! Skips frames until one is a close frame; -1 if the stream ended without.
    int takeCloseCode();
    bool waitForText(const QByteArray &text);
    bool waitForEnd();
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

    const QByteArray &received() const { return m_received; }
    QSslSocket &socket() { return m_socket; }

private:
    bool waitUntil(const std::function<bool()> &fact);

    QSslSocket m_socket;
    QByteArray m_received;
};

struct FrameShape
{
    bool isFinal = true;
    bool isMasked = true;
    int reservedBits = 0; //!< RSV1..3 as 4, 2, 1
};

//! A WebSocket frame as a client would send it, or as it should not.
QByteArray clientFrame(int opcode, const QByteArray &payload, FrameShape shape = {});
QByteArray textFrame(const QByteArray &text);

constexpr int OpContinuation = 0;
constexpr int OpText = 1;
constexpr int OpBinary = 2;
constexpr int OpClose = 8;
constexpr int OpPing = 9;
constexpr int OpPong = 10;

} // namespace Tidegate
