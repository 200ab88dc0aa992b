// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"

#include <QHostAddress>
#include <QTest>
#include <QtEndian>

#include <sys/socket.h>

namespace Tidegate {

namespace {

constexpr int PatienceMs = 15'000; // only a failing test spends it

} // namespace

int RawPeer::Frame::closeCode() const
{
    return opcode == OpClose && payload.size() >= 2 ? qFromBigEndian<quint16>(payload.constData()) : -1;
}

RawPeer::RawPeer()
{
    QObject::connect(&m_socket, &QSslSocket::readyRead, &m_socket, [this] { m_received += m_socket.readAll(); });
}

RawPeer::~RawPeer()
{
    m_socket.disconnect();
    m_socket.abort();
}

bool RawPeer::waitUntil(const std::function<bool()> &fact)
{
    return QTest::qWaitFor(fact, PatienceMs);
}

bool RawPeer::connectTo(quint16 port)
{
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return waitUntil([this] { return isOpen(); });
}

bool RawPeer::connectTls(quint16 port)
{
    m_socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    m_socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    return waitUntil([this] { return m_socket.isEncrypted(); });
}

void RawPeer::finishSending()
{
    // Qt's own disconnectFromHost() would stop reading as well.
    (void)waitUntil([this] { return m_socket.bytesToWrite() == 0; });
    ::shutdown(int(m_socket.socketDescriptor()), SHUT_WR);
}

bool RawPeer::waitForText(const QByteArray &text)
{
    return waitUntil([&] { return m_received.contains(text); });
}

bool RawPeer::waitForEnd()
{
    const bool ended = waitUntil([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
    m_received += m_socket.readAll();
    return ended;
}

std::optional<RawPeer::Response> RawPeer::takeResponse()
{
    const auto hasAll = [this] {
        const qsizetype end = m_received.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        const QByteArray head = m_received.left(end).toLower();
        const qsizetype at = head.indexOf("content-length: ");
        const qsizetype length = at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
        return m_received.size() >= end + 4 + length;
    };
    (void)waitUntil([&] { return hasAll() || m_socket.state() == QAbstractSocket::UnconnectedState; });
    m_received += m_socket.readAll();
    if (!hasAll())
        return std::nullopt;
    Response response;
    const qsizetype end = m_received.indexOf("\r\n\r\n") + 4;
    response.head = m_received.left(end).toLower();
    response.status = response.head.mid(9, 3).toInt();
    const qsizetype at = response.head.indexOf("content-length: ");
    const qsizetype lineEnd = response.head.indexOf('\r', at);
    const qsizetype length = at < 0 ? 0 : response.head.mid(at + 16, lineEnd - at - 16).toLongLong();
    response.body = m_received.mid(end, length);
    m_received.remove(0, end + length);
    return response;
}

bool RawPeer::upgrade(const QByteArray &pathAndQuery, const QByteArray &extraHeaders)
{
    send("GET " + pathAndQuery +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         extraHeaders + "\r\n");
    const auto response = takeResponse();
    return response && response->status == 101;
}

std::optional<RawPeer::Frame> RawPeer::takeFrame()
{
    qsizetype headBytes = 0;
    qsizetype length = 0;
    const auto hasAll = [&] {
        if (m_received.size() < 2)
            return false;
        const int code = m_received[1] & 0x7f;
        headBytes = code == 127 ? 10 : code == 126 ? 4 : 2;
        if (m_received.size() < headBytes)
            return false;
        length = code == 127   ? qsizetype(qFromBigEndian<quint64>(m_received.constData() + 2))
                 : code == 126 ? qFromBigEndian<quint16>(m_received.constData() + 2)
                               : code;
        return m_received.size() >= headBytes + length;
    };
    (void)waitUntil([&] { return hasAll() || m_socket.state() == QAbstractSocket::UnconnectedState; });
    m_received += m_socket.readAll();
    if (!hasAll())
        return std::nullopt;
    const Frame frame{m_received[0] & 0x0f, (m_received[0] & 0x80) != 0, m_received.mid(headBytes, length),
                      (m_received[0] & 0x40) != 0};
    m_received.remove(0, headBytes + length);
    return frame;
}

int RawPeer::takeCloseCode()
{
    while (const auto frame = takeFrame()) {
        if (frame->opcode == OpClose)
            return frame->closeCode();
    }
    return -1;
}

QByteArray clientFrame(int opcode, const QByteArray &payload, FrameShape shape)
{
    static const char Mask[] = {'\x12', '\x34', '\x56', '\x78'};
    QByteArray frame;
    frame += char((shape.isFinal ? 0x80 : 0) | (shape.reservedBits << 4) | opcode);
    const char maskBit = shape.isMasked ? char(0x80) : char(0);
    if (payload.size() < 126) {
        frame += char(maskBit | char(payload.size()));
    } else if (payload.size() <= 0xffff) {
        frame += char(maskBit | 126);
        frame.append(2, '\0');
        qToBigEndian(quint16(payload.size()), frame.data() + 2);
    } else {
        frame += char(maskBit | 127);
        frame.append(8, '\0');
        qToBigEndian(quint64(payload.size()), frame.data() + 2);
    }
    if (!shape.isMasked)
        return frame + payload;
    frame.append(Mask, 4);
    QByteArray masked = payload;
    for (qsizetype i = 0; i < masked.size(); ++i)
        masked[i] = char(masked[i] ^ Mask[i & 3]);
    return frame + masked;
}

QByteArray textFrame(const QByteArray &text)
{
    return clientFrame(OpText, text);
}

} // namespace Tidegate
