// SPDX-License-Identifier: MIT
#include "fault/hostilecases.h"
#include "fault/memory.h"
#include "fault/pulse.h"

#include <QTest>

using namespace Tidegate;

//! Peers that keep to the letter and mean harm. Each is ended by a stated limit with the answer that is due, is
//! counted, costs a bounded amount of memory, and nobody else notices.
class TestHostilePeers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void hostilePeerCostsOnlyItself_data();
    void hostilePeerCostsOnlyItself();

private:
    Scene m_scene;
    std::vector<HostileCase> m_cases;
};

namespace {

constexpr qint64 LongestPauseMs = 500;
constexpr qint64 MaxGrowthBytes = 96 * 1024 * 1024;

} // namespace

void TestHostilePeers::initTestCase()
{
    for (const auto &some : {hostileHttpPeers(), hostileWebSocketPeers(), hostileSubscribers()})
        m_cases.insert(m_cases.end(), some.begin(), some.end());
    QVERIFY(m_scene.start());
    QCOMPARE(m_scene.bystander.complaint(), QByteArray());
}

void TestHostilePeers::hostilePeerCostsOnlyItself_data()
{
    QTest::addColumn<int>("number");
    for (size_t i = 0; i < m_cases.size(); ++i)
        QTest::newRow(m_cases[i].name) << int(i);
}

void TestHostilePeers::hostilePeerCostsOnlyItself()
{
    QFETCH(int, number);
    const HostileCase &hostile = m_cases[size_t(number)];
    const qint64 before = m_scene.metric(hostile.counter);
    const qint64 gateway = m_scene.bystander.gateway.processId();
    const qint64 waitedBefore = runQueueWaitMs(gateway);
    Pulse pulse;
    QVERIFY(pulse.start(m_scene.port()));
    const QByteArray complaint = hostile.attack(m_scene);
    pulse.stop();
    QVERIFY2(complaint.isEmpty(), (complaint.left(500) + ", limit: " + hostile.limit).constData());
    QVERIFY2(m_scene.waitForMetric(hostile.counter, before), hostile.counter);
    QCOMPARE(m_scene.bystander.complaint(), QByteArray());
    QVERIFY(pulse.beats() > 0);
    // What other programs do on this machine is not the gateway's fault.
    const qint64 allowedMs = LongestPauseMs + runQueueWaitMs(gateway) - waitedBefore;
    QVERIFY2(pulse.longestMs() >= 0 && pulse.longestMs() < allowedMs,
             QByteArray::number(pulse.longestMs()).constData());
    QVERIFY(!m_scene.bystander.hasGrownBeyond(MaxGrowthBytes));
}

QTEST_GUILESS_MAIN(TestHostilePeers)
#include "tst_hostilepeers.moc"
