// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "wire/deflater.h"
#include "wire/inflater.h"
#include "wire/referenceinflate.h"

using namespace Tidegate;
using namespace Tidegate::Test;

// The first byte chooses the limit; the rest is the payload of a compressed message, and then of a plain one.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const qint64 maxBytes = data[0] & 1 ? 64 : 64 * 1024;
    const QByteArray payload = fuzzInput(data + 1, size - 1);

    static Inflater inflater;
    static Deflater deflater;
    const auto expanded = inflater.inflateMessage(payload, maxBytes);
    const auto reference = referenceInflate(payload, maxBytes);
    require(expanded.has_value() == reference.has_value(), "zlib byte by byte has the same outcome");
    if (expanded) {
        require(*expanded == *reference, "and the same bytes");
        require(expanded->size() <= maxBytes, "no message exceeds the limit");
        require(expanded->capacity() <= maxBytes, "nor does its memory");
    } else {
        require(expanded.error() == reference.error(), "and the same failure");
    }

    QByteArray deflated;
    deflater.appendMessage(deflated, payload);
    const auto back = inflater.inflateMessage(deflated, payload.size());
    require(back && *back == payload, "what was deflated comes back");
    return 0;
}
