// SPDX-License-Identifier: MIT
#include "cluster/nats/bus.h"
#include "cluster/recordingreceiver.h"
#include "support/natsserver.h"
#include "support/waiting.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Tidegate;

namespace {

//! A bus with its receiver and counters.
struct Node
{
    explicit Node(const NatsServer &server, qint64 queueBytes = 1024 * 1024)
    {
        NatsBus::Config config;
        config.url = server.url();
        config.queueBytes = queueBytes;
        config.reconnectWaitMs = 50;
        auto made = NatsBus::create(std::move(config), counters);
        if (!made)
            qFatal("%s", qPrintable(made.error().text));
        bus = std::move(*made);
        bus->open(receiver);
    }
    bool waitFor(BusState state)
    {
        return QTest::qWaitFor([&] { return bus->state() == state; }, WaitMs);
    }
    bool waitForHeard(qsizetype count)
    {
        return QTest::qWaitFor([&] { return receiver.heard.size() >= count; }, WaitMs);
    }

    BusCounters counters;
    RecordingReceiver receiver;
    std::unique_ptr<NatsBus> bus;
};

} // namespace

//! Two gateways on a real server, and the server's ways to fail.
class TestNatsBus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void othersHearWhatIsPublished();
    void orderAndBytesAreKept();
    void overlappingPatternsEachHearIt();
    void nothingIsHeardAfterUnsubscribing();
    void repliesFindTheirWayBack();
    void nobodyListeningIsTold();
    void listeningOneselfIsNobody();
    void anAddressThatIsNoneIsRefused();
    void itStartsWithoutAServerAndFindsItLater();
    void aLostServerIsToldAndSurvived();
    void whatIsPublishedWhileTheServerIsAwayArrivesLater();
    void theQueueToALostServerHasABound();
    void aServerThatStopsAnsweringBlocksNobody();
    void counters();

private:
    void connectBoth(Node &a, Node &b)
    {
        QVERIFY(a.waitFor(BusState::Connected));
        QVERIFY(b.waitFor(BusState::Connected));
    }
    //! Comes back when \p node's subscriptions have reached the server.
    bool settle(Node &node, Node &other)
    {
        const QByteArray fence = "fence." + QByteArray::number(++m_fences);
        node.bus->subscribe(fence);
        const bool isThere = QTest::qWaitFor(
            [&] {
                (void)other.bus->publish({fence, {}, {}});
                QTest::qWait(5);
                return node.receiver.heard.removeAll(fence + " <- " + fence + ' ') > 0;
            },
            WaitMs);
        node.bus->unsubscribe(fence);
        QTest::qWait(20);
        node.receiver.heard.removeAll(fence + " <- " + fence + ' ');
        return isThere;
    }

    NatsServer m_server;
    int m_fences = 0;
};

void TestNatsBus::initTestCase()
{
    if (!NatsServer::isInstalled())
        QSKIP("nats-server is not installed");
}

void TestNatsBus::init()
{
    m_server.kill();
    QVERIFY(m_server.start());
}

void TestNatsBus::othersHearWhatIsPublished()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("dock.*");
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"dock.7", "cargo", {}}));
    QVERIFY(b.bus->publish({"pier.7", "other", {}}));
    QVERIFY(b.bus->publish({"dock.8", {}, {}}));
    QVERIFY(a.waitForHeard(2));
    QCOMPARE(a.receiver.heard, (QByteArrayList{"dock.* <- dock.7 cargo", "dock.* <- dock.8 "}));
}

void TestNatsBus::orderAndBytesAreKept()
{
    Node a(m_server, 16 * 1024 * 1024);
    Node b(m_server, 16 * 1024 * 1024);
    connectBoth(a, b);
    a.bus->subscribe("order.>");
    QVERIFY(settle(a, b));
    constexpr int Count = 5000;
    for (int i = 0; i < Count; ++i)
        QVERIFY(b.bus->publish({i % 2 ? "order.a" : "order.b", QByteArray::number(i) + QByteArray(3, '\0'), {}}));
    QVERIFY(a.waitForHeard(Count));
    for (int i = 0; i < Count; ++i)
        QCOMPARE(a.receiver.messages[a.receiver.messages.size() - Count + i].payload,
                 QByteArray::number(i) + QByteArray(3, '\0'));
}

void TestNatsBus::overlappingPatternsEachHearIt()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("lap.*");
    a.bus->subscribe("lap.>");
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"lap.x", {}, {}}));
    QVERIFY(a.waitForHeard(2));
    std::sort(a.receiver.heard.begin(), a.receiver.heard.end());
    QCOMPARE(a.receiver.heard, (QByteArrayList{"lap.* <- lap.x ", "lap.> <- lap.x "}));
}

void TestNatsBus::nothingIsHeardAfterUnsubscribing()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("gone");
    a.bus->subscribe("there");
    a.bus->unsubscribe("gone");
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"gone", {}, {}}));
    QVERIFY(b.bus->publish({"there", {}, {}}));
    QVERIFY(a.waitForHeard(1));
    QCOMPARE(a.receiver.heard, QByteArrayList{"there <- there "});
}

void TestNatsBus::repliesFindTheirWayBack()
{
    Node asker(m_server);
    Node responder(m_server);
    connectBoth(asker, responder);
    asker.bus->subscribe("_INBOX.a.*");
    responder.bus->subscribe("rpc");
    QVERIFY(settle(responder, asker));
    QVERIFY(asker.bus->publish({"rpc", "question", "_INBOX.a.1"}));
    QVERIFY(responder.waitForHeard(1));
    QCOMPARE(responder.receiver.messages.last().reply, QByteArray("_INBOX.a.1"));
    QVERIFY(responder.bus->publish({"_INBOX.a.1", "answer", {}}));
    QVERIFY(asker.waitForHeard(1));
    QCOMPARE(asker.receiver.heard.last(), QByteArray("_INBOX.a.* <- _INBOX.a.1 answer"));
    QVERIFY(asker.receiver.unanswered.isEmpty());
}

void TestNatsBus::nobodyListeningIsTold()
{
    Node asker(m_server);
    QVERIFY(asker.waitFor(BusState::Connected));
    asker.bus->subscribe("_INBOX.a.*");
    QVERIFY(asker.bus->publish({"rpc.nobody", "question", "_INBOX.a.7"}));
    QTRY_COMPARE(asker.receiver.unanswered, QByteArrayList{"_INBOX.a.7"});
}

void TestNatsBus::listeningOneselfIsNobody()
{
    Node asker(m_server);
    QVERIFY(asker.waitFor(BusState::Connected));
    asker.bus->subscribe("_INBOX.a.*");
    asker.bus->subscribe("rpc.own");
    QVERIFY(asker.bus->publish({"rpc.own", "question", "_INBOX.a.8"}));
    QTRY_COMPARE(asker.receiver.unanswered, QByteArrayList{"_INBOX.a.8"});
    QVERIFY(asker.receiver.heard.isEmpty());
}

void TestNatsBus::anAddressThatIsNoneIsRefused()
{
    BusCounters counters;
    QVERIFY(!NatsBus::create({"nats://host:notaport"}, counters));
    QVERIFY(NatsBus::create({"localhost:4222"}, counters));
}

void TestNatsBus::itStartsWithoutAServerAndFindsItLater()
{
    m_server.kill();
    Node a(m_server);
    a.bus->subscribe("early");
    QVERIFY(!QTest::qWaitFor([&] { return a.bus->state() == BusState::Connected; }, 300));
    QVERIFY(m_server.start());
    QVERIFY(a.waitFor(BusState::Connected));
    Node b(m_server);
    QVERIFY(b.waitFor(BusState::Connected));
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"early", "bird", {}}));
    QVERIFY(a.waitForHeard(1));
    QCOMPARE(a.receiver.heard, QByteArrayList{"early <- early bird"});
}

void TestNatsBus::aLostServerIsToldAndSurvived()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("before");
    m_server.kill();
    QVERIFY(a.waitFor(BusState::Lost) && b.waitFor(BusState::Lost));
    a.bus->subscribe("meanwhile");
    QVERIFY(m_server.start());
    connectBoth(a, b);
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"before", {}, {}}));
    QVERIFY(b.bus->publish({"meanwhile", {}, {}}));
    QVERIFY(a.waitForHeard(2));
    QCOMPARE(a.receiver.states, (QList<BusState>{BusState::Connected, BusState::Lost, BusState::Connected}));
}

void TestNatsBus::whatIsPublishedWhileTheServerIsAwayArrivesLater()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("kept");
    QVERIFY(settle(a, b));
    m_server.kill();
    QVERIFY(a.waitFor(BusState::Lost) && b.waitFor(BusState::Lost));
    for (int i = 0; i < 10; ++i)
        QVERIFY(b.bus->publish({"kept", QByteArray::number(i), {}}));
    QVERIFY(m_server.start());
    connectBoth(a, b);
    // Whoever comes back second may miss what the first one sends at once; what b says from now on is heard.
    QVERIFY(settle(a, b));
    QVERIFY(b.bus->publish({"kept", "afterwards", {}}));
    QVERIFY(QTest::qWaitFor([&] { return a.receiver.heard.contains("kept <- kept afterwards"); }, WaitMs));
    QCOMPARE(b.counters.publishesRefused.value(), 0);
}

void TestNatsBus::theQueueToALostServerHasABound()
{
    Node a(m_server, 100'000);
    QVERIFY(a.waitFor(BusState::Connected));
    m_server.kill();
    QVERIFY(a.waitFor(BusState::Lost));
    const BusMessage message{"full", QByteArray(1000, 'x'), {}};
    int accepted = 0;
    while (accepted < 1000 && a.bus->publish(message))
        ++accepted;
    QVERIFY2(accepted > 50 && accepted < 100, QByteArray::number(accepted).constData());
    const auto refused = a.bus->publish(message);
    QVERIFY(!refused && refused.error().code == ErrorCode::Unavailable && refused.error().retryable);
    QVERIFY(m_server.start());
    QVERIFY(a.waitFor(BusState::Connected));
    QVERIFY(a.bus->publish(message));
}

void TestNatsBus::aServerThatStopsAnsweringBlocksNobody()
{
    Node a(m_server, 4 * 1024 * 1024);
    QVERIFY(a.waitFor(BusState::Connected));
    m_server.pause();
    const BusMessage message{"stalled", QByteArray(64 * 1024, 'x'), {}};
    QElapsedTimer longest;
    qint64 worstMs = 0;
    bool isRefused = false;
    for (int i = 0; i < 2000 && !isRefused; ++i) {
        longest.start();
        isRefused = !a.bus->publish(message);
        worstMs = std::max(worstMs, longest.elapsed());
    }
    QVERIFY2(isRefused, "the queue is bounded although the connection stands");
    QVERIFY2(worstMs < 1000, QByteArray::number(worstMs).constData());
    m_server.resume();
    QVERIFY(QTest::qWaitFor([&] { return a.bus->publish(message).has_value(); }, WaitMs));
}

void TestNatsBus::counters()
{
    Node a(m_server);
    Node b(m_server);
    connectBoth(a, b);
    a.bus->subscribe("count");
    QVERIFY(settle(a, b));
    QCOMPARE(a.counters.patterns.value(), 1);
    QCOMPARE(BusState(a.counters.state.value()), BusState::Connected);
    QTRY_COMPARE(a.counters.maxPayloadBytes.value(), 1024 * 1024);
    const qint64 published = b.counters.published.value();
    QVERIFY(b.bus->publish({"count", {}, {}}));
    QCOMPARE(b.counters.published.value(), published + 1);
    QVERIFY(a.waitForHeard(1));
    m_server.kill();
    QVERIFY(a.waitFor(BusState::Lost));
    QCOMPARE(a.counters.timesLost.value(), 1);
}

QTEST_GUILESS_MAIN(TestNatsBus)
#include "tst_natsbus.moc"
