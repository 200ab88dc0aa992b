// SPDX-License-Identifier: MIT
#pragma once

#include "wire/websocketframe.h"

#include <QtEndian>

namespace Tidegate::Bench {

//! Walks over server frames (RFC 6455 section 5.2) without joining, copying or validating messages: the load tool must
//! cost less than what it measures, and the server's framing has tests elsewhere. Control payloads are gathered.
class FrameWalker
{
public:
    //! Calls \p data(piece, size) for each piece of a data payload and \p control(opcode, payload) per control frame.
    template <typename Data, typename Control>
    void feed(const char *bytes, qsizetype size, Data &&data, Control &&control)
    {
        while (size > 0) {
            if (m_left == 0 && !takeHeader(bytes, size, control))
                return;
            const auto piece = qsizetype(qMin<quint64>(m_left, quint64(size)));
            if (piece == 0)
                continue;
            if (isControl()) {
                m_control.append(bytes, piece);
                if (quint64(piece) == m_left)
                    control(opcode(), std::exchange(m_control, {}));
            } else {
                data(bytes, piece);
            }
            m_left -= quint64(piece);
            bytes += piece;
            size -= piece;
        }
    }

private:
    bool isControl() const { return m_header[0] & 0x8; }
    WebSocket::Opcode opcode() const { return WebSocket::Opcode(m_header[0] & 0xf); }

    //! False when more bytes are needed.
    template <typename Control>
    bool takeHeader(const char *&bytes, qsizetype &size, Control &control)
    {
        for (;;) {
            const int needed = headerBytes();
            while (m_have < needed && size > 0) {
                m_header[m_have++] = uchar(*bytes++);
                --size;
            }
            if (m_have < needed)
                return false;
            if (needed == headerBytes())
                break;
        }
        const int length = m_header[1] & 0x7f;
        m_left = length == 126   ? qFromBigEndian<quint16>(m_header + 2)
                 : length == 127 ? qFromBigEndian<quint64>(m_header + 2)
                                 : quint64(length);
        m_have = 0;
        if (m_left == 0 && isControl())
            control(opcode(), QByteArray());
        return true;
    }
    int headerBytes() const
    {
        if (m_have < 2)
            return 2;
        const int length = m_header[1] & 0x7f;
        return length == 126 ? 4 : length == 127 ? 10 : 2;
    }

    QByteArray m_control;
    quint64 m_left = 0;
    uchar m_header[10] = {};
    quint8 m_have = 0;
};

} // namespace Tidegate::Bench
