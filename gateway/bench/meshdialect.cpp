// SPDX-License-Identifier: MIT
#include "bench/meshdialect.h"

#include "bench/marker.h"
#include "mesh/encoder.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

namespace {

constexpr quint64 SubscriptionId = 1;

QByteArray frame(const Mesh::ClientMessage &message)
{
    return WebSocket::encodeMaskedBinary(Mesh::encode(message), 0);
}

} // namespace

MeshDialect::MeshDialect(const Target &target, Config config)
    : m_target(target)
    , m_config(std::move(config))
{
}

QByteArray MeshDialect::markedMessage(const QByteArray &run, quint32 number, int payloadBytes)
{
    return Marker::make(run, number) + QByteArray(payloadBytes, 'x');
}

Opening MeshDialect::opening(const QByteArray &frames) const
{
    Opening opening;
    opening.request = m_target.upgrade("/ws", {});
    // Packets are answered in order: a Pong says that what was sent before it is in force.
    opening.greeting = frame(Mesh::Auth{m_config.token}) + frames + frame(Mesh::Ping{});
    opening.readyMark = Mesh::encode(Mesh::ServerMessage(Mesh::Pong{}));
    opening.refusalMarks = {"Invalid token", "Permission denied", "Not authenticated"};
    opening.faultMarks = {"Rate limit", "Slow consumer", "max payload"};
    return opening;
}

Opening MeshDialect::subscriber() const
{
    return opening(frame(Mesh::Subscribe{m_config.subject, SubscriptionId}));
}

Opening MeshDialect::publisher() const
{
    return opening({});
}

QByteArray MeshDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray frames;
    for (int i = 0; i < count; ++i)
        frames += frame(Mesh::Publish{m_config.subject, m_config.message(run, first + quint32(i), payloadBytes)});
    return frames;
}

} // namespace Tidegate::Bench
