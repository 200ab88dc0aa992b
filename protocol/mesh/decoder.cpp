// SPDX-License-Identifier: MIT
#include "mesh/decoder.h"

#include "wire/utf8.h"

#include <QtEndian>

namespace Tidegate::Mesh {

namespace {

//! Walks a packet; every read is checked against what is left. After a failure everything reads as zero or empty.
class Cursor
{
public:
    explicit Cursor(QByteArrayView bytes)
        : m_left(bytes)
    {
    }

    bool isSound() const { return m_isSound; }

    template <typename Number>
    Number number()
    {
        const QByteArrayView bytes = take(sizeof(Number));
        return bytes.isEmpty() ? Number(0) : qFromLittleEndian<Number>(bytes.data());
    }

    QByteArrayView bytes() { return take(number<quint32>()); }

    QByteArrayView text()
    {
        const QByteArrayView taken = bytes();
        m_isSound = m_isSound && Utf8Validator::isValid(taken);
        return taken;
    }

private:
    QByteArrayView take(quint64 count)
    {
        m_isSound = m_isSound && count <= quint64(m_left.size());
        if (!m_isSound)
            return {};
        const QByteArrayView taken = m_left.first(qsizetype(count));
        m_left = m_left.sliced(qsizetype(count));
        return taken;
    }

    QByteArrayView m_left;
    bool m_isSound = true;
};

// Braced lists are evaluated from left to right, which is the order of the fields on the wire.

ClientMessage readClient(quint8 tag, Cursor &in, bool &isKnown)
{
    switch (tag) {
    case 0:
        return Auth{in.text()};
    case 1:
        return Subscribe{in.text(), in.number<quint64>()};
    case 2:
        return Unsubscribe{in.number<quint64>()};
    case 3:
        return Publish{in.text(), in.bytes()};
    case 4:
        return Request{in.text(), in.bytes(), in.number<quint32>(), in.number<quint64>()};
    case 5:
        return Ping{};
    default:
        isKnown = false;
        return Ping{};
    }
}

ServerMessage readServer(quint8 tag, Cursor &in, bool &isKnown)
{
    switch (tag) {
    case 0:
        return AuthOk{in.text()};
    case 1:
        return AuthError{in.text()};
    case 2:
        return SubscribeOk{in.number<quint64>()};
    case 3:
        return SubscribeError{in.number<quint64>(), in.text()};
    case 4:
        return Message{in.number<quint64>(), in.text(), in.bytes()};
    case 5:
        return Response{in.number<quint64>(), in.bytes()};
    case 6:
        return RequestError{in.number<quint64>(), in.text()};
    case 7:
        return ServerError{in.number<quint32>(), in.text()};
    case 8:
        return Pong{};
    default:
        isKnown = false;
        return Pong{};
    }
}

template <typename Any, typename Read>
std::optional<Any> decode(QByteArrayView frame, const VersionSet &versions, Read read)
{
    if (frame.size() < 2 || !versions.contains(uchar(frame.front())))
        return std::nullopt;
    Cursor in(frame.sliced(2));
    bool isKnown = true;
    Any message = read(quint8(frame[1]), in, isKnown);
    if (!isKnown || !in.isSound())
        return std::nullopt;
    return message;
}

} // namespace

std::optional<ClientMessage> decodeClient(QByteArrayView frame, const VersionSet &versions)
{
    return decode<ClientMessage>(frame, versions, readClient);
}

std::optional<ServerMessage> decodeServer(QByteArrayView frame, const VersionSet &versions)
{
    return decode<ServerMessage>(frame, versions, readServer);
}

} // namespace Tidegate::Mesh
