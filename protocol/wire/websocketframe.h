// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

// RFC 6455 frames as bytes. Any thread. Nothing here fails: what cannot be written as asked is cut, as stated.

namespace Tidegate::WebSocket {

enum class Opcode : quint8 { Continuation = 0x0, Text = 0x1, Binary = 0x2, Close = 0x8, Ping = 0x9, Pong = 0xa };

//! RFC 6455 section 7.4.1 and the IANA registry; 3000-4999 belong to applications.
enum CloseCode : quint16 {
    CloseNormal = 1000,
    CloseGoingAway = 1001,
    CloseProtocolError = 1002,
    CloseUnsupportedData = 1003,
    CloseNoStatus = 1005, //!< never on the wire: the close frame was empty
    CloseAbnormal = 1006, //!< never on the wire: there was no close frame
    CloseInvalidPayload = 1007,
    ClosePolicyViolation = 1008,
    CloseTooBig = 1009,
    CloseInternalError = 1011,
    CloseTryAgainLater = 1013,
};

constexpr qsizetype MaxControlPayloadBytes = 125;
constexpr qsizetype MaxFrameHeaderBytes = 14;

//! May stand in a close frame (section 7.4): 1000-1003, 1007-1014, 3000-4999.
bool isSendableCloseCode(quint16 code);

//! Appends the header of an unmasked frame; \p payloadBytes of payload must follow.
void appendFrameHeader(QByteArray &out, Opcode opcode, qsizetype payloadBytes, bool fin = true, bool rsv1 = false);

// Server frames (unmasked).
QByteArray encodeText(QByteArrayView text);
QByteArray encodeBinary(QByteArrayView bytes);
//! CloseNoStatus writes an empty close frame. \p reason (UTF-8) is cut to 123 bytes between two characters.
QByteArray encodeClose(quint16 code, QByteArrayView reason = {});
//! Payloads are cut to 125 bytes.
QByteArray encodePing(QByteArrayView payload = {});
QByteArray encodePong(QByteArrayView payload = {});

// Client frames, for tests and the bench tool. The payload is written as given, valid or not.
QByteArray encodeMasked(Opcode opcode, QByteArrayView payload, quint32 mask, bool fin = true, bool rsv1 = false);
inline QByteArray encodeMaskedText(QByteArrayView text, quint32 mask)
{
    return encodeMasked(Opcode::Text, text, mask);
}
inline QByteArray encodeMaskedBinary(QByteArrayView bytes, quint32 mask)
{
    return encodeMasked(Opcode::Binary, bytes, mask);
}

//! XORs \p data with \p mask (its most significant byte is the first on the wire), of which \p offset bytes are used
//! up.
void applyMask(char *data, qsizetype size, quint32 mask, quint64 offset = 0);

} // namespace Tidegate::WebSocket
