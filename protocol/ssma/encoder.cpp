// SPDX-License-Identifier: MIT
#include "ssma/encoder.h"

#include "wire/objectwriter.h"

namespace Tidegate::Ssma {

namespace {

constexpr qsizetype FrameOverheadBytes = 192;

//! \p spliced is the size of the JSON that goes in, so that one allocation is enough.
template <typename Write>
QByteArray object(qsizetype spliced, Write write)
{
    QByteArray out;
    out.reserve(FrameOverheadBytes + spliced);
    ObjectWriter writer(out);
    write(writer);
    writer.end();
    return out;
}

template <typename Write>
QByteArray frame(QByteArrayView type, qsizetype spliced, Write write)
{
    return object(spliced, [&](ObjectWriter &writer) {
        writer.text("type", type);
        write(writer);
    });
}

template <typename Write>
QByteArray channelFrame(QByteArrayView type, const ChannelRef &ref, qsizetype spliced, Write write)
{
    return frame(type, spliced + ref.channel.size() + ref.params.size(), [&](ObjectWriter &writer) {
        writer.text("channel", ref.channel);
        writer.json("params", ref.params.isEmpty() ? QByteArrayView("{}") : ref.params);
        write(writer);
    });
}

QByteArray channelError(QByteArrayView type, const ChannelRef &ref, QByteArrayView code)
{
    return channelFrame(type, ref, 0, [&](ObjectWriter &writer) { writer.text("status", "error").text("code", code); });
}

void writeRows(ObjectWriter &writer, QByteArrayView rows, quint64 cursor, const Continuity &continuity)
{
    writer.number("cursor", cursor);
    writer.textIfAny("continuity", continuity.text).textIfAny("gapReason", continuity.gapReason);
    if (continuity.hasMore)
        writer.json("hasMore", "true");
    writer.json("intents", rows);
}

void writeIsland(ObjectWriter &writer, const IslandEvent &event)
{
    const auto orEmpty = [](QByteArrayView json) { return json.isEmpty() ? QByteArrayView("{}") : json; };
    writer.textIfAny("eventId", event.eventId).text("islandId", event.islandId);
    writer.json("parameters", orEmpty(event.parameters)).textIfAny("reason", event.reason);
    writer.textIfAny("site", event.site).number("cursor", event.cursor).number("timestamp", event.timestampMs);
    writer.textIfAny("dataContract", event.dataContract).json("payload", orEmpty(event.payload));
}

QByteArrayList toList(std::span<const QByteArray> texts)
{
    return QByteArrayList(texts.begin(), texts.end());
}

} // namespace

QByteArray encodeHello(const Hello &hello)
{
    return frame("hello", 0, [&](ObjectWriter &writer) {
        writer.text("role", hello.role).text("connectionId", hello.connectionId);
        writer.number("serverTime", hello.serverTimeMs).text("subprotocol", hello.subprotocol);
        writer.text("authRole", hello.authRole);
    });
}

QByteArray encodeSubprotocolMismatch(QByteArrayView expected)
{
    return frame("error", 0,
                 [&](ObjectWriter &writer) { writer.text("code", "SUBPROTOCOL_MISMATCH").text("expected", expected); });
}

QByteArray encodeReplay(QByteArrayView rows, quint64 cursor, const Continuity &continuity)
{
    return frame("replay", rows.size(), [&](ObjectWriter &writer) { writeRows(writer, rows, cursor, continuity); });
}

QByteArray encodeError(QByteArrayView code, QByteArrayView message, QByteArrayView details,
                       std::span<const QByteArray> intentIds, std::optional<qint64> retryAfterMs)
{
    return frame("error", message.size() + details.size(), [&](ObjectWriter &writer) {
        writer.text("code", code).textIfAny("message", message);
        if (!details.isEmpty())
            writer.json("details", details);
        if (!intentIds.empty())
            writer.text("intentId", intentIds.front());
        if (intentIds.size() > 1)
            writer.texts("intentIds", toList(intentIds));
        if (retryAfterMs)
            writer.number("retryAfterMs", *retryAfterMs);
    });
}

QByteArray encodeError(const FrameError &error)
{
    return encodeError(error.code, error.message, error.details, error.intentIds);
}

QByteArray encodePong(qint64 timestampMs)
{
    return frame("pong", 0, [&](ObjectWriter &writer) { writer.number("ts", timestampMs); });
}

QByteArray encodeAck(std::span<const AckEntry> entries)
{
    constexpr qsizetype EntryBytes = 160;
    QByteArray rows;
    rows.reserve(EntryBytes * qsizetype(entries.size()) + 2);
    rows += '[';
    for (const AckEntry &entry : entries) {
        if (rows.size() > 1)
            rows += ',';
        ObjectWriter writer(rows);
        writer.textIfAny("id", entry.id).text("status", entry.status);
        writer.number("serverTimestamp", entry.serverTimestampMs).text("site", entry.site);
        writer.number("logSeq", entry.logSeq);
        writer.textIfAny("code", entry.code).textIfAny("message", entry.message).end();
    }
    rows += ']';
    return frame("ack", rows.size(), [&](ObjectWriter &writer) { writer.json("intents", rows); });
}

QByteArray encodeChannelAck(const ChannelRef &ref, quint64 cursor, QByteArrayView metadata)
{
    return channelFrame("channel.ack", ref, metadata.size(), [&](ObjectWriter &writer) {
        writer.text("status", "ok").number("cursor", cursor).json("metadata", metadata);
    });
}

QByteArray encodeChannelAckAlreadySubscribed(const ChannelRef &ref)
{
    return channelFrame("channel.ack", ref, 0,
                        [](ObjectWriter &writer) { writer.text("status", "ok").text("code", "ALREADY_SUBSCRIBED"); });
}

QByteArray encodeChannelAckError(const ChannelRef &ref, QByteArrayView code, std::optional<qint64> retryAfterMs)
{
    return channelFrame("channel.ack", ref, 0, [&](ObjectWriter &writer) {
        writer.text("status", "error").text("code", code);
        if (retryAfterMs)
            writer.number("retryAfterMs", *retryAfterMs);
    });
}

QByteArray encodeChannelSnapshot(const ChannelRef &ref, QByteArrayView rows, quint64 cursor,
                                 const Continuity &continuity)
{
    return channelFrame("channel.snapshot", ref, rows.size(),
                        [&](ObjectWriter &writer) { writeRows(writer, rows, cursor, continuity); });
}

QByteArray encodeChannelReplay(const ChannelRef &ref, QByteArrayView rows, quint64 cursor, const Continuity &continuity)
{
    return channelFrame("channel.replay", ref, rows.size(), [&](ObjectWriter &writer) {
        writer.text("status", "ok");
        writeRows(writer, rows, cursor, continuity);
    });
}

QByteArray encodeChannelReplayError(const ChannelRef &ref, QByteArrayView code)
{
    return channelError("channel.replay", ref, code);
}

QByteArray encodeChannelResend(const ChannelRef &ref, QByteArrayView reason, QByteArrayView rows, quint64 cursor,
                               const Continuity &continuity)
{
    return channelFrame("channel.replay", ref, rows.size() + reason.size(), [&](ObjectWriter &writer) {
        writer.text("reason", reason);
        writeRows(writer, rows, cursor, continuity);
    });
}

QByteArray encodeChannelInvalidate(const ChannelRef &ref, QByteArrayView reason, quint64 cursor, QByteArrayView rows)
{
    return channelFrame("channel.invalidate", ref, rows.size() + reason.size(), [&](ObjectWriter &writer) {
        writer.text("reason", reason).number("cursor", cursor).json("intents", rows);
    });
}

QByteArray encodeChannelUnsubscribed(const ChannelRef &ref)
{
    return channelFrame("channel.unsubscribed", ref, 0, [](ObjectWriter &writer) { writer.text("status", "ok"); });
}

QByteArray encodeChannelUnsubscribedError(const ChannelRef &ref, QByteArrayView code)
{
    return channelError("channel.unsubscribed", ref, code);
}

QByteArray encodeChannelClose(const ChannelRef &ref, QByteArrayView code, QByteArrayView reason, qint64 timestampMs)
{
    return channelFrame("channel.close", ref, reason.size(), [&](ObjectWriter &writer) {
        writer.text("code", code).text("reason", reason).number("timestamp", timestampMs);
    });
}

QByteArray encodeCommandOk(const ChannelRef &ref, QByteArrayView command)
{
    return channelFrame("channel.command", ref, command.size(),
                        [&](ObjectWriter &writer) { writer.text("status", "ok").text("command", command); });
}

QByteArray encodeCommandFilter(const ChannelRef &ref, QByteArrayView filter)
{
    return channelFrame("channel.command", ref, filter.size(), [&](ObjectWriter &writer) {
        writer.text("status", "ok").text("command", "filter");
        writer.json("filter", filter.isEmpty() ? QByteArrayView("null") : filter);
    });
}

QByteArray encodeCommandResult(const ChannelRef &ref, QByteArrayView command, QByteArrayView result)
{
    return channelFrame("channel.command", ref, command.size() + result.size(), [&](ObjectWriter &writer) {
        writer.text("status", "ok").text("command", command);
        writer.json("result", result.isEmpty() ? QByteArrayView("null") : result);
    });
}

QByteArray encodeCommandError(const ChannelRef &ref, QByteArrayView command, QByteArrayView code)
{
    return channelFrame("channel.command", ref, command.size(), [&](ObjectWriter &writer) {
        writer.text("status", "error").text("command", command).text("code", code);
    });
}

QByteArray encodeIslandInvalidate(const IslandEvent &event)
{
    return frame("island.invalidate", event.parameters.size() + event.payload.size(),
                 [&](ObjectWriter &writer) { writeIsland(writer, event); });
}

QByteArray sseReady(QByteArrayView clientId)
{
    return object(0, [&](ObjectWriter &writer) { writer.text("clientId", clientId); });
}

QByteArray sseReplay(QByteArrayView rows, quint64 cursor, QByteArrayView site, const Continuity &continuity)
{
    return object(rows.size(), [&](ObjectWriter &writer) {
        writer.textIfAny("site", site);
        writeRows(writer, rows, cursor, continuity);
    });
}

QByteArray sseInvalidate(QByteArrayView reason, QByteArrayView site, quint64 cursor, QByteArrayView flushRows)
{
    return object(flushRows.size(), [&](ObjectWriter &writer) {
        writer.text("reason", reason).text("site", site).number("cursor", cursor).json("intents", flushRows);
    });
}

QByteArray sseIslandInvalidate(const IslandEvent &event)
{
    return object(event.parameters.size() + event.payload.size(),
                  [&](ObjectWriter &writer) { writeIsland(writer, event); });
}

QByteArray sseRework(QByteArrayView reason, QByteArrayView reworkRows)
{
    return object(reworkRows.size(),
                  [&](ObjectWriter &writer) { writer.text("reason", reason).json("intents", reworkRows); });
}

QByteArray sseUndo(QByteArrayView id, QByteArrayView intent, QByteArrayView reason)
{
    return object(0,
                  [&](ObjectWriter &writer) { writer.text("id", id).text("intent", intent).text("reason", reason); });
}

QByteArray sseRetry(QByteArrayView reason)
{
    return object(0, [&](ObjectWriter &writer) { writer.text("reason", reason); });
}

} // namespace Tidegate::Ssma
