// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "wire/websocketextensions.h"

using namespace Tidegate;
using namespace Tidegate::Test;
using namespace Tidegate::WebSocket;

// The input is the value of the header, as an offer and as an answer.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayList items =
        Http::headerItems({{"Sec-WebSocket-Extensions", fuzzInput(data, size)}}, "sec-websocket-extensions");
    const auto isAgreed = readExtensionAnswer(items);
    require(!isAgreed || *isAgreed == !items.isEmpty(), "an answer agrees to one thing or is not there");
    const auto answer = chooseExtensions(items);
    if (!answer) {
        require(!isAgreed, "what cannot be read as an offer cannot be read as an answer");
        return 0;
    }
    require(isAgreed || isAgreed.error().code == ErrorCode::InvalidContract, "and the other way round");
    if (answer->isEmpty())
        return 0;
    require(answer->startsWith(DeflateOffer), "context takeover is never agreed");
    require(readExtensionAnswer({*answer}).value_or(false), "our client takes every answer of our server");
    return 0;
}
