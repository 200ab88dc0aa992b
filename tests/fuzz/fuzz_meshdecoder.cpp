// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "mesh/decoder.h"
#include "mesh/encoder.h"
#include "mesh/subject.h"

using namespace Tidegate::Mesh;
using namespace Tidegate::Test;

namespace {

void checkSubject(QByteArrayView subject)
{
    const QByteArray text = subject.toByteArray();
    require(!isSubject(text) || isPattern(text), "what can be published to can be subscribed to");
    require(matches(text, text), "every text matches itself");
    if (!isPattern(text))
        return;
    require(isSubset(text, text) && isSubset(text, ">"), "a pattern lies in itself and in everything");
    require(overlaps(text, text), "a pattern meets itself");
    for (const char c : text)
        require(uchar(c) > ' ' && uchar(c) != 0x7f, "nothing that ends a word or a line gets through");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray frame = fuzzInput(data, size);
    if (const auto message = decodeClient(frame)) {
        const QByteArray again = encode(*message);
        require(frame.startsWith(again), "encoding gives back the bytes that were read");
        for (qsizetype cut = 0; cut < again.size(); ++cut)
            require(!decodeClient(again.first(cut)), "no packet begins with a shorter one");
        if (const auto *subscribe = std::get_if<Subscribe>(&*message))
            checkSubject(subscribe->subject);
        if (const auto *publish = std::get_if<Publish>(&*message))
            checkSubject(publish->subject);
    }
    if (const auto message = decodeServer(frame))
        require(frame.startsWith(encode(*message)), "and so do a gateway's packets");
    return 0;
}
