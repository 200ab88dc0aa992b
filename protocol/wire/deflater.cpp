// SPDX-License-Identifier: MIT
#include "wire/deflater.h"

#include "wire/websocketframe.h"

#define ZLIB_CONST
#include <zlib.h>

namespace Tidegate {

namespace {

constexpr int RawWindowBits = -15;               // negative: without zlib header and checksum
constexpr int MemoryLevel = 8;                   // zlib's default
constexpr qsizetype MaxPieceBytes = 1024 * 1024; // zlib counts input in 32 bits
constexpr qsizetype ChunkBytes = 8 * 1024;
constexpr qsizetype FlushTailBytes = 4;

} // namespace

Deflater::Deflater(int level)
    : m_stream(std::make_unique<z_stream_s>())
{
    if (deflateInit2(m_stream.get(), level, Z_DEFLATED, RawWindowBits, MemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
        qBadAlloc();
}

Deflater::~Deflater()
{
    deflateEnd(m_stream.get());
}

void Deflater::appendMessage(QByteArray &out, QByteArrayView payload)
{
    for (; payload.size() > MaxPieceBytes; payload = payload.sliced(MaxPieceBytes))
        appendPiece(out, payload.first(MaxPieceBytes), Z_NO_FLUSH);
    appendPiece(out, payload, Z_SYNC_FLUSH);
    out.chop(FlushTailBytes);
    deflateReset(m_stream.get());
}

// Through a chunk instead of into room made for the worst case: \p out may wait in a queue, with all its capacity.
void Deflater::appendPiece(QByteArray &out, QByteArrayView piece, int flush)
{
    char chunk[ChunkBytes];
    m_stream->next_in = reinterpret_cast<const Bytef *>(piece.data());
    m_stream->avail_in = uInt(piece.size());
    do {
        m_stream->next_out = reinterpret_cast<Bytef *>(chunk);
        m_stream->avail_out = uInt(ChunkBytes);
        deflate(m_stream.get(), flush);
        out.append(chunk, ChunkBytes - qsizetype(m_stream->avail_out));
    } while (m_stream->avail_out == 0);
}

} // namespace Tidegate

namespace Tidegate::WebSocket {

void appendDeflatedText(QByteArray &out, QByteArrayView text, Deflater &deflater)
{
    const qsizetype start = out.size();
    deflater.appendMessage(out, text);
    const qsizetype deflatedBytes = out.size() - start;
    if (deflatedBytes < text.size()) {
        QByteArray header;
        appendFrameHeader(header, Opcode::Text, deflatedBytes, true, true);
        out.insert(start, header);
        return;
    }
    out.truncate(start);
    appendFrameHeader(out, Opcode::Text, text.size());
    out.append(text);
}

} // namespace Tidegate::WebSocket
