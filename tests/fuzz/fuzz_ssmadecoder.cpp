// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "ssma/canonicaljson.h"
#include "ssma/decoder.h"
#include "ssma/encoder.h"

using namespace Tidegate;
using namespace Tidegate::Ssma;
using namespace Tidegate::Test;

namespace {

bool isOneLineOfJson(const QByteArray &text)
{
    return !text.contains('\n') && !text.contains('\r') && canonicalJson(text).has_value();
}

void check(const IntentBatch &batch)
{
    require(!batch.intents.empty() && batch.intents.size() <= 50, "1 to 50 intents");
    for (const IntentEntry &intent : batch.intents) {
        require(isOneLineOfJson(intent.payload), "payload is one line of JSON");
        require(isOneLineOfJson(metaWithActor(intent.meta, intent.actor)), "meta with actor is one line of JSON");
        require(intent.undo.isEmpty() || isOneLineOfJson(intent.undo), "undo is one line of JSON");
        require(!intent.channels.isEmpty() && intent.channels.size() <= 8, "1 to 8 channels");
        require(intent.reasons.size() <= 16, "16 reasons at most");
    }
}

void check(const ChannelResync &resync)
{
    require(resync.limit >= 1 && resync.limit <= 1000, "limit is within the contract");
}

void check(const ChannelSubscribe &subscribe)
{
    require(canonicalJson(subscribe.params) == subscribe.params, "params are canonical");
    require(subscribe.filter.isEmpty() || isOneLineOfJson(subscribe.filter), "filter is one line of JSON");
}

void check(const ChannelCommand &command)
{
    require(isOneLineOfJson(command.args), "args are one line of JSON");
}

void check(const ChannelUnsubscribe &) {}

void check(const Ping &) {}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes = fuzzInput(data, size);
    static Decoder reused;
    const DecodedFrame decoded = reused.decode(bytes);
    require(decoded.index() == Decoder().decode(bytes).index(), "former frames do not change the outcome");
    if (const auto *error = std::get_if<FrameError>(&decoded)) {
        require(isOneLineOfJson(encodeError(*error)), "a refusal can be answered");
        require((error->code == "INVALID_JSON") != canonicalJson(bytes).has_value(), "one opinion on what is JSON");
        return 0;
    }
    std::visit([](const auto &frame) { check(frame); }, std::get<ClientFrame>(decoded));
    return 0;
}
