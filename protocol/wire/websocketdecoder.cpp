// SPDX-License-Identifier: MIT
#include "wire/websocketdecoder.h"

#include <QtEndian>

#include <cstring>
#include <utility>

namespace Tidegate {

using namespace WebSocket;

namespace {

constexpr quint8 FinBit = 0x80;
constexpr quint8 Rsv1Bit = 0x40;
constexpr quint8 Rsv23Bits = 0x30;
constexpr quint8 OpcodeBits = 0x0f;
constexpr quint8 MaskBit = 0x80;
constexpr quint8 LengthBits = 0x7f;
constexpr quint8 Length16 = 126;
constexpr quint8 Length64 = 127;

} // namespace

WebSocketDecoder::WebSocketDecoder(WebSocketVisitor &visitor, Options options)
    : m_visitor(visitor)
    , m_options(options)
{
}

qsizetype WebSocketDecoder::feed(char *data, qsizetype size)
{
    m_isPaused = false;
    qsizetype used = 0;
    while (used != size && !m_isPaused) {
        switch (m_state) {
        case State::Header:
            used += takeHeader(data + used, size - used);
            break;
        case State::Payload:
            used += takePayload(data + used, size - used);
            break;
        case State::Finished:
            return size;
        }
    }
    return used;
}

// The first two bytes say how long the header is; they are judged before the rest is awaited.
qsizetype WebSocketDecoder::headerBytesNeeded() const
{
    if (m_headerBytes < 2)
        return 2;
    const int length = m_header[1] & LengthBits;
    const qsizetype lengthBytes = length == Length16 ? 2 : length == Length64 ? 8 : 0;
    return 2 + lengthBytes + (m_options.role == Options::Role::Server ? 4 : 0);
}

qsizetype WebSocketDecoder::takeHeader(const char *data, qsizetype size)
{
    const qsizetype used = qMin(headerBytesNeeded() - m_headerBytes, size);
    std::memcpy(m_header + m_headerBytes, data, size_t(used));
    m_headerBytes = quint8(m_headerBytes + used);
    if (m_headerBytes == 2 && !acceptFirstBytes())
        return used;
    if (m_headerBytes == headerBytesNeeded() && acceptLength())
        startPayload();
    return used;
}

bool WebSocketDecoder::acceptFirstBytes()
{
    const quint8 first = m_header[0];
    const bool rsv1 = first & Rsv1Bit;
    m_opcode = Opcode(first & OpcodeBits);
    m_isFinal = first & FinBit;
    if (first & Rsv23Bits)
        return fail(CloseProtocolError, "reserved bit set");
    if (bool(m_header[1] & MaskBit) != (m_options.role == Options::Role::Server))
        return fail(CloseProtocolError,
                    m_header[1] & MaskBit ? "server frame is masked" : "client frame is not masked");
    return isControl() ? acceptControl(rsv1) : acceptData(rsv1);
}

bool WebSocketDecoder::acceptControl(bool rsv1)
{
    if (quint8(m_opcode) > quint8(Opcode::Pong))
        return fail(CloseProtocolError, "unknown opcode");
    if (rsv1)
        return fail(CloseProtocolError, "reserved bit set");
    if (!m_isFinal)
        return fail(CloseProtocolError, "fragmented control frame");
    if ((m_header[1] & LengthBits) > MaxControlPayloadBytes)
        return fail(CloseProtocolError, "control frame too long");
    return true;
}

bool WebSocketDecoder::acceptData(bool rsv1)
{
    if (quint8(m_opcode) > quint8(Opcode::Binary))
        return fail(CloseProtocolError, "unknown opcode");
    // RFC 7692 section 6.1: only the first frame of a message carries the mark.
    if (rsv1 && (!m_options.allowRsv1 || m_opcode == Opcode::Continuation))
        return fail(CloseProtocolError, "reserved bit set");
    if (m_inMessage != (m_opcode == Opcode::Continuation))
        return fail(CloseProtocolError, m_inMessage ? "message inside a fragmented message" : "nothing to continue");
    if (!m_inMessage) {
        m_isText = m_opcode == Opcode::Text;
        m_isCompressed = rsv1;
        m_fragments = 0;
    }
    if (++m_fragments > m_options.maxFragments)
        return fail(CloseTooBig, "too many fragments");
    return true;
}

bool WebSocketDecoder::acceptLength()
{
    const uchar *at = m_header + 2;
    m_payloadBytes = m_header[1] & LengthBits;
    if (m_payloadBytes == Length16) {
        m_payloadBytes = qFromBigEndian<quint16>(at);
        at += 2;
        if (m_payloadBytes < Length16)
            return fail(CloseProtocolError, "length not minimal");
    } else if (m_payloadBytes == Length64) {
        m_payloadBytes = qFromBigEndian<quint64>(at);
        at += 8;
        if (m_payloadBytes <= 0xffff)
            return fail(CloseProtocolError, "length not minimal");
        if (m_payloadBytes >> 63)
            return fail(CloseProtocolError, "length over 63 bits");
    }
    if (m_options.role == Options::Role::Server)
        m_mask = qFromBigEndian<quint32>(at);
    if (!isControl() && m_payloadBytes > quint64(m_options.maxMessageBytes - m_message.size()))
        return fail(CloseTooBig, "message too big");
    return true;
}

void WebSocketDecoder::startPayload()
{
    m_state = State::Payload;
    m_payloadTaken = 0;
    if (m_payloadBytes == 0)
        takePayload(nullptr, 0);
}

qsizetype WebSocketDecoder::takePayload(char *data, qsizetype size)
{
    const auto used = qsizetype(qMin(quint64(size), m_payloadBytes - m_payloadTaken));
    if (m_options.role == Options::Role::Server)
        applyMask(data, used, m_mask, m_payloadTaken);
    m_payloadTaken += quint64(used);
    const QByteArrayView piece(data, used);
    if (isControl())
        takeControlPiece(piece);
    else
        takeDataPiece(piece);
    return used;
}

void WebSocketDecoder::takeControlPiece(QByteArrayView piece)
{
    const bool isWhole = quint64(piece.size()) == m_payloadBytes;
    if (!isWhole)
        m_control.append(piece);
    if (m_payloadTaken != m_payloadBytes)
        return;
    startHeader();
    const QByteArray joined = std::exchange(m_control, {});
    deliverControl(isWhole ? piece : QByteArrayView(joined));
}

void WebSocketDecoder::takeDataPiece(QByteArrayView piece)
{
    if (checksUtf8() && !m_utf8.feed(piece)) {
        fail(CloseInvalidPayload, "text is not UTF-8");
        return;
    }
    const bool isWhole = !m_inMessage && m_isFinal && quint64(piece.size()) == m_payloadBytes;
    if (!isWhole)
        bufferPiece(piece);
    if (m_payloadTaken != m_payloadBytes)
        return;
    startHeader();
    m_inMessage = !m_isFinal;
    if (m_inMessage)
        return;
    if (checksUtf8() && !m_utf8.isComplete()) {
        fail(CloseInvalidPayload, "text ends inside a character");
        return;
    }
    const QByteArray joined = std::exchange(m_message, {});
    m_visitor.messageReceived({isWhole ? piece : QByteArrayView(joined), m_isText, m_isCompressed});
}

// Grows with what has arrived, never with what a header announces: announcing is free for the peer.
void WebSocketDecoder::bufferPiece(QByteArrayView piece)
{
    const qsizetype needed = m_message.size() + piece.size();
    if (needed > m_message.capacity())
        m_message.reserve(qMin(needed * 2, qMax(needed, qsizetype(m_options.maxMessageBytes))));
    m_message.append(piece);
}

void WebSocketDecoder::deliverControl(QByteArrayView payload)
{
    switch (m_opcode) {
    case Opcode::Ping:
        m_visitor.pingReceived(payload);
        break;
    case Opcode::Pong:
        m_visitor.pongReceived(payload);
        break;
    default:
        deliverClose(payload);
    }
}

void WebSocketDecoder::deliverClose(QByteArrayView payload)
{
    if (payload.size() == 1) {
        fail(CloseProtocolError, "close frame with half a code");
        return;
    }
    const quint16 code = payload.isEmpty() ? quint16(CloseNoStatus) : qFromBigEndian<quint16>(payload.data());
    const QByteArrayView reason = payload.isEmpty() ? payload : payload.sliced(2);
    if (!payload.isEmpty() && !isSendableCloseCode(code)) {
        fail(CloseProtocolError, "invalid close code");
    } else if (!Utf8Validator::isValid(reason)) {
        fail(CloseInvalidPayload, "close reason is not UTF-8");
    } else {
        finish();
        m_visitor.closeReceived(code, reason);
    }
}

void WebSocketDecoder::startHeader()
{
    m_state = State::Header;
    m_headerBytes = 0;
}

void WebSocketDecoder::finish()
{
    m_state = State::Finished;
    m_message = {};
    m_control = {};
}

bool WebSocketDecoder::fail(quint16 code, QByteArrayView text)
{
    finish();
    m_visitor.protocolFailed(code, text);
    return false;
}

} // namespace Tidegate
