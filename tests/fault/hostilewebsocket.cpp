// SPDX-License-Identifier: MIT
#include "fault/hostilecases.h"
#include "fault/stoppedreader.h"
#include "support/json.h"
#include "support/wsclient.h"
#include "wire/deflater.h"

namespace Tidegate {

namespace {

constexpr int Rsv1 = 4;
const QByteArray Offer = QByteArrayLiteral("Sec-WebSocket-Extensions: permessage-deflate\r\n");
const QByteArray SlowGoodbye = QByteArrayLiteral("\x0f\xa2SLOW_CONSUMER");

//! Sends \p begin, then \p piece for ever.
QByteArray slowMessage(Scene &scene, const QByteArray &begin, const QByteArray &piece)
{
    RawPeer peer;
    if (!openLink(peer, scene, "slow"))
        return "not let in";
    peer.send(begin);
    dribble(peer, piece, [&] { return peer.received().contains("not complete in time"); });
    return complainUnlessClosedWith(peer, 1008);
}

QByteArray bytesThatClose(Scene &scene, const QByteArray &bytes, int code, const QByteArray &extraHeaders = {})
{
    RawPeer peer;
    if (!openLink(peer, scene, "hostile", extraHeaders))
        return "not let in";
    peer.send(bytes);
    return complainUnlessClosedWith(peer, code);
}

QByteArray fragments(int count, const QByteArray &each)
{
    return clientFrame(OpText, each, {false, true, 0}) +
           clientFrame(OpContinuation, each, {false, true, 0}).repeated(count - 1);
}

QByteArray bomb()
{
    QByteArray bytes;
    Deflater().appendMessage(bytes, QByteArray(200'000'000, '0'));
    return clientFrame(OpText, bytes, {true, true, Rsv1});
}

bool openStoppedSocket(StoppedReader &reader, Scene &scene)
{
    return reader.open(scene.port(),
                       "GET /optimistic/ws?site=flood HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       "\"type\":\"replay\"");
}

//! Publishes on the stopped peer's site until \p counter has moved.
QByteArray floodUntil(Scene &scene, const QByteArray &counter)
{
    static int serial = 0;
    const qint64 before = scene.metric(counter);
    WsClient writer;
    if (!writer.join(scene.bystander.gateway.webSocketUrl(QStringLiteral("role=leader&site=flood"))))
        return "the writer is not let in";
    const QByteArray payload = "{\"text\":\"" + QByteArray(16 * 1024, 'x') + "\"}";
    for (int i = 0; i < 2000; ++i) {
        const QByteArray id = "flood-" + QByteArray::number(100'000 + ++serial);
        if (writer.ask(batch({entry(id, "TODO_CREATE", payload)}), QStringLiteral("ack")).isEmpty())
            return "a write is not acknowledged";
        if (i % 20 == 19 && scene.metric(counter) > before)
            return {};
    }
    return "never let go";
}

QByteArray stoppedSocket(Scene &scene)
{
    StoppedReader reader;
    if (!openStoppedSocket(reader, scene))
        return "not let in";
    reader.send(textFrame(R"({"type":"channel.subscribe","channel":"global"})"));
    if (!reader.readUntil("\"type\":\"channel.snapshot\""))
        return "not subscribed";
    if (const QByteArray complaint = floodUntil(scene, "ws.slowConsumerDrops"); !complaint.isEmpty())
        return complaint;
    return reader.readToEnd() && reader.received().contains(SlowGoodbye) ? QByteArray() : QByteArray("not told why");
}

QByteArray stoppedStream(Scene &scene)
{
    StoppedReader reader;
    if (!reader.open(scene.port(), get("/optimistic/events?site=flood&cursor=999999999"), "event: ready"))
        return "not let in";
    if (const QByteArray complaint = floodUntil(scene, "sse.slowClientDrops"); !complaint.isEmpty())
        return complaint;
    return reader.readToEnd() && reader.received().contains("event: retry") ? QByteArray() : QByteArray("not told why");
}

//! Asks for more than it reads: \p question again and again.
QByteArray unreadReplies(Scene &scene, const QByteArray &question, int times)
{
    StoppedReader reader;
    if (!openStoppedSocket(reader, scene))
        return "not let in";
    const qint64 before = scene.metric("ws.slowConsumerDrops");
    for (int i = 0; i < times; ++i)
        reader.send(question);
    if (!scene.waitForMetric("ws.slowConsumerDrops", before))
        return "never let go";
    return reader.readToEnd() && reader.received().contains(SlowGoodbye) ? QByteArray() : QByteArray("not told why");
}

} // namespace

std::vector<HostileCase> hostileWebSocketPeers()
{
    const QByteArray first = clientFrame(OpText, "a", {false, true, 0});
    const QByteArray bigQuestion =
        textFrame(R"({"type":"channel.resync","channel":"global","params":{"a":")" + QByteArray(500'000, 'x') + "\"}}");
    return {
        {"message byte by byte", "ws.message_timeout", "transport.messageTimeouts",
         [](Scene &scene) { return slowMessage(scene, textFrame(QByteArray(100'000, 'x')).first(20), "x"); }},
        {"half a frame header, then nothing", "ws.message_timeout", "transport.messageTimeouts",
         [](Scene &scene) { return slowMessage(scene, textFrame("x").first(1), {}); }},
        {"fragments without an end, slowly", "ws.message_timeout", "transport.messageTimeouts",
         [=](Scene &scene) {
             return slowMessage(scene, first, clientFrame(OpContinuation, "b", {false, true, 0}));
         }},
        {"a fragment, then pings for ever", "ws.message_timeout", "transport.messageTimeouts",
         [=](Scene &scene) { return slowMessage(scene, first, clientFrame(OpPing, "p")); }},
        {"100 000 tiny fragments", "ws.max_fragments", "transport.messagesTooBig",
         [](Scene &scene) { return bytesThatClose(scene, fragments(100'000, "x"), 1009); }},
        {"100 000 empty fragments", "ws.max_fragments", "transport.messagesTooBig",
         [](Scene &scene) { return bytesThatClose(scene, fragments(100'000, {}), 1009); }},
        {"frame that announces 1 GiB", "ws.max_message", "transport.messagesTooBig",
         [](Scene &scene) {
             return bytesThatClose(scene, QByteArray("\x81\xff\x00\x00\x00\x00\x40\x00\x00\x00mask", 14), 1009);
         }},
        {"compression bomb of 1000 to 1", "ws.max_message, inflated", "transport.messagesTooBigInflated",
         [](Scene &scene) { return bytesThatClose(scene, bomb(), 1009, Offer); }},
        {"message that is not what it says, deflated", "RFC 7692", "transport.protocolErrors",
         [](Scene &scene) {
             return bytesThatClose(scene, clientFrame(OpText, QByteArray(1000, '\xff'), {true, true, Rsv1}), 1007,
                                   Offer);
         }},
        {"WebSocket that reads nothing", "ws.max_buffered, ws.slow_consumer_grace", "ws.slowConsumerDrops",
         stoppedSocket},
        {"event stream that reads nothing", "sse.max_queue, sse.drain_timeout", "sse.slowClientDrops", stoppedStream},
        {"replays that it does not read", "16 MiB of what it asked for", "ws.slowConsumerDrops",
         [=](Scene &scene) { return unreadReplies(scene, bigQuestion, 60); }},
        {"pings whose pongs it does not read", "ws.max_buffered", "ws.slowConsumerDrops",
         [](Scene &scene) {
             return unreadReplies(scene, clientFrame(OpPing, QByteArray(125, 'p')).repeated(1000), 100);
         }},
    };
}

} // namespace Tidegate
