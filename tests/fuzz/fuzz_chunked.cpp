// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "wire/chunkeddecoder.h"

using namespace Tidegate::Http;
using namespace Tidegate::Test;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr quint64 MaxBodyBytes = 4096;
    const QByteArray bytes = fuzzInput(data, size);

    QByteArray body;
    const auto atOnce = ChunkedDecoder(MaxBodyBytes).feed(bytes, body);
    require(atOnce.usedBytes <= bytes.size(), "no more is used than given");
    require(quint64(body.size()) <= MaxBodyBytes, "no body exceeds the limit");

    ChunkedDecoder decoder(MaxBodyBytes);
    QByteArray grown;
    ChunkedDecoder::Progress progress;
    qsizetype used = 0;
    while (progress.status == ChunkedDecoder::Status::NeedsMore && used < bytes.size()) {
        progress = decoder.feed(QByteArrayView(bytes).sliced(used, 1), grown);
        used += progress.usedBytes;
    }
    require(progress.status == atOnce.status, "byte by byte gives the same status");
    require(grown == body, "byte by byte gives the same body");
    require(atOnce.status != ChunkedDecoder::Status::Done || used == atOnce.usedBytes, "and the same end");
    return 0;
}
