// SPDX-License-Identifier: MIT
#include "ssma/decoder.h"

#include "ssma/canonicaljson.h"
#include "ssma/contractvalidator.h"
#include "ssma/fieldrules.h"
#include "ssma/intentreader.h"
#include "wire/jsonwalk.h"

#include <array>
#include <limits>

namespace Tidegate::Ssma {

static_assert(Decoder::MaxDepth == JsonWalk::MaxDepth && Decoder::MaxDepth == ContractValidator::MaxDepth,
              "fast path and contracts must refuse the same texts");

namespace {

enum Field : quint8 { Type, Intents, Channel, Params, Filter, Cursor, Limit, Command, Args, FieldCount };

constexpr std::array<QByteArrayView, FieldCount> FieldNames = {"type",   "intents", "channel", "params", "filter",
                                                               "cursor", "limit",   "command", "args"};

constexpr quint32 bits(std::initializer_list<Field> fields)
{
    quint32 mask = 1U << Type;
    for (const Field field : fields)
        mask |= 1U << field;
    return mask;
}

constexpr qsizetype MaxChannelChars = 96;
constexpr qsizetype MaxCommandChars = 128;
constexpr double MaxLimit = 1000;
constexpr qsizetype MaxEchoedTypeUnits = 96;

//! The members of one frame, before its type is known.
struct FrameFields
{
    std::array<JsonSlice, FieldCount> slices;
    quint32 seen = 0;
    bool hasLineBreaks = false;
    std::optional<IntentReader> intents;

    const JsonSlice &operator[](Field field) const { return slices[field]; }
    QByteArray raw(Field field) const
    {
        return hasLineBreaks ? minified(slices[field].text) : slices[field].text.toByteArray();
    }
    QByteArray params() const
    {
        QByteArray out;
        if (slices[Params].isPresent())
            appendCanonical(out, slices[Params]);
        return slices[Params].isPresent() ? out : QByteArray("{}");
    }
};

bool readMember(FrameFields &frame, const JsonSlice &key, JsonWalk::Value value)
{
    const size_t field = indexOfName(key, FieldNames);
    JsonSlice ignored;
    frame.seen |= 1U << field;
    if (field == Intents) {
        frame.slices[Intents] = {};
        frame.intents.reset();
        if (JsonWalk::kindOf(value) == JsonKind::Array)
            return frame.intents.emplace(frame.hasLineBreaks).read(value, 1);
    }
    return JsonWalk::readValue(value, 1, field == FieldCount ? ignored : frame.slices[field]);
}

//! Whole numbers only where the contract allows fractions: "rows after 2.5" are the rows after 2.
quint64 wholeNumber(const JsonSlice &number)
{
    bool isWhole = false;
    const quint64 whole = number.text.toByteArray().toULongLong(&isWhole);
    if (isWhole)
        return whole;
    const double value = numberValue(number.text);
    constexpr double TwoTo64 = 18446744073709551616.0;
    return value >= TwoTo64 ? std::numeric_limits<quint64>::max() : quint64(std::max(value, 0.0));
}

using Decoded = std::optional<ClientFrame>;

bool keepsChannelRules(const FrameFields &frame)
{
    return isStringOf(frame[Channel], 1, MaxChannelChars) && isAbsentOrObject(frame[Params]);
}

Decoded decodeBatch(FrameFields &frame)
{
    if (!frame.intents || !frame.intents->isValid())
        return {};
    return IntentBatch{frame.intents->takeEntries()};
}

Decoded decodeSubscribe(FrameFields &frame)
{
    const bool hasFilter = frame[Filter].isPresent() && !frame[Filter].is(JsonKind::Null);
    if (!keepsChannelRules(frame) || (hasFilter && !frame[Filter].is(JsonKind::Object)))
        return {};
    return ChannelSubscribe{stringValue(frame[Channel]), frame.params(), hasFilter ? frame.raw(Filter) : QByteArray()};
}

Decoded decodeUnsubscribe(FrameFields &frame)
{
    if (!keepsChannelRules(frame))
        return {};
    return ChannelUnsubscribe{stringValue(frame[Channel]), frame.params()};
}

Decoded decodeResync(FrameFields &frame)
{
    const bool hasCursor = frame[Cursor].isPresent();
    const bool hasLimit = frame[Limit].isPresent();
    if (!keepsChannelRules(frame) || (hasCursor && !isNumberFrom(frame[Cursor], 0)))
        return {};
    if (hasLimit && (!isNumberFrom(frame[Limit], 1) || numberValue(frame[Limit].text) > MaxLimit))
        return {};
    ChannelResync resync{stringValue(frame[Channel]), frame.params()};
    if (hasCursor)
        resync.cursor = wholeNumber(frame[Cursor]);
    if (hasLimit)
        resync.limit = qsizetype(wholeNumber(frame[Limit]));
    return resync;
}

Decoded decodeCommand(FrameFields &frame)
{
    if (!keepsChannelRules(frame) || !isStringOf(frame[Command], 1, MaxCommandChars) || !isAbsentOrObject(frame[Args]))
        return {};
    return ChannelCommand{stringValue(frame[Channel]), frame.params(), stringValue(frame[Command]),
                          frame[Args].isPresent() ? frame.raw(Args) : QByteArray("{}")};
}

Decoded decodePing(FrameFields &)
{
    return Ping();
}

struct FrameContract
{
    const char *type;
    const char *group;
    const char *name;
    quint32 allowed;
    Decoded (*decode)(FrameFields &);
};

constexpr FrameContract Contracts[] = {
    {"intent.batch", "optimistic", "INTENT_BATCH", bits({Intents}), decodeBatch},
    {"channel.subscribe", "channels", "CHANNEL_SUBSCRIBE", bits({Channel, Params, Filter}), decodeSubscribe},
    {"channel.unsubscribe", "channels", "CHANNEL_UNSUBSCRIBE", bits({Channel, Params}), decodeUnsubscribe},
    {"channel.resync", "channels", "CHANNEL_RESYNC", bits({Channel, Params, Cursor, Limit}), decodeResync},
    {"channel.command", "channels", "CHANNEL_COMMAND", bits({Channel, Params, Command, Args}), decodeCommand},
    {"ping", "optimistic", "PING", bits({}), decodePing},
};

const FrameContract *contractFor(const JsonSlice &type)
{
    if (!type.is(JsonKind::String))
        return nullptr;
    for (const FrameContract &contract : Contracts) {
        if (stringEquals(type, contract.type))
            return &contract;
    }
    return nullptr;
}

FrameError invalidJson()
{
    return {"INVALID_JSON", "Invalid JSON payload", {}, {}};
}

//! \p type as JavaScript prints it into a text.
FrameError unknownType(const JsonSlice &type)
{
    QByteArray text;
    switch (type.kind) {
    case JsonKind::Absent:
        text = "undefined";
        break;
    case JsonKind::String:
        text = stringValue(type);
        break;
    case JsonKind::Object:
        text = "[object Object]";
        break;
    default:
        text = type.text.toByteArray();
    }
    return {"UNKNOWN_TYPE", "Unsupported type: " + cutToUtf16(text, MaxEchoedTypeUnits), {}, {}};
}

FrameError brokenContract(const FrameContract &contract, QByteArrayView text, FrameFields &frame)
{
    const auto violations = ContractValidator::builtIn().validate(contract.group, contract.name, text);
    FrameError error{"INVALID_CONTRACT",
                     QByteArray("Contract validation failed for ") + contract.group + '.' + contract.name,
                     violationsToJson(violations),
                     {}};
    if (frame.intents)
        error.intentIds = frame.intents->takeIds();
    return error;
}

} // namespace

class Decoder::Private
{
public:
    DecodedFrame decode(QByteArrayView text);

    JsonWalk walk;
};

DecodedFrame Decoder::Private::decode(QByteArrayView text)
{
    FrameFields frame;
    frame.hasLineBreaks = text.contains('\n') || text.contains('\r');
    const auto visit = [&frame](const JsonSlice &key, JsonWalk::Value value) { return readMember(frame, key, value); };
    if (!walk.walkObject(text, visit)) {
        JsonSlice root;
        if (walk.walkAny(text, root) && !root.is(JsonKind::Object))
            return unknownType({});
        return invalidJson();
    }
    const FrameContract *const contract = contractFor(frame[Type]);
    if (!contract)
        return unknownType(frame[Type]);
    if ((frame.seen & ~contract->allowed) == 0) {
        if (Decoded decoded = contract->decode(frame))
            return std::move(*decoded);
    }
    return brokenContract(*contract, text, frame);
}

Decoder::Decoder()
    : d(std::make_unique<Private>())
{
}

Decoder::~Decoder() = default;

DecodedFrame Decoder::decode(QByteArrayView text)
{
    DecodedFrame frame = d->decode(text);
    d->walk.release();
    return frame;
}

} // namespace Tidegate::Ssma
