// SPDX-License-Identifier: MIT
#include "bench/compare/natsdialect.h"

#include "bench/compare/relaymessage.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

NatsDialect::NatsDialect(const Target &target)
    : m_target(target)
{
}

Opening NatsDialect::opening(const QByteArray &commands) const
{
    Opening opening;
    opening.request = m_target.upgrade("/", {});
    opening.greeting = WebSocket::encodeMaskedBinary(
        "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n" + commands + "PING\r\n", 0);
    opening.readyMark = "PONG";
    opening.refusalMarks = {"-ERR"};
    opening.faultMarks = {"-ERR"};
    return opening;
}

Opening NatsDialect::subscriber() const
{
    return opening("SUB global 1\r\n");
}

Opening NatsDialect::publisher() const
{
    return opening({});
}

QByteArray NatsDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray commands;
    for (int i = 0; i < count; ++i) {
        const QByteArray message = relayMessage(run, first + quint32(i), payloadBytes);
        commands += "PUB global " + QByteArray::number(message.size()) + "\r\n" + message + "\r\n";
    }
    return WebSocket::encodeMaskedBinary(commands, 0);
}

} // namespace Tidegate::Bench
