// SPDX-License-Identifier: MIT
#pragma once

#include "wire/inflater.h"

#include <QScopeGuard>

#include <zlib.h>

namespace Tidegate::Test {

//! What zlib makes of a message by RFC 7692 section 7.2.2, written another way than Inflater: fed byte by byte, seven
//! bytes out at a time, stopping after every block, on a stream of its own.
inline Result<QByteArray, Inflater::Failure> referenceInflate(const QByteArray &payload, qint64 maxBytes)
{
    using Failure = Inflater::Failure;
    z_stream stream{};
    if (inflateInit2(&stream, -15) != Z_OK)
        qBadAlloc();
    const auto guard = qScopeGuard([&stream] { inflateEnd(&stream); });
    QByteArray input = payload + QByteArray::fromHex("0000ffff");
    QByteArray out;
    bool isWhole = false;
    for (qsizetype i = 0; i < input.size(); ++i) {
        stream.next_in = reinterpret_cast<Bytef *>(input.data() + i);
        stream.avail_in = 1;
        isWhole = false;
        for (int code = Z_OK; code != Z_BUF_ERROR && !isWhole;) {
            Bytef piece[7];
            stream.next_out = piece;
            stream.avail_out = sizeof piece;
            code = inflate(&stream, Z_BLOCK);
            out.append(reinterpret_cast<const char *>(piece), qsizetype(sizeof piece - stream.avail_out));
            if (i >= payload.size() && stream.avail_out != sizeof piece)
                return Failure::Invalid;
            if (out.size() > maxBytes)
                return Failure::TooBig;
            if (code == Z_STREAM_END)
                inflateReset(&stream);
            else if (code != Z_OK && code != Z_BUF_ERROR)
                return Failure::Invalid;
            isWhole = code == Z_OK && stream.avail_in == 0 && (stream.data_type & 0xbf) == 0x80;
        }
    }
    if (!isWhole)
        return Failure::Invalid;
    return out;
}

} // namespace Tidegate::Test
