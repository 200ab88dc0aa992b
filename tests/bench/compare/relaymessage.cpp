// SPDX-License-Identifier: MIT
#include "bench/compare/relaymessage.h"

#include "bench/marker.h"

namespace Tidegate::Bench {

QByteArray relayMessage(const QByteArray &run, quint32 number, int payloadBytes)
{
    const QByteArray position = QByteArray::number(quint64(number) + 1);
    return "{\"type\":\"channel.invalidate\",\"channel\":\"global\",\"params\":{},\"reason\":\"intent-flush\","
           "\"cursor\":" +
           position + ",\"intents\":[{\"id\":\"b-" + Marker::make(run, number) +
           "\",\"intent\":\"BENCH\",\"payload\":\"" + QByteArray(payloadBytes, 'x') +
           "\",\"meta\":{\"clock\":1,\"actor\":\"00000000-0000-4000-8000-000000000000\","
           "\"reasons\":[\"replay\",\"channel:global\"],\"channels\":[\"global\"]},"
           "\"insertedAt\":1700000000000,\"logSeq\":" +
           position + "}]}";
}

} // namespace Tidegate::Bench
