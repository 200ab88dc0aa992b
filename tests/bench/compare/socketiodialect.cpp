// SPDX-License-Identifier: MIT
#include "bench/compare/socketiodialect.h"

#include "bench/compare/relaymessage.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

SocketIoDialect::SocketIoDialect(const Target &target)
    : m_target(target)
{
}

Opening SocketIoDialect::opening(const QByteArray &role) const
{
    Opening opening;
    opening.request = m_target.upgrade("/socket.io/", "EIO=4&transport=websocket&role=" + role);
    opening.greeting = WebSocket::encodeMaskedText("40", 0); // message, CONNECT to the main namespace
    opening.readyMark = "40{\"sid\"";
    opening.refusalMarks = {"44{"}; // message, CONNECT_ERROR
    return opening;
}

Opening SocketIoDialect::subscriber() const
{
    return opening("subscriber");
}

Opening SocketIoDialect::publisher() const
{
    return opening("publisher");
}

QByteArray SocketIoDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray frames;
    for (int i = 0; i < count; ++i)
        frames += WebSocket::encodeMaskedText(
            "42[\"publish\"," + relayMessage(run, first + quint32(i), payloadBytes) + ']', 0);
    return frames;
}

} // namespace Tidegate::Bench
