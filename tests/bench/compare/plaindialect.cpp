// SPDX-License-Identifier: MIT
#include "bench/compare/plaindialect.h"

#include "bench/compare/relaymessage.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

namespace {
constexpr auto SubscribePath = "/sub";
constexpr auto PublishPath = "/pub";
} // namespace

PlainDialect::PlainDialect(const Target &target, Transport transport, Publishing publishing)
    : m_target(target)
    , m_transport(transport)
    , m_publishing(publishing)
{
}

Opening PlainDialect::subscriber() const
{
    Opening opening;
    opening.isWebSocket = m_transport == Transport::WebSocket;
    opening.request = opening.isWebSocket
                          ? m_target.upgrade(SubscribePath, {})
                          : m_target.requestHead(SubscribePath, {}) + "Accept: text/event-stream\r\n\r\n";
    return opening;
}

Opening PlainDialect::publisher() const
{
    Opening opening;
    opening.request = m_target.upgrade(PublishPath, {});
    return opening;
}

QByteArray PlainDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray frames;
    for (int i = 0; i < count; ++i)
        frames += WebSocket::encodeMaskedText(relayMessage(run, first + quint32(i), payloadBytes), 0);
    return frames;
}

} // namespace Tidegate::Bench
