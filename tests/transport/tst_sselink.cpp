// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"

#include <QTest>

using namespace Tidegate;

//! SseLink over real sockets.
class TestSseLink : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup();

    void theHeadSaysStreamAndRetry();
    void eventsAreSentAsTheyAre();
    void aQuietStreamGetsKeepAliveComments();
    void bytesFromThePeerAreIgnored();
    void aStreamThatDoesNotDrainIsDroppedWithItsEvent();
    void aStreamThatDrainsStays();
    void aBurstFarOverTheBudgetDropsAtOnce();
    void aPeerThatLeavesIsNoticed();
    void shutdownEndsTheStream();

private:
    void open(const LinkLimits &limits = {});
    //! Sends until the stream is over its budget; the count of events.
    int fill();

    std::unique_ptr<ShardFixture> m_shard;
    std::unique_ptr<RawPeer> m_peer;
};

void TestSseLink::open(const LinkLimits &limits)
{
    m_shard = std::make_unique<ShardFixture>(limits);
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_shard->port()));
    m_peer->send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(m_peer->waitForText("retry: 2500\n"));
}

void TestSseLink::cleanup()
{
    m_peer.reset();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    m_shard.reset();
}

int TestSseLink::fill()
{
    m_peer->socket().setReadBufferSize(1);
    int sent = 0;
    while (m_shard->counters.eventStream.overBudget.value() == 0 && sent < 5'000) {
        for (int k = 0; k < 4; ++k, ++sent)
            m_shard->sendToAll("data: <" + QByteArray::number(sent) + '>' + QByteArray(20'000, 's') + "\n\n");
        m_shard->run([](IoShard &) {});
    }
    return sent;
}

void TestSseLink::theHeadSaysStreamAndRetry()
{
    open();
    const QByteArray head = m_peer->received().toLower();
    QVERIFY(head.startsWith("http/1.1 200"));
    QVERIFY(head.contains("content-type: text/event-stream"));
    QVERIFY(head.contains("cache-control: no-cache"));
    QVERIFY(head.contains("x-accel-buffering: no"));
    QVERIFY(head.contains("x-extra: yes"));
    QVERIFY(!head.contains("content-length"));
}

void TestSseLink::eventsAreSentAsTheyAre()
{
    open();
    m_shard->sendToAll("event: a\ndata: 1\n\n");
    m_shard->sendToAll("event: b\ndata: 2\n\n");
    QVERIFY(m_peer->waitForText("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n"));
}

void TestSseLink::aQuietStreamGetsKeepAliveComments()
{
    open();
    for (int i = 1; i <= 3; ++i) {
        m_shard->advance(LinkLimits().sseKeepAliveMs + 200);
        QTRY_COMPARE(m_peer->received().count(": keepalive\n"), i);
    }
}

void TestSseLink::bytesFromThePeerAreIgnored()
{
    open();
    m_peer->send(QByteArray(200'000, 'x') + "GET / HTTP/1.1\r\n\r\n");
    QTRY_VERIFY(m_shard->counters.bytesReceived.value() > 200'000);
    m_shard->sendToAll("data: 1\n\n");
    QVERIFY(m_peer->waitForText("data: 1\n\n"));
    QVERIFY(m_shard->http.requests().empty());
}

void TestSseLink::aStreamThatDoesNotDrainIsDroppedWithItsEvent()
{
    open();
    (void)fill();
    QTRY_COMPARE(m_shard->counters.eventStream.overBudget.value(), 1);
    QCOMPARE(m_shard->counters.eventStream.closed.value(), 0);
    m_shard->advance(LinkLimits().sseDrainTimeoutMs + 200);
    QTRY_COMPARE(m_shard->counters.eventStream.closed.value(), 1);
    QTRY_VERIFY(m_shard->journal.contains("closed " + QByteArray::number(int(CloseReason::TooSlow))));
    m_peer->socket().setReadBufferSize(0);
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(m_peer->received().endsWith("event: slow\ndata: {}\n\n"));
}

void TestSseLink::aStreamThatDrainsStays()
{
    open();
    const int sent = fill();
    QTRY_COMPARE(m_shard->counters.eventStream.overBudget.value(), 1);
    m_peer->socket().setReadBufferSize(0);
    QVERIFY(m_peer->waitForText("<" + QByteArray::number(sent - 1) + ">"));
    for (int i = 0; i < sent; ++i)
        QCOMPARE(m_peer->received().count("<" + QByteArray::number(i) + ">"), 1);
    m_shard->advance(LinkLimits().sseDrainTimeoutMs * 2);
    m_shard->sendToAll("data: after\n\n");
    QVERIFY(m_peer->waitForText("data: after\n\n"));
    QCOMPARE(m_shard->counters.eventStream.closed.value(), 0);
}

void TestSseLink::aBurstFarOverTheBudgetDropsAtOnce()
{
    open();
    m_peer->socket().setReadBufferSize(1);
    m_shard->run([this](IoShard &shard) {
        shard.tasks().post([] {});
        for (int i = 0; i < 20'000; ++i)
            m_shard->sendToAllNow("data: " + QByteArray(1'000, 'x') + "\n\n");
    });
    QTRY_COMPARE(m_shard->counters.eventStream.closed.value(), 1);
}

void TestSseLink::aPeerThatLeavesIsNoticed()
{
    open();
    m_peer->abort();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    QTRY_COMPARE(m_shard->journal.lines().size(), 2);
}

void TestSseLink::shutdownEndsTheStream()
{
    open();
    std::atomic<bool> isDone = false;
    m_shard->run([&](IoShard &shard) { shard.shutDownConnections(5'000, [&] { isDone = true; }); });
    QVERIFY(m_peer->waitForEnd());
    QTRY_VERIFY(isDone);
    QVERIFY(m_shard->journal.contains("closed " + QByteArray::number(int(CloseReason::ShuttingDown))));
}

QTEST_GUILESS_MAIN(TestSseLink)
#include "tst_sselink.moc"
