// SPDX-License-Identifier: MIT
#include "cluster/local/bus.h"
#include "cluster/recordingreceiver.h"
#include "support/natsserver.h"
#include "support/waiting.h"

#ifdef TIDEGATE_WITH_NATS
#include "cluster/nats/bus.h"
#endif

#include <QTest>

#include <memory>

using namespace Tidegate;

//! What every form of the port keeps.
class TestClusterBus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void stateIsSettledSoon();
    void publishingSucceeds();
    void ownMessagesDoNotComeBack();
    void patternsMayComeAndGo();
    void itMayGoWhileMessagesAreOnTheirWay();

private:
    std::unique_ptr<ClusterBus> makeBus(RecordingReceiver &receiver);
    //! Comes back when the server knows what m_bus has subscribed to: commands of one connection keep their order,
    //! those of two do not.
    bool settle(ClusterBus &otherBus, const RecordingReceiver &other);

    NatsServer m_server;
#ifdef TIDEGATE_WITH_NATS
    BusCounters m_counters;
#endif
    RecordingReceiver m_receiver;
    std::unique_ptr<ClusterBus> m_bus;
};

void TestClusterBus::initTestCase_data()
{
    QTest::addColumn<bool>("isNats");
    QTest::newRow("local") << false;
#ifdef TIDEGATE_WITH_NATS
    if (NatsServer::isInstalled())
        QTest::newRow("nats") << true;
    else
        qInfo("nats-server is not installed");
#endif
}

std::unique_ptr<ClusterBus> TestClusterBus::makeBus(RecordingReceiver &receiver)
{
    std::unique_ptr<ClusterBus> bus = std::make_unique<LocalBus>();
#ifdef TIDEGATE_WITH_NATS
    QFETCH_GLOBAL(bool, isNats);
    if (isNats) {
        if (m_server.port() == 0 && !m_server.start())
            qFatal("no nats-server");
        auto made = NatsBus::create({m_server.url()}, m_counters);
        if (!made)
            qFatal("%s", qPrintable(made.error().text));
        bus = std::move(*made);
    }
#endif
    bus->open(receiver);
    return bus;
}

bool TestClusterBus::settle(ClusterBus &otherBus, const RecordingReceiver &other)
{
    if (m_bus->state() == BusState::Alone)
        return true;
    otherBus.subscribe("settled");
    return QTest::qWaitFor(
        [&] {
            (void)m_bus->publish({"settled", {}, {}}); // again and again: the other's subscription may be late too
            return !other.heard.isEmpty();
        },
        WaitMs);
}

void TestClusterBus::init()
{
    m_receiver = {};
    m_bus = makeBus(m_receiver);
    QTRY_VERIFY(m_bus->state() != BusState::Lost);
}

void TestClusterBus::cleanup()
{
    m_bus.reset();
}

void TestClusterBus::stateIsSettledSoon()
{
    QFETCH_GLOBAL(bool, isNats);
    QCOMPARE(m_bus->state(), isNats ? BusState::Connected : BusState::Alone);
}

void TestClusterBus::publishingSucceeds()
{
    for (int i = 0; i < 1000; ++i)
        QVERIFY(m_bus->publish({"a.b", "payload", {}}));
}

void TestClusterBus::ownMessagesDoNotComeBack()
{
    RecordingReceiver other;
    const auto otherBus = makeBus(other);
    QTRY_VERIFY(otherBus->state() != BusState::Lost);
    m_bus->subscribe("a.>");
    QVERIFY(settle(*otherBus, other));
    QVERIFY(m_bus->publish({"a.own", "x", {}}));
    QVERIFY(otherBus->publish({"a.other", "y", {}}));
    if (m_bus->state() == BusState::Connected)
        QTRY_COMPARE(m_receiver.heard, QByteArrayList{"a.> <- a.other y"});
    else
        QVERIFY(m_receiver.heard.isEmpty());
}

void TestClusterBus::patternsMayComeAndGo()
{
    m_bus->unsubscribe("never.there");
    for (int i = 0; i < 100; ++i) {
        m_bus->subscribe("p." + QByteArray::number(i));
        m_bus->unsubscribe("p." + QByteArray::number(i));
    }
    QVERIFY(m_bus->publish({"p.1", {}, {}}));
}

void TestClusterBus::itMayGoWhileMessagesAreOnTheirWay()
{
    RecordingReceiver other;
    const auto otherBus = makeBus(other);
    QTRY_VERIFY(otherBus->state() != BusState::Lost);
    m_bus->subscribe("a.>");
    for (int i = 0; i < 1000; ++i)
        QVERIFY(otherBus->publish({"a.b", "x", {}}));
    m_bus.reset();
    QTest::qWait(0);
}

QTEST_GUILESS_MAIN(TestClusterBus)
#include "tst_clusterbus.moc"
