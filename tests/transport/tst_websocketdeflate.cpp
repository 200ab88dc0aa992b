// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"
#include "wire/deflater.h"
#include "wire/inflater.h"

#include <QTest>

using namespace Tidegate;

//! permessage-deflate on links (RFC 7692): who gets it, what is deflated, and what a hostile message costs.
class TestWebSocketDeflate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itIsAgreedWithWhoeverOffersIt();
    void withoutAnOfferFramesArePlain();
    void itCanBeSwitchedOff();
    void aMalformedOfferIsRefused();
    void smallMessagesStayPlain();
    void oneFrameServesEveryMemberOfAFraming();
    void deflatedMessagesAreRead();
    void aBombIsClosedWithTooBigAndNeighboursGoOn();
    void whatIsNotDeflateIsClosedWithInvalidPayload_data();
    void whatIsNotDeflateIsClosedWithInvalidPayload();

private:
    static constexpr char Offer[] = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
};

namespace {

constexpr int Rsv1 = 4;

QByteArray deflated(const QByteArray &text)
{
    QByteArray bytes;
    Deflater().appendMessage(bytes, text);
    return bytes;
}

QByteArray inflated(const QByteArray &payload)
{
    const auto text = Inflater().inflateMessage(payload, 10'000'000);
    return text ? *text : QByteArray("not deflated");
}

//! Compressible, as JSON is.
QByteArray text(qsizetype bytes)
{
    return QByteArray("{\"payload\":{\"title\":\"tide\"}}").repeated(bytes / 28 + 1).first(bytes);
}

} // namespace

void TestWebSocketDeflate::itIsAgreedWithWhoeverOffersIt()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    peer.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
              QByteArray(Offer) + "\r\n");
    const auto response = peer.takeResponse();
    QVERIFY(response);
    QCOMPARE(response->status, 101);
    QVERIFY2(response->head.contains("sec-websocket-extensions: permessage-deflate; server_no_context_takeover"),
             response->head.constData());
    shard.sendToAll(text(2'000));
    const auto frame = peer.takeFrame();
    QVERIFY(frame && frame->isDeflated);
    QVERIFY(frame->payload.size() < 200);
    QCOMPARE(inflated(frame->payload), text(2'000));
}

void TestWebSocketDeflate::withoutAnOfferFramesArePlain()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws"));
    shard.sendToAll(text(2'000));
    QCOMPARE(peer.takeFrame()->payload, text(2'000));
    peer.send(clientFrame(OpText, deflated("x"), {true, true, Rsv1}));
    QCOMPARE(peer.takeCloseCode(), 1002);
}

void TestWebSocketDeflate::itCanBeSwitchedOff()
{
    LinkLimits limits;
    limits.wsDeflate = false;
    ShardFixture shard(limits);
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws", Offer));
    shard.sendToAll(text(2'000));
    QCOMPARE(peer.takeFrame()->payload, text(2'000));
}

void TestWebSocketDeflate::aMalformedOfferIsRefused()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(!peer.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate; =\r\n"));
    QVERIFY(peer.waitForEnd());
}

void TestWebSocketDeflate::smallMessagesStayPlain()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws", Offer));
    shard.sendToAll(text(LinkLimits().wsDeflateMinBytes - 1));
    QVERIFY(!peer.takeFrame()->isDeflated);
    shard.sendToAll(text(LinkLimits().wsDeflateMinBytes));
    QVERIFY(peer.takeFrame()->isDeflated);
    shard.sendToAll(text(LinkLimits::WsDeflateMaxBytes + 1));
    QVERIFY(!peer.takeFrame()->isDeflated);
}

void TestWebSocketDeflate::oneFrameServesEveryMemberOfAFraming()
{
    ShardFixture shard;
    RawPeer first;
    RawPeer second;
    for (RawPeer *peer : {&first, &second}) {
        QVERIFY(peer->connectTo(shard.port()));
        QVERIFY(peer->upgrade("/ws", Offer));
    }
    for (int i = 0; i < 3; ++i) {
        shard.sendToAll(text(3'000 + i));
        const auto one = first.takeFrame();
        const auto other = second.takeFrame();
        QVERIFY(one && other);
        QCOMPARE(one->payload, other->payload); // nothing depends on what a link was sent before
        QCOMPARE(inflated(one->payload), text(3'000 + i));
    }
}

void TestWebSocketDeflate::deflatedMessagesAreRead()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws", Offer));
    const QByteArray whole = deflated("tide \xc3\xa9");
    peer.send(clientFrame(OpText, whole, {true, true, Rsv1}));
    QCOMPARE(peer.takeFrame()->payload, QByteArray("tide \xc3\xa9"));
    peer.send(clientFrame(OpText, whole.first(3), {false, true, Rsv1}) + clientFrame(OpContinuation, whole.sliced(3)) +
              textFrame("plain"));
    QCOMPARE(peer.takeFrame()->payload, QByteArray("tide \xc3\xa9"));
    QCOMPARE(peer.takeFrame()->payload, QByteArray("plain"));
    QCOMPARE(shard.counters.messagesInflated.value(), 2);
}

void TestWebSocketDeflate::aBombIsClosedWithTooBigAndNeighboursGoOn()
{
    ShardFixture shard;
    RawPeer attacker;
    RawPeer neighbour;
    for (RawPeer *peer : {&attacker, &neighbour}) {
        QVERIFY(peer->connectTo(shard.port()));
        QVERIFY(peer->upgrade("/ws", Offer));
    }
    const QByteArray bomb = deflated(QByteArray(200'000'000, '0'));
    QVERIFY(bomb.size() < LinkLimits().wsMessageBytes);
    attacker.send(clientFrame(OpText, bomb, {true, true, Rsv1}));
    QCOMPARE(attacker.takeCloseCode(), 1009);
    QVERIFY(attacker.waitForEnd());
    QCOMPARE(shard.counters.messagesTooBigInflated.value(), 1);
    QCOMPARE(shard.counters.protocolErrors.value(), 1);
    neighbour.send(textFrame("still here"));
    QCOMPARE(neighbour.takeFrame()->payload, QByteArray("still here"));
}

void TestWebSocketDeflate::whatIsNotDeflateIsClosedWithInvalidPayload_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("garbage") << QByteArray("\xff\xff\xff\xff");
    QTest::newRow("cut short") << deflated(text(500)).chopped(3);
    QTest::newRow("not UTF-8") << deflated("\xc3(");
}

void TestWebSocketDeflate::whatIsNotDeflateIsClosedWithInvalidPayload()
{
    QFETCH(QByteArray, payload);
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws", Offer));
    peer.send(clientFrame(OpText, payload, {true, true, Rsv1}) + textFrame("never read"));
    QCOMPARE(peer.takeCloseCode(), 1007);
    QVERIFY(!shard.journal.contains("text"));
}

QTEST_GUILESS_MAIN(TestWebSocketDeflate)
#include "tst_websocketdeflate.moc"
