// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <memory>

struct z_stream_s;

namespace Tidegate {

//! Compresses messages for permessage-deflate without context takeover (RFC 7692 section 7.2.1): equal payloads give
//! equal bytes, whoever they go to. Any one thread. Owns about 270 KiB, so one serves all links of a thread.
class Deflater
{
public:
    //! Level 1: on JSON of 0.7 to 230 KiB level 6 saves up to a seventh more and takes up to five times as long.
    static constexpr int DefaultLevel = 1;

    //! \p level as in zlib, 0 (stored) to 9.
    explicit Deflater(int level = DefaultLevel);
    ~Deflater();
    Q_DISABLE_COPY_MOVE(Deflater)

    //! Appends \p payload as the payload of one compressed message. An empty one is the byte 00.
    void appendMessage(QByteArray &out, QByteArrayView payload);

private:
    void appendPiece(QByteArray &out, QByteArrayView piece, int flush);

    std::unique_ptr<z_stream_s> m_stream;
};

} // namespace Tidegate

namespace Tidegate::WebSocket {

//! Appends \p text as one unmasked text frame: deflated with RSV1, or plain where that is not longer (RFC 7692 section
//! 6 lets the sender choose for each message).
void appendDeflatedText(QByteArray &out, QByteArrayView text, Deflater &deflater);

} // namespace Tidegate::WebSocket
