// SPDX-License-Identifier: MIT
#include "wire/inflater.h"

#define ZLIB_CONST
#include <zlib.h>

namespace Tidegate {

namespace {

constexpr int RawWindowBits = -15;               // negative: without zlib header and checksum
constexpr qsizetype MaxPieceBytes = 1024 * 1024; // zlib counts input in 32 bits
constexpr qsizetype ChunkBytes = 16 * 1024;
constexpr uchar FlushTail[] = {0x00, 0x00, 0xff, 0xff};
// z_stream::data_type says where inflate() stands: flags, and the bits left of the last byte read.
constexpr int InLastBlock = 64;
constexpr int AtBlockEnd = 128;

void append(QByteArray &out, QByteArrayView piece, qint64 maxBytes)
{
    const qsizetype needed = out.size() + piece.size();
    if (needed > out.capacity())
        out.reserve(out.isEmpty() ? needed : qMin(needed * 2, qMax(needed, qsizetype(maxBytes))));
    out.append(piece);
}

} // namespace

Inflater::Inflater()
    : m_stream(std::make_unique<z_stream_s>())
{
    if (inflateInit2(m_stream.get(), RawWindowBits) != Z_OK)
        qBadAlloc();
}

Inflater::~Inflater()
{
    inflateEnd(m_stream.get());
}

Result<QByteArray, Inflater::Failure> Inflater::inflateMessage(QByteArrayView payload, qint64 maxBytes)
{
    inflateReset(m_stream.get());
    QByteArray out;
    while (!payload.isEmpty()) {
        const QByteArrayView piece = payload.first(qMin(payload.size(), MaxPieceBytes));
        payload = payload.sliced(piece.size());
        if (const auto failure = appendPiece(out, piece, maxBytes))
            return *failure;
    }
    if (!endsWithTail())
        return Failure::Invalid;
    return out;
}

std::optional<Inflater::Failure> Inflater::appendPiece(QByteArray &out, QByteArrayView piece, qint64 maxBytes)
{
    char chunk[ChunkBytes];
    m_stream->next_in = reinterpret_cast<const Bytef *>(piece.data());
    m_stream->avail_in = uInt(piece.size());
    do {
        m_stream->next_out = reinterpret_cast<Bytef *>(chunk);
        m_stream->avail_out = uInt(ChunkBytes);
        const int code = inflate(m_stream.get(), Z_SYNC_FLUSH);
        const QByteArrayView expanded(chunk, ChunkBytes - qsizetype(m_stream->avail_out));
        if (expanded.size() > maxBytes - out.size())
            return Failure::TooBig;
        append(out, expanded, maxBytes);
        if (code == Z_MEM_ERROR)
            qBadAlloc();
        // A block with BFINAL may be followed by others, from the next whole byte on (section 7.2.3.4).
        if (code == Z_STREAM_END)
            inflateReset(m_stream.get());
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return Failure::Invalid;
    } while (m_stream->avail_in > 0 || m_stream->avail_out == 0);
    return {};
}

// The sender has cut off the end of an empty stored block. Put back, it must end the message there and give no byte: a
// message cut short in the middle of a block would take these four for data.
bool Inflater::endsWithTail()
{
    Bytef none[1];
    m_stream->next_in = FlushTail;
    m_stream->avail_in = sizeof FlushTail;
    m_stream->next_out = none;
    m_stream->avail_out = sizeof none;
    const int code = inflate(m_stream.get(), Z_BLOCK);
    return code == Z_OK && m_stream->avail_in == 0 && m_stream->avail_out == sizeof none &&
           (m_stream->data_type & ~InLastBlock) == AtBlockEnd;
}

} // namespace Tidegate
