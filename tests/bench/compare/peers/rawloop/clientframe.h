// SPDX-License-Identifier: MIT
#pragma once

#include "wire/websocketframe.h"

#include <QtEndian>

namespace Tidegate::Bench {

//! A client's frame at the beginning of a buffer (RFC 6455 section 5.2), read with the least that does the work: the
//! loop is the physical limit others are compared with, so it validates nothing.
struct ClientFrame
{
    qsizetype bytes = 0; //!< of the whole frame; 0 = more must arrive first
    WebSocket::Opcode opcode = WebSocket::Opcode::Text;
    QByteArrayView payload; //!< unmasked in place

    static ClientFrame first(char *data, qsizetype size)
    {
        constexpr qsizetype MaskBytes = 4;
        if (size < 2)
            return {};
        const auto *head = reinterpret_cast<const uchar *>(data);
        const int length = head[1] & 0x7f;
        const bool isMasked = head[1] & 0x80;
        const qsizetype lengthBytes = length == 127 ? 8 : length == 126 ? 2 : 0;
        const qsizetype headBytes = 2 + lengthBytes + (isMasked ? MaskBytes : 0);
        if (size < headBytes)
            return {};
        const quint64 payloadBytes = length == 127   ? qFromBigEndian<quint64>(head + 2)
                                     : length == 126 ? qFromBigEndian<quint16>(head + 2)
                                                     : quint64(length);
        if (payloadBytes > quint64(size - headBytes))
            return {};
        char *const payload = data + headBytes;
        if (isMasked) {
            const quint32 mask = qFromBigEndian<quint32>(head + headBytes - MaskBytes);
            WebSocket::applyMask(payload, qsizetype(payloadBytes), mask);
        }
        return {headBytes + qsizetype(payloadBytes), WebSocket::Opcode(head[0] & 0xf),
                QByteArrayView(payload, qsizetype(payloadBytes))};
    }
};

} // namespace Tidegate::Bench
