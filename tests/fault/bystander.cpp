// SPDX-License-Identifier: MIT
#include "fault/bystander.h"

#include "fault/memory.h"
#include "support/json.h"

namespace Tidegate {

bool Bystander::start(const QStringList &args, const QStringList &limits)
{
    if (!gateway.start(limits + args))
        return false;
    if (!m_writer.join(gateway.webSocketUrl()) || !m_reader.join(gateway.webSocketUrl(QStringLiteral("role=follower"))))
        return false;
    const QJsonObject subscribed =
        m_reader.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.ack"));
    m_bytesAtStart = residentBytes(gateway.processId());
    return textAt(subscribed, "status") == "ok";
}

QByteArray Bystander::complaint()
{
    if (!gateway.isRunning())
        return "the gateway is gone: " + gateway.errorText().right(500);
    if (m_reader.ask({{QStringLiteral("type"), QStringLiteral("ping")}}, QStringLiteral("pong")).isEmpty())
        return "a bystander's ping is not answered";
    const QByteArray id = "bystander-" + QByteArray::number(++m_writes);
    const QJsonObject ack = m_writer.ask(batch({entry(id)}), QStringLiteral("ack"));
    if (textAt(ack, "intents.0.status") != "acked")
        return "a bystander's write is not acknowledged: " + compact(ack);
    const auto isAbout = [](const QJsonObject &frame, const QByteArray &wanted) {
        return textAt(frame, "type") == "channel.invalidate" && textAt(frame, "intents.0.id") == wanted;
    };
    if (m_reader.waitFor([&](const QJsonObject &frame) { return isAbout(frame, id); }).isEmpty())
        return "a bystander does not hear of a write";
    if (m_reader.indexOf([&](const QJsonObject &frame) { return isAbout(frame, ForeignId); }) >= 0)
        return "a bystander hears of another site";
    m_reader.markAllRead();
    m_writer.markAllRead();
    return {};
}

bool Bystander::hasGrownBeyond(qint64 bytes) const
{
    return IsMemoryMeasurable && residentBytes(gateway.processId()) - m_bytesAtStart > bytes;
}

} // namespace Tidegate
