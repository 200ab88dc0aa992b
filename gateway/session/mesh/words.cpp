// SPDX-License-Identifier: MIT
#include "session/mesh/words.h"

#include <algorithm>

namespace Tidegate::Mesh::Words {

namespace {
constexpr qint64 MaxPatienceMs = 10'000;
constexpr qint64 MaxHeadStartMs = 50;
constexpr qsizetype MaxShownBytes = 256;
} // namespace

QByteArray withSubject(const QByteArray &text, QByteArrayView subject)
{
    return subject.isEmpty() || subject.size() > MaxShownBytes ? text : text + ": " + subject.toByteArray();
}

QByteArray payloadTooLarge(qsizetype limit, qsizetype bytes)
{
    return "max payload size exceeded: Payload size limit of " + QByteArray::number(limit) +
           " exceeded by message size of " + QByteArray::number(bytes);
}

QByteArray lost(qint64 messages, quint64 subscriptionId)
{
    return "Slow consumer: " + QByteArray::number(messages) + " messages dropped for subscription " +
           QByteArray::number(subscriptionId);
}

QByteArray requestFailure(ErrorCode code, quint32 timeoutMs)
{
    switch (code) {
    case ErrorCode::NotFound:
        return QByteArrayLiteral("Request failed: no responders: no responders");
    case ErrorCode::Timeout:
        return timeoutMs > MaxPatienceMs ? QByteArrayLiteral("Request failed: request timed out: deadline has elapsed")
                                         : QByteArrayLiteral("Request timed out");
    case ErrorCode::RateLimited:
        return TooManyRequests;
    case ErrorCode::Unavailable:
        return QByteArrayLiteral("Request failed: the broker cannot be reached");
    default:
        return QByteArrayLiteral("Request failed: the gateway stops");
    }
}

qint64 patienceMs(quint32 timeoutMs)
{
    const qint64 asked = std::min<qint64>(timeoutMs, MaxPatienceMs);
    return timeoutMs > MaxPatienceMs ? asked : asked - std::min(asked / 10, MaxHeadStartMs);
}

} // namespace Tidegate::Mesh::Words
