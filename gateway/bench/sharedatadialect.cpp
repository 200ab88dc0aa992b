// SPDX-License-Identifier: MIT
#include "bench/sharedatadialect.h"

#include "bench/marker.h"
#include "wire/objectwriter.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

namespace {
constexpr qint64 WireVersion = 1;
} // namespace

ShareDataDialect::ShareDataDialect(const Target &target, Config config)
    : m_target(target)
    , m_config(std::move(config))
{
}

Opening ShareDataDialect::opening() const
{
    Opening opening;
    opening.request = m_target.upgrade(
        "/realtime", m_config.token.isEmpty() ? QByteArray() : "token=" + m_config.token.toPercentEncoding());
    opening.refusalMarks = {"\"type\":\"error\""};
    opening.faultMarks = {"\"type\":\"error\"", "\"error\":"};
    return opening;
}

Opening ShareDataDialect::subscriber() const
{
    Opening subscriber = opening();
    QByteArray frame;
    ObjectWriter(frame).number("v", WireVersion).text("type", "subscribe").text("shareDataId", m_config.document).end();
    subscriber.greeting = WebSocket::encodeMaskedText(frame, 0);
    subscriber.readyMark = "\"type\":\"state\"";
    return subscriber;
}

Opening ShareDataDialect::publisher() const
{
    Opening publisher = opening();
    // The answer says that the server reads; the upgrade alone is before any refusal.
    publisher.greeting = WebSocket::encodeMaskedText(R"({"v":1,"type":"ping","correlationId":"ready"})", 0);
    publisher.readyMark = "\"type\":\"pong\"";
    return publisher;
}

QByteArray ShareDataDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray proof;
    ObjectWriter(proof)
        .text("publicKey", "")
        .text("shareDataHash", "")
        .text("shareDataPreviousHash", "")
        .text("shareDataSignature", "")
        .text("purpose", m_config.function)
        .number("timestamp", qint64(0))
        .end();
    const QByteArray padding(payloadBytes, 'x');
    QByteArray frames;
    for (int i = 0; i < count; ++i) {
        const QByteArray marker = Marker::make(run, first + quint32(i));
        QByteArray frame;
        // The proposer is told of the correlation id, the subscribers of the data.
        ObjectWriter(frame)
            .number("v", WireVersion)
            .text("type", "propose")
            .text("shareDataId", m_config.document)
            .text("functionId", m_config.function)
            .text("correlationId", marker)
            .text("proposedData", marker + padding)
            .json("proof", proof)
            .end();
        frames += WebSocket::encodeMaskedText(frame, 0);
    }
    return frames;
}

} // namespace Tidegate::Bench
