// SPDX-License-Identifier: MIT
#include "wire/websocketframe.h"

#include <QtEndian>

#include <bit>
#include <cstring>

namespace Tidegate::WebSocket {

namespace {

constexpr quint8 FinBit = 0x80;
constexpr quint8 Rsv1Bit = 0x40;
constexpr quint8 MaskBit = 0x80;

void appendHeader(QByteArray &out, quint8 first, qsizetype payloadBytes, quint8 maskBit)
{
    char header[10] = {char(first)};
    if (payloadBytes <= 125) {
        header[1] = char(quint8(payloadBytes) | maskBit);
        out.append(header, 2);
    } else if (payloadBytes <= 0xffff) {
        header[1] = char(126 | maskBit);
        qToBigEndian(quint16(payloadBytes), header + 2);
        out.append(header, 4);
    } else {
        header[1] = char(127 | maskBit);
        qToBigEndian(quint64(payloadBytes), header + 2);
        out.append(header, 10);
    }
}

quint8 firstByte(Opcode opcode, bool fin, bool rsv1)
{
    return quint8(quint8(opcode) | (fin ? FinBit : 0) | (rsv1 ? Rsv1Bit : 0));
}

QByteArray encodeUnmasked(Opcode opcode, QByteArrayView payload)
{
    QByteArray frame;
    frame.reserve(MaxFrameHeaderBytes + payload.size());
    appendFrameHeader(frame, opcode, payload.size());
    frame.append(payload);
    return frame;
}

QByteArrayView cutControl(QByteArrayView payload)
{
    return payload.first(qMin(payload.size(), MaxControlPayloadBytes));
}

QByteArrayView cutUtf8(QByteArrayView text, qsizetype maxBytes)
{
    if (text.size() <= maxBytes)
        return text;
    qsizetype end = maxBytes;
    while (end > 0 && (uchar(text[end]) & 0xc0) == 0x80)
        --end;
    return text.first(end);
}

} // namespace

bool isSendableCloseCode(quint16 code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

void appendFrameHeader(QByteArray &out, Opcode opcode, qsizetype payloadBytes, bool fin, bool rsv1)
{
    appendHeader(out, firstByte(opcode, fin, rsv1), payloadBytes, 0);
}

QByteArray encodeText(QByteArrayView text)
{
    return encodeUnmasked(Opcode::Text, text);
}

QByteArray encodeBinary(QByteArrayView bytes)
{
    return encodeUnmasked(Opcode::Binary, bytes);
}

QByteArray encodeClose(quint16 code, QByteArrayView reason)
{
    if (code == CloseNoStatus)
        return encodeUnmasked(Opcode::Close, {});
    QByteArray payload(2, Qt::Uninitialized);
    qToBigEndian(code, payload.data());
    payload.append(cutUtf8(reason, MaxControlPayloadBytes - 2));
    return encodeUnmasked(Opcode::Close, payload);
}

QByteArray encodePing(QByteArrayView payload)
{
    return encodeUnmasked(Opcode::Ping, cutControl(payload));
}

QByteArray encodePong(QByteArrayView payload)
{
    return encodeUnmasked(Opcode::Pong, cutControl(payload));
}

QByteArray encodeMasked(Opcode opcode, QByteArrayView payload, quint32 mask, bool fin, bool rsv1)
{
    QByteArray frame;
    frame.reserve(MaxFrameHeaderBytes + payload.size());
    appendHeader(frame, firstByte(opcode, fin, rsv1), payload.size(), MaskBit);
    char key[4];
    qToBigEndian(mask, key);
    frame.append(key, 4);
    const qsizetype headerBytes = frame.size();
    frame.append(payload);
    applyMask(frame.data() + headerBytes, payload.size(), mask);
    return frame;
}

void applyMask(char *data, qsizetype size, quint32 mask, quint64 offset)
{
    const quint32 next = std::rotl(mask, int(offset % 4) * 8);
    const quint64 key = qToBigEndian(quint64(next) << 32 | next);
    for (; size >= qsizetype(sizeof key); size -= qsizetype(sizeof key), data += sizeof key) {
        quint64 word;
        std::memcpy(&word, data, sizeof word);
        word ^= key;
        std::memcpy(data, &word, sizeof word);
    }
    char keyBytes[sizeof key];
    std::memcpy(keyBytes, &key, sizeof key);
    for (qsizetype i = 0; i < size; ++i)
        data[i] = char(data[i] ^ keyBytes[i]);
}

} // namespace Tidegate::WebSocket
