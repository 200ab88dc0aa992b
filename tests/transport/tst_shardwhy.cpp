// SPDX-License-Identifier: MIT
// The doors record why they refused, closed or slowed down.

#include "transport/rawpeer.h"
#include "transport/rules.h"
#include "transport/shardfixture.h"

#include <QTest>

using namespace Tidegate;

class TestShardWhy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void heads_data();
    void heads();
    void whatTheGuardRefusesIsToldWithoutItsPath();
    void aHeadThatDoesNotCome();
    void brokenFrames_data();
    void brokenFrames();
    void aSilentPeer();
    void aSlowConsumerIsNamed();
    void aSlowEventStreamIsNamed();
    void whoIsShedIsNotCalledSlow();
    void aBusyCoreDelays();
    void whatGoesWellIsNotRecorded();

private:
    void open(const QByteArray &path = "/ws", const LinkLimits &limits = {}, const BudgetPool::Config &budgets = {})
    {
        shard = std::make_unique<ShardFixture>(limits, nullptr, true, budgets);
        shard->wsBudgetBytes = 10'000;
        shard->sseBudgetBytes = 10'000;
        peer = std::make_unique<RawPeer>();
        QVERIFY(peer->connectTo(shard->port()));
        if (path == "/ws")
            QVERIFY(peer->upgrade(path));
    }

    std::unique_ptr<ShardFixture> shard;
    std::unique_ptr<RawPeer> peer;
};

void TestShardWhy::heads_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<const DecisionRule *>("rule");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *name, const QByteArray &head, const DecisionRule &rule, const char *code) {
        QTest::newRow(name) << head << &rule << QByteArray(code);
    };
    row("no HTTP", "HELLO\r\n\r\n", TransportRules::HeadRefused, "400");
    row("too large", "GET / HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(20'000, 'x') + "\r\n\r\n",
        TransportRules::HeadTooLarge, "431");
    row("a WebSocket where there is none",
        "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        TransportRules::NothingThere, "404");
}

void TestShardWhy::heads()
{
    QFETCH(QByteArray, head);
    QFETCH(const DecisionRule *, rule);
    QFETCH(QByteArray, code);
    open("");
    peer->send(head);
    QTRY_COMPARE(shard->decided(*rule), 1);
    const Decision decision = shard->decisions.entries().front()->decision;
    QCOMPARE(decision.code, code);
    QVERIFY(decision.detail.endsWith("from 127.0.0.1"));
    QVERIFY(decision.lastAtMs > 0);
}

void TestShardWhy::whatTheGuardRefusesIsToldWithoutItsPath()
{
    open("");
    peer->send("GET /guarded/secret/ws HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(shard->decided(TransportRules::GuardRefused), 1);
    const Decision decision = shard->decisions.entries().front()->decision;
    QCOMPARE(decision.code, QByteArray("403"));
    QVERIFY(decision.subject.isEmpty());
    QCOMPARE(decision.detail, QByteArray("from 127.0.0.1"));
}

void TestShardWhy::aHeadThatDoesNotCome()
{
    open("");
    peer->send("GET / HTTP/1.1\r\n");
    QTRY_COMPARE(shard->counters.bytesReceived.value(), 16);
    shard->advance(LinkLimits().headTimeoutMs + 200);
    QTRY_COMPARE(shard->decided(TransportRules::HeadTooSlow), 1);
}

void TestShardWhy::brokenFrames_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<const DecisionRule *>("rule");
    FrameShape unmasked;
    unmasked.isMasked = false;
    QTest::newRow("not masked") << clientFrame(OpText, "hello", unmasked) << &TransportRules::ProtocolError;
    QTest::newRow("not UTF-8") << textFrame("\xff\xfe") << &TransportRules::ProtocolError;
    QTest::newRow("too big") << textFrame(QByteArray(2'000'000, 'x')) << &TransportRules::MessageTooBig;
}

void TestShardWhy::brokenFrames()
{
    QFETCH(QByteArray, frame);
    QFETCH(const DecisionRule *, rule);
    open();
    peer->send(frame);
    QTRY_COMPARE(shard->decided(*rule), 1);
    QVERIFY(shard->decisions.entries().front()->decision.link != 0);
}

void TestShardWhy::aSilentPeer()
{
    open();
    const qint64 interval = LinkLimits().wsPingIntervalMs;
    shard->advance(interval * 3 / 2 + 200);
    QCOMPARE(peer->takeFrame()->opcode, 9);
    shard->advance(interval + 200);
    QTRY_COMPARE(shard->decided(TransportRules::Unresponsive), 1);
}

void TestShardWhy::aSlowConsumerIsNamed()
{
    open();
    peer->socket().setReadBufferSize(1);
    peer->send(textFrame("flood 100000"));
    QTRY_COMPARE(shard->decided(TransportRules::SlowLink), 1);
    QVERIFY(shard->decisions.entries().front()->decision.detail.endsWith("bytes waited"));
}

void TestShardWhy::aSlowEventStreamIsNamed()
{
    open("");
    peer->socket().setReadBufferSize(1);
    peer->send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(shard->journal.contains("opened"));
    shard->sendToAll(QByteArray(30'000'000, 'x'));
    shard->sendToAll(QByteArray(100'000, 'x'));
    QTRY_COMPARE(shard->decided(TransportRules::SlowStream), 1);
}

void TestShardWhy::whoIsShedIsNotCalledSlow()
{
    BudgetPool::Config budgets;
    budgets.processBytes = 1'000'000;
    open("/ws", {}, budgets);
    shard->wsBudgetBytes = 100'000'000;
    peer = std::make_unique<RawPeer>();
    QVERIFY(peer->connectTo(shard->port()));
    QVERIFY(peer->upgrade("/ws"));
    peer->socket().setReadBufferSize(1);
    peer->send(textFrame("flood 50000"));
    QTRY_COMPARE(shard->decided(TransportRules::Shed), 1);
    QCOMPARE(shard->decided(TransportRules::SlowLink), 0);
}

void TestShardWhy::aBusyCoreDelays()
{
    open();
    shard->isCoreBusy = true;
    peer->send(textFrame("hello"));
    QTRY_VERIFY(shard->decided(TransportRules::CoreBusy) > 0);
    shard->isCoreBusy = false;
    QCOMPARE(peer->takeFrame()->payload, QByteArray("hello"));
}

void TestShardWhy::whatGoesWellIsNotRecorded()
{
    open();
    peer->send(textFrame("hello"));
    QCOMPARE(peer->takeFrame()->payload, QByteArray("hello"));
    peer->send(clientFrame(OpClose, QByteArray("\x03\xe8", 2)));
    QTRY_COMPARE(shard->counters.connectionsOpen.value(), 0);
    QCOMPARE(shard->decisions.count(), 0);
}

QTEST_GUILESS_MAIN(TestShardWhy)
#include "tst_shardwhy.moc"
