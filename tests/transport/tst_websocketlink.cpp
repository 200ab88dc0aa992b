// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"

#include <QTest>
#include <QWebSocket>

using namespace Tidegate;

//! WebSocketLink over real sockets: heartbeats, close handshake, slow consumers, paused reading.
class TestWebSocketLink : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup();

    void echoesTextAndBinary();
    void anIndependentClientAgrees();
    void theHandshakeCarriesSubprotocolAndHeaders();
    void framesSentWithTheHandshakeAreRead();
    void theServersCloseWaitsForThePeers();
    void aPeerThatNeverAnswersACloseIsCutOff();
    void thePeersCloseIsAnswered();
    void nothingIsDeliveredAfterAClose();
    void silentPeersArePingedAndThenGivenUp();
    void anyByteKeepsALinkAlive();
    void withoutHeartbeatsSilenceIsFine();
    void aMessageThatIsNeverCompleteIsEnded_data();
    void aMessageThatIsNeverCompleteIsEnded();
    void eachMessageHasItsOwnTime();
    void aPauseOfOursIsNotHeldAgainstThePeer();
    void fragmentsOfAMessageAreLimited();
    void aSlowConsumerIsClosedAfterTheGrace();
    void aConsumerThatCatchesUpStays();
    void aBurstFarOverTheBudgetClosesAtOnce();
    void solicitedBytesAreNoReasonToClose();
    void pausedReadingLosesNothing();
    void pausingInsideABurstStopsTheBurst();
    void aBusyCoreStopsReadingAndLosesNothing();
    void shutdownSaysGoingAway();

private:
    void open(const LinkLimits &limits = {}, qsizetype budgetBytes = 256 * 1024);
    //! Comes back when the shard has read them.
    void deliver(const QByteArray &bytes);
    //! The peer reads nothing more, and has little room.
    void stopReading();
    void resumeReading() { m_peer->socket().setReadBufferSize(0); }

    std::unique_ptr<ShardFixture> m_shard;
    std::unique_ptr<RawPeer> m_peer;
};

namespace {

QByteArray closedBy(CloseReason reason)
{
    return "closed " + QByteArray::number(int(reason));
}

} // namespace

void TestWebSocketLink::open(const LinkLimits &limits, qsizetype budgetBytes)
{
    m_shard = std::make_unique<ShardFixture>(limits);
    m_shard->wsBudgetBytes = budgetBytes;
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_shard->port()));
    QVERIFY(m_peer->upgrade("/ws"));
}

void TestWebSocketLink::cleanup()
{
    m_peer.reset();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    const auto closedCount = [this] {
        const QByteArrayList lines = m_shard->journal.lines();
        return std::count_if(lines.begin(), lines.end(), [](const auto &line) { return line.startsWith("closed"); });
    };
    QTRY_COMPARE(closedCount(), m_shard->journal.count("opened")); // exactly once each
    m_shard.reset();
}

void TestWebSocketLink::stopReading()
{
    m_peer->socket().setReadBufferSize(1);
}

void TestWebSocketLink::echoesTextAndBinary()
{
    open();
    m_peer->send(textFrame("hello") + clientFrame(OpBinary, QByteArray("\x00\xff", 2)) + textFrame(""));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("hello"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("binary 00ff"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray());
    const QByteArray large(900'000, 'x');
    m_peer->send(textFrame(large));
    QCOMPARE(m_peer->takeFrame()->payload, large);
    m_peer->send(clientFrame(OpText, "sp", {false, true, 0}) + clientFrame(OpPing, "mid") +
                 clientFrame(OpContinuation, "lit"));
    QCOMPARE(m_peer->takeFrame()->opcode, OpPong);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("split"));
}

void TestWebSocketLink::anIndependentClientAgrees()
{
    m_shard = std::make_unique<ShardFixture>();
    QWebSocket socket;
    QStringList got;
    connect(&socket, &QWebSocket::textMessageReceived, this, [&](const QString &text) { got << text; });
    connect(&socket, &QWebSocket::connected, this, [&] {
        for (int i = 0; i < 1000; ++i)
            socket.sendTextMessage(QString::number(i) + QStringLiteral(" \u00e9\U0001f30a"));
    });
    socket.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(m_shard->port())));
    QTRY_COMPARE(got.size(), 1000);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(got[i], QString::number(i) + QStringLiteral(" \u00e9\U0001f30a"));
    socket.close(QWebSocketProtocol::CloseCodeNormal);
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::PeerLeft)));
}

void TestWebSocketLink::theHandshakeCarriesSubprotocolAndHeaders()
{
    m_shard = std::make_unique<ShardFixture>();
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_shard->port()));
    m_peer->send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Protocol: ssma\r\n\r\n");
    const auto response = m_peer->takeResponse();
    QCOMPARE(response->status, 101);
    QVERIFY(response->head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")); // RFC 6455's example
    QVERIFY(response->head.contains("sec-websocket-protocol: ssma"));
    QVERIFY(response->head.contains("x-extra: yes"));
}

void TestWebSocketLink::framesSentWithTheHandshakeAreRead()
{
    m_shard = std::make_unique<ShardFixture>();
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_shard->port()));
    m_peer->send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
                 textFrame("early") + textFrame("bird"));
    QCOMPARE(m_peer->takeResponse()->status, 101);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("early"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("bird"));
}

void TestWebSocketLink::theServersCloseWaitsForThePeers()
{
    open();
    m_peer->send(textFrame("close"));
    const auto frame = m_peer->takeFrame();
    QCOMPARE(frame->closeCode(), 4321);
    QCOMPARE(frame->payload.mid(2), QByteArray("bye"));
    QVERIFY(m_peer->isOpen());
    QVERIFY(!m_shard->journal.contains(closedBy(CloseReason::Requested)));
    m_peer->send(clientFrame(OpClose, frame->payload.first(2)));
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(m_shard->journal.contains(closedBy(CloseReason::Requested)));
}

void TestWebSocketLink::aPeerThatNeverAnswersACloseIsCutOff()
{
    open();
    m_peer->send(textFrame("close"));
    QCOMPARE(m_peer->takeFrame()->closeCode(), 4321);
    m_shard->advance(LinkLimits().closeHandshakeMs + 200);
    QVERIFY(m_peer->waitForEnd());
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::Requested)));
}

void TestWebSocketLink::thePeersCloseIsAnswered()
{
    open();
    m_peer->send(clientFrame(OpClose, QByteArray("\x0f\xa0", 2) + "leaving"));
    QCOMPARE(m_peer->takeCloseCode(), 4000);
    QVERIFY(m_peer->waitForEnd());
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::PeerLeft)));
}

void TestWebSocketLink::nothingIsDeliveredAfterAClose()
{
    open();
    m_peer->send(textFrame("close") + textFrame("ignored") + textFrame("ignored"));
    QCOMPARE(m_peer->takeCloseCode(), 4321);
    m_peer->send(clientFrame(OpClose, QByteArray("\x03\xe8", 2)) + textFrame("ignored"));
    QVERIFY(m_peer->waitForEnd());
    QCOMPARE(m_shard->journal.count("text"), 1);
}

void TestWebSocketLink::silentPeersArePingedAndThenGivenUp()
{
    open();
    const qint64 interval = LinkLimits().wsPingIntervalMs;
    m_shard->advance(interval * 3 / 2 + 200); // the first ping falls somewhere before
    QCOMPARE(m_peer->takeFrame()->opcode, OpPing);
    m_shard->advance(interval + 200);
    QVERIFY(m_peer->waitForEnd());
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::Unresponsive)));
    QCOMPARE(m_shard->counters.unresponsiveClosed.value(), 1);
}

void TestWebSocketLink::anyByteKeepsALinkAlive()
{
    open();
    for (int i = 0; i < 6; ++i) {
        m_shard->advance(LinkLimits().wsPingIntervalMs + 200);
        m_peer->send(clientFrame(OpPong, {}));
        m_peer->send(textFrame("here"));
        while (m_peer->takeFrame()->opcode != OpText) {
        }
    }
    QCOMPARE(m_shard->counters.unresponsiveClosed.value(), 0);
}

void TestWebSocketLink::withoutHeartbeatsSilenceIsFine()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    m_shard->advance(3'600'000);
    m_peer->send(textFrame("still here"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("still here"));
}

void TestWebSocketLink::deliver(const QByteArray &bytes)
{
    const qint64 expected = m_shard->counters.bytesReceived.value() + bytes.size();
    m_peer->send(bytes);
    QTRY_COMPARE(m_shard->counters.bytesReceived.value(), expected);
}

void TestWebSocketLink::aMessageThatIsNeverCompleteIsEnded_data()
{
    QTest::addColumn<QByteArray>("begun");
    QTest::addColumn<QByteArray>("dribble");
    QTest::newRow("half a header") << textFrame("whole").first(1) << QByteArray();
    QTest::newRow("payload byte by byte") << textFrame(QByteArray(100, 'x')).first(10) << QByteArray("x");
    QTest::newRow("a control frame byte by byte")
        << clientFrame(OpPing, QByteArray(100, 'x')).first(10) << QByteArray("x");
    QTest::newRow("fragments without an end")
        << clientFrame(OpText, "a", {false, true, 0}) << clientFrame(OpContinuation, "b", {false, true, 0});
    QTest::newRow("a fragment and pings") << clientFrame(OpText, "a", {false, true, 0}) << clientFrame(OpPing, "p");
}

void TestWebSocketLink::aMessageThatIsNeverCompleteIsEnded()
{
    QFETCH(QByteArray, begun);
    QFETCH(QByteArray, dribble);
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    deliver(begun);
    for (int i = 0; i < 5; ++i) {
        m_shard->advance(limits.wsMessageTimeoutMs / 6);
        deliver(dribble);
    }
    QCOMPARE(m_shard->counters.messageTimeouts.value(), 0);
    m_shard->advance(limits.wsMessageTimeoutMs / 6 + 200);
    QCOMPARE(m_peer->takeCloseCode(), 1008);
    QVERIFY(m_peer->waitForEnd());
    QCOMPARE(m_shard->counters.messageTimeouts.value(), 1);
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::ProtocolError)));
}

void TestWebSocketLink::eachMessageHasItsOwnTime()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    // Never between two messages when the read ends, as a peer that sends without a pause.
    QByteArray rest;
    for (int i = 0; i < 8; ++i) {
        const QByteArray frame = i % 2 ? textFrame("whole") : clientFrame(OpPing, "whole");
        deliver(rest + frame.first(4));
        rest = frame.sliced(4);
        if (i > 0)
            QCOMPARE(m_peer->takeFrame()->payload, QByteArray("whole"));
        m_shard->advance(limits.wsMessageTimeoutMs / 2);
    }
    QCOMPARE(m_shard->counters.messageTimeouts.value(), 0);
}

void TestWebSocketLink::aPauseOfOursIsNotHeldAgainstThePeer()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    const QByteArray frame = textFrame("whole");
    deliver(frame.first(8));
    RawPeer witness; // its head never ends: the answer tells that the deadlines were looked at
    QVERIFY(witness.connectTo(m_shard->port()));
    const qint64 received = m_shard->counters.bytesReceived.value();
    witness.send("GET");
    QTRY_COMPARE(m_shard->counters.bytesReceived.value(), received + 3);
    m_shard->setReadingPausedForAll(true);
    m_shard->run([](IoShard &) {});
    m_peer->send(frame.sliced(8));
    m_shard->advance(limits.wsMessageTimeoutMs * 2);
    QCOMPARE(witness.takeResponse()->status, 408);
    m_shard->setReadingPausedForAll(false);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("whole"));
    QCOMPARE(m_shard->counters.messageTimeouts.value(), 0);
}

void TestWebSocketLink::fragmentsOfAMessageAreLimited()
{
    LinkLimits limits;
    limits.wsMaxFragments = 3;
    open(limits);
    const QByteArray first = clientFrame(OpText, "a", {false, true, 0});
    const QByteArray next = clientFrame(OpContinuation, "b", {false, true, 0});
    m_peer->send(first + next + clientFrame(OpContinuation, "c"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("abc"));
    m_peer->send(first + next + next + next);
    QCOMPARE(m_peer->takeCloseCode(), 1009);
    QCOMPARE(m_shard->counters.messagesTooBig.value(), 1);
    QCOMPARE(m_shard->counters.protocolErrors.value(), 1);
}

void TestWebSocketLink::aSlowConsumerIsClosedAfterTheGrace()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    stopReading();
    // More than the kernel holds for a peer that does not read, in steps that stay below the hard limit.
    for (int i = 0; i < 200 && m_shard->counters.webSocket.overBudget.value() == 0; ++i) {
        for (int k = 0; k < 8; ++k)
            m_shard->sendToAll(QByteArray(40'000, 's'));
        m_shard->run([](IoShard &) {});
    }
    QTRY_COMPARE(m_shard->counters.webSocket.overBudget.value(), 1);
    QCOMPARE(m_shard->counters.webSocket.closed.value(), 0);
    m_shard->advance(limits.wsSlowGraceMs - 500);
    m_shard->run([](IoShard &) {});
    QCOMPARE(m_shard->counters.webSocket.closed.value(), 0);
    m_shard->advance(700);
    QTRY_COMPARE(m_shard->counters.webSocket.closed.value(), 1);
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::TooSlow)));
    resumeReading(); // in time to hear why
    QCOMPARE(m_peer->takeCloseCode(), 4002);
    QVERIFY(m_peer->waitForEnd());
}

void TestWebSocketLink::aConsumerThatCatchesUpStays()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits);
    stopReading();
    int sent = 0;
    while (m_shard->counters.webSocket.overBudget.value() == 0 && sent < 2'000) {
        for (int k = 0; k < 8; ++k, ++sent)
            m_shard->sendToAll(QByteArray::number(sent) + ' ' + QByteArray(40'000, 's'));
        m_shard->run([](IoShard &) {});
    }
    QTRY_COMPARE(m_shard->counters.webSocket.overBudget.value(), 1);
    resumeReading();
    for (int i = 0; i < sent; ++i) {
        const auto frame = m_peer->takeFrame();
        QVERIFY(frame);
        QVERIFY(frame->payload.startsWith(QByteArray::number(i) + ' '));
    }
    m_shard->advance(limits.wsSlowGraceMs * 2);
    m_peer->send(textFrame("still here"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("still here"));
    QCOMPARE(m_shard->counters.webSocket.closed.value(), 0);
}

void TestWebSocketLink::aBurstFarOverTheBudgetClosesAtOnce()
{
    open({}, 10'000);
    stopReading();
    m_peer->send(textFrame("flood 100000")); // 100 MB
    QTRY_COMPARE(m_shard->counters.webSocket.closed.value(), 1);
    QTRY_VERIFY(m_shard->journal.contains(closedBy(CloseReason::TooSlow)));
}

void TestWebSocketLink::solicitedBytesAreNoReasonToClose()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    open(limits, 10'000);
    stopReading();
    m_shard->sendToAll(QByteArray(15'000'000, 'r'), SendKind::Solicited);
    m_shard->sendToAll("live", SendKind::Live);
    m_shard->run([](IoShard &) {});
    m_shard->advance(limits.wsSlowGraceMs * 2);
    m_peer->send(textFrame("alive"));
    QTRY_COMPARE(m_shard->journal.count("text"), 1);
    resumeReading();
    QCOMPARE(m_peer->takeFrame()->payload.size(), 15'000'000);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("live"));
    QCOMPARE(m_shard->counters.webSocket.closed.value(), 0);
}

void TestWebSocketLink::pausedReadingLosesNothing()
{
    open();
    m_shard->setReadingPausedForAll(true);
    for (int i = 0; i < 2'000; ++i)
        m_peer->send(textFrame(QByteArray::number(i)));
    m_peer->socket().flush();
    for (int round = 0; round < 50; ++round) {
        m_shard->setReadingPausedForAll(round % 2 == 0);
        QTest::qWait(1); // lets some of the traffic happen; nothing depends on how much
    }
    m_shard->setReadingPausedForAll(false);
    for (int i = 0; i < 2'000; ++i)
        QCOMPARE(m_peer->takeFrame()->payload, QByteArray::number(i));
}

void TestWebSocketLink::pausingInsideABurstStopsTheBurst()
{
    open();
    m_peer->send(textFrame("one") + textFrame("pause") + textFrame("two") + textFrame("three"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("one"));
    QTRY_COMPARE(m_shard->journal.count("text"), 2);
    m_shard->run([](IoShard &) {});
    QCOMPARE(m_shard->journal.count("text"), 2);
    m_shard->setReadingPausedForAll(false);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("two"));
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("three"));
}

void TestWebSocketLink::aBusyCoreStopsReadingAndLosesNothing()
{
    open();
    m_shard->isCoreBusy = true;
    for (int i = 0; i < 500; ++i)
        m_peer->send(textFrame(QByteArray::number(i)));
    QTRY_VERIFY(m_shard->counters.readingPaused.value() > 0);
    QCOMPARE(m_shard->journal.count("text"), 0);
    m_shard->isCoreBusy = false;
    for (int i = 0; i < 500; ++i)
        QCOMPARE(m_peer->takeFrame()->payload, QByteArray::number(i));
}

void TestWebSocketLink::shutdownSaysGoingAway()
{
    open();
    std::atomic<bool> isDone = false;
    m_shard->run([&](IoShard &shard) {
        shard.stopListening();
        shard.shutDownConnections(5'000, [&] { isDone = true; });
    });
    const auto frame = m_peer->takeFrame();
    QCOMPARE(frame->closeCode(), 1001);
    QVERIFY(!isDone);
    m_peer->send(clientFrame(OpClose, frame->payload.first(2)));
    QVERIFY(m_peer->waitForEnd());
    QTRY_VERIFY(isDone);
    QVERIFY(m_shard->journal.contains(closedBy(CloseReason::ShuttingDown)));
}

QTEST_GUILESS_MAIN(TestWebSocketLink)
#include "tst_websocketlink.moc"
