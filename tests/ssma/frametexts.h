// SPDX-License-Identifier: MIT
#pragma once

#include "ssma/decoder.h"

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

#include <optional>

// Short ways to make and take apart frames in the tests of the SSMA codec.

namespace Tidegate::Ssma {

//! A batch with one intent whose members are given, e.g. "\"id\":\"i-000001\",...".
inline QByteArray batchOf(const QByteArray &members)
{
    return R"({"type":"intent.batch","intents":[{)" + members + "}]}";
}

//! A batch with one intent whose meta members, clock apart, are given.
inline QByteArray batchWithMeta(const QByteArray &members)
{
    return batchOf(R"("id":"i-000001","intent":"A","payload":1,"meta":{"clock":7)" +
                   (members.isEmpty() ? QByteArray() : ',' + members) + '}');
}

template <typename Frame>
std::optional<Frame> decodedAs(const DecodedFrame &decoded)
{
    const auto *const frame = std::get_if<ClientFrame>(&decoded);
    const auto *const asked = frame ? std::get_if<Frame>(frame) : nullptr;
    return asked ? std::optional<Frame>(*asked) : std::nullopt;
}

template <typename Frame>
std::optional<Frame> decodedAs(QByteArrayView text)
{
    return decodedAs<Frame>(Decoder().decode(text));
}

//! The only intent of a batch; an empty one when the text is refused.
inline IntentEntry onlyIntent(QByteArrayView text)
{
    const auto batch = decodedAs<IntentBatch>(text);
    return batch && batch->intents.size() == 1 ? batch->intents.front() : IntentEntry();
}

inline std::optional<FrameError> refusal(QByteArrayView text)
{
    const DecodedFrame decoded = Decoder().decode(text);
    const auto *const error = std::get_if<FrameError>(&decoded);
    return error ? std::optional<FrameError>(*error) : std::nullopt;
}

inline QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace Tidegate::Ssma
