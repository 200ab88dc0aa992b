// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "sharedata/decoder.h"
#include "sharedata/encoder.h"
#include "wire/jsonline.h"

using namespace Tidegate;
using namespace Tidegate::ShareData;
using namespace Tidegate::Test;

namespace {

bool isOneLineOfJson(const QByteArray &text)
{
    return !text.contains('\n') && !text.contains('\r') && !jsonLine(text, Decoder::MaxDepth).isEmpty();
}

void check(const Subscribe &frame)
{
    require(!frame.documentId.isEmpty(), "ids are not empty");
    require(isOneLineOfJson(encodeState(frame.documentId, "null", frame.since)), "an id can be written");
}

void check(const Unsubscribe &frame)
{
    require(!frame.documentId.isEmpty(), "ids are not empty");
}

void check(const Propose &frame)
{
    require(!frame.documentId.isEmpty() && !frame.functionId.isEmpty(), "ids are not empty");
    require(isOneLineOfJson(frame.proposedData), "proposed data is one line of JSON");
    require(isOneLineOfJson(frame.proof.json), "a proof is one line of JSON");
    require(isOneLineOfJson(encodeFailure(frame.correlationId, frame.functionId)), "a proposal can be answered");
}

void check(const Ping &frame)
{
    require(isOneLineOfJson(encodePong(frame.correlationId)), "a ping can be answered");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes = fuzzInput(data, size);
    static Decoder reused;
    const auto decoded = reused.decode(bytes);
    require(decoded.index() == Decoder().decode(bytes).index(), "former frames do not change the outcome");
    if (const auto *wrong = std::get_if<InvalidMessage>(&decoded)) {
        require(isOneLineOfJson(encodeError(ErrorFrame::InvalidMessage, wrong->text)), "a refusal can be answered");
        return 0;
    }
    std::visit([](const auto &frame) { check(frame); }, std::get<ClientFrame>(decoded));
    return 0;
}
