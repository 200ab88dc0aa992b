// SPDX-License-Identifier: MIT
#include "sharedata/decoder.h"

#include "wire/jsonwalk.h"
#include "wire/objectwriter.h"

#include <array>
#include <cmath>
#include <optional>

namespace Tidegate::ShareData {

namespace {

enum Field : quint8 {
    Version,
    Type,
    ShareDataId,
    Since,
    FunctionId,
    CorrelationId,
    ProposedData,
    ProofField,
    Idempotency,
    FieldCount
};

constexpr std::array<QByteArrayView, FieldCount> FieldNames = {
    "v", "type", "shareDataId", "since", "functionId", "correlationId", "proposedData", "proof", "idempotencyKey"};

enum ProofPart : quint8 { PublicKey, Hash, PreviousHash, Signature, Purpose, Timestamp, ProofPartCount };

constexpr std::array<QByteArrayView, ProofPartCount> ProofPartNames = {
    "publicKey", "shareDataHash", "shareDataPreviousHash", "shareDataSignature", "purpose", "timestamp"};

constexpr qsizetype MaxIdempotencyBytes = 128;

using Slices = std::array<JsonSlice, FieldCount>;
using Decoded = std::variant<ClientFrame, InvalidMessage>;

InvalidMessage problem(QByteArrayView path, QByteArrayView text)
{
    return {path.toByteArray() + ": " + text.toByteArray()};
}

bool isText(const JsonSlice &slice)
{
    return slice.is(JsonKind::String) && slice.text.size() > 2;
}

//! The first of \p fields that is not a string with something in it.
std::optional<InvalidMessage> missingText(const Slices &frame, std::initializer_list<Field> fields)
{
    for (const Field field : fields) {
        if (!isText(frame[field]))
            return problem(FieldNames[field], "expected a string that is not empty");
    }
    return {};
}

std::variant<Proof, InvalidMessage> readProof(const JsonSlice &object)
{
    if (!object.is(JsonKind::Object))
        return problem("proof", "expected an object");
    std::array<JsonSlice, ProofPartCount> parts;
    JsonSliceReader reader(object);
    JsonSlice key;
    JsonSlice value;
    while (reader.nextMember(key, value)) {
        if (const size_t part = indexOfName(key, ProofPartNames); part < ProofPartCount)
            parts[part] = value;
    }
    Proof proof;
    ObjectWriter writer(proof.json);
    for (size_t part = 0; part < ProofPartCount; ++part) {
        const bool isSound = part == Timestamp
                                 ? parts[part].is(JsonKind::Number) && std::isfinite(numberValue(parts[part].text))
                                 : parts[part].is(JsonKind::String);
        if (!isSound)
            return problem("proof." + ProofPartNames[part].toByteArray(),
                           part == Timestamp ? "expected a number" : "expected a string");
        writer.json(ProofPartNames[part], parts[part].text);
    }
    writer.end();
    proof.purpose = stringValue(parts[Purpose]);
    proof.signature = stringValue(parts[Signature]);
    return proof;
}

Decoded decodeSubscribe(const Slices &frame)
{
    if (auto missing = missingText(frame, {ShareDataId}))
        return *std::move(missing);
    if (frame[Since].isPresent() && !frame[Since].is(JsonKind::String))
        return problem("since", "expected a string");
    return ClientFrame(Subscribe{stringValue(frame[ShareDataId]),
                                 frame[Since].isPresent() ? stringValue(frame[Since]) : QByteArray()});
}

Decoded decodeUnsubscribe(const Slices &frame)
{
    if (auto missing = missingText(frame, {ShareDataId}))
        return *std::move(missing);
    return ClientFrame(Unsubscribe{stringValue(frame[ShareDataId])});
}

Decoded decodePropose(const Slices &frame)
{
    if (auto missing = missingText(frame, {ShareDataId, FunctionId, CorrelationId}))
        return *std::move(missing);
    if (!frame[ProposedData].isPresent())
        return problem("proposedData", "is missing");
    auto proof = readProof(frame[ProofField]);
    if (auto *wrong = std::get_if<InvalidMessage>(&proof))
        return std::move(*wrong);
    Propose propose;
    propose.documentId = stringValue(frame[ShareDataId]);
    propose.functionId = stringValue(frame[FunctionId]);
    propose.correlationId = frame[CorrelationId].text.toByteArray();
    propose.proposedData = jsonInOneLine(frame[ProposedData].text);
    propose.proof = std::get<Proof>(std::move(proof));
    // Not a field of the original's, so one that we cannot use is ignored like any other extra.
    if (isText(frame[Idempotency]) && frame[Idempotency].text.size() <= MaxIdempotencyBytes)
        propose.idempotencyKey = stringValue(frame[Idempotency]);
    return ClientFrame(std::move(propose));
}

Decoded decodePing(const Slices &frame)
{
    if (auto missing = missingText(frame, {CorrelationId}))
        return *std::move(missing);
    return ClientFrame(Ping{frame[CorrelationId].text.toByteArray()});
}

struct FrameType
{
    QByteArrayView name;
    Decoded (*decode)(const Slices &);
};

constexpr FrameType FrameTypes[] = {
    {"subscribe", decodeSubscribe},
    {"unsubscribe", decodeUnsubscribe},
    {"propose", decodePropose},
    {"ping", decodePing},
};

Decoded decodeFields(const Slices &frame)
{
    if (!frame[Version].is(JsonKind::Number) || numberValue(frame[Version].text) != 1)
        return problem("v", "expected 1");
    if (frame[Type].is(JsonKind::String)) {
        for (const FrameType &type : FrameTypes) {
            if (stringEquals(frame[Type], type.name))
                return type.decode(frame);
        }
    }
    return problem("type", "expected subscribe, unsubscribe, propose or ping");
}

} // namespace

Decoder::Decoder()
    : m_walk(std::make_unique<JsonWalk>())
{
}

Decoder::~Decoder() = default;

Decoded Decoder::decode(QByteArrayView text)
{
    Slices frame;
    const auto visit = [&frame](const JsonSlice &key, JsonWalk::Value value) {
        const size_t field = indexOfName(key, FieldNames);
        JsonSlice ignored;
        return JsonWalk::readValue(value, JsonWalk::depthThatLeaves(MaxDepth - 1),
                                   field == FieldCount ? ignored : frame[field]);
    };
    const bool isObject = m_walk->walkObject(text, visit);
    Decoded decoded = isObject ? decodeFields(frame) : InvalidMessage{"the message is not a JSON object"};
    m_walk->release();
    return decoded;
}

} // namespace Tidegate::ShareData
