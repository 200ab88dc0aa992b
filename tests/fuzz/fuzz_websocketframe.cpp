// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "wire/websocketrecorder.h"

using namespace Tidegate;
using namespace Tidegate::Test;

// The first byte chooses role, RSV1 and limits; the rest is the wire.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    WebSocketDecoderOptions options;
    options.role = data[0] & 1 ? WebSocketDecoderOptions::Role::Client : WebSocketDecoderOptions::Role::Server;
    options.allowRsv1 = data[0] & 2;
    options.maxMessageBytes = data[0] & 4 ? 16 : 64 * 1024;
    options.maxFragments = data[0] & 8 ? 2 : 4096;

    const QByteArray wire = fuzzInput(data + 1, size - 1);
    const QByteArrayList events = decodeAtOnce(wire, options);
    require(decodeByteByByte(wire, options) == events, "byte by byte gives the same events");
    require(decodeRandomly(wire, data[0], options) == events, "random pieces give the same events");
    for (const QByteArray &event : events) {
        const bool isText = event.startsWith("text:");
        require(!isText || QString::fromUtf8(event).toUtf8() == event, "text is UTF-8");
        require(event.size() <= options.maxMessageBytes + 160, "no message exceeds the limit");
    }
    return 0;
}
