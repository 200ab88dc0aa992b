// SPDX-License-Identifier: MIT
#include "base/timerwheel.h"

#include <QTest>

#include <map>
#include <random>

using namespace Tidegate;

class TestTimerWheel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void neverVisitsEarlyAndAtMostOneSlotLate_data();
    void neverVisitsEarlyAndAtMostOneSlotLate();
    void aDeadlineInThePastIsVisitedAtTheNextTick();
    void eachEntryIsVisitedOnce();
    void visitMayScheduleAgain();
    void aJumpOverManyTurnsVisitsEverythingDue();
    void isEmptyWhenEverythingWasVisited();
    void agreesWithAnOrderedMap_data();
    void agreesWithAnOrderedMap();
};

void TestTimerWheel::neverVisitsEarlyAndAtMostOneSlotLate_data()
{
    QTest::addColumn<qint64>("delayMs");
    QTest::newRow("within a slot") << qint64(1);
    QTest::newRow("exactly a slot") << TimerWheel::SlotMs;
    QTest::newRow("some slots") << qint64(2'550);
    QTest::newRow("one slot less than a turn") << qint64(TimerWheel::SlotCount - 1) * TimerWheel::SlotMs;
    QTest::newRow("exactly a turn") << qint64(TimerWheel::SlotCount) * TimerWheel::SlotMs;
    QTest::newRow("several turns") << qint64(TimerWheel::SlotCount) * TimerWheel::SlotMs * 3 + 70;
}

void TestTimerWheel::neverVisitsEarlyAndAtMostOneSlotLate()
{
    QFETCH(qint64, delayMs);
    for (qint64 start : {qint64(0), qint64(99), qint64(1'234'567)}) {
        TimerWheel wheel(start);
        wheel.schedule(1, start + delayMs);
        qint64 visitedAt = -1;
        for (qint64 now = start; visitedAt < 0 && now <= start + delayMs + 500; now += 10)
            wheel.advance(now, [&](quint64) { visitedAt = now; });
        QVERIFY(visitedAt >= start + delayMs);
        QVERIFY(visitedAt <= start + delayMs + TimerWheel::SlotMs + 10);
    }
}

void TestTimerWheel::aDeadlineInThePastIsVisitedAtTheNextTick()
{
    TimerWheel wheel(10'000);
    wheel.schedule(5, 1);
    std::vector<quint64> visited;
    wheel.advance(10'000, [&](quint64 key) { visited.push_back(key); });
    QVERIFY(visited.empty());
    wheel.advance(10'100, [&](quint64 key) { visited.push_back(key); });
    QCOMPARE(visited, std::vector<quint64>{5});
}

void TestTimerWheel::eachEntryIsVisitedOnce()
{
    TimerWheel wheel(0);
    wheel.schedule(7, 500);
    wheel.schedule(7, 500);
    int visits = 0;
    wheel.advance(200'000, [&](quint64) { ++visits; });
    wheel.advance(400'000, [&](quint64) { ++visits; });
    QCOMPARE(visits, 2);
}

void TestTimerWheel::visitMayScheduleAgain()
{
    TimerWheel wheel(0);
    wheel.schedule(1, 100);
    std::vector<qint64> at;
    for (qint64 now = 0; now <= 5'000; now += 100) {
        wheel.advance(now, [&](quint64 key) {
            at.push_back(now);
            wheel.schedule(key, now + 1'000);
        });
    }
    QVERIFY(at.size() >= 4);
    for (size_t i = 1; i < at.size(); ++i)
        QVERIFY(at[i] - at[i - 1] >= 1'000);
}

void TestTimerWheel::aJumpOverManyTurnsVisitsEverythingDue()
{
    TimerWheel wheel(0);
    for (quint64 key = 0; key < 5'000; ++key)
        wheel.schedule(key, qint64(key) * 90);
    size_t visits = 0;
    wheel.advance(5'000 * 90 + 200, [&](quint64) { ++visits; });
    QCOMPARE(visits, size_t(5'000));
    QVERIFY(wheel.isEmpty());
}

void TestTimerWheel::isEmptyWhenEverythingWasVisited()
{
    TimerWheel wheel(0);
    QVERIFY(wheel.isEmpty());
    wheel.schedule(1, 300'000);
    QVERIFY(!wheel.isEmpty());
    wheel.advance(200'000, [](quint64) { QFAIL("too early"); });
    QVERIFY(!wheel.isEmpty());
    wheel.advance(301'000, [](quint64) {});
    QVERIFY(wheel.isEmpty());
}

void TestTimerWheel::agreesWithAnOrderedMap_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestTimerWheel::agreesWithAnOrderedMap()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    TimerWheel wheel(0);
    std::map<quint64, qint64> expected;
    quint64 nextKey = 0;
    qint64 now = 0;
    for (int step = 0; step < 2'000; ++step) {
        for (unsigned i = random() % 4; i > 0; --i) {
            const qint64 due = now + qint64(random() % 250'000);
            expected.emplace(nextKey, due);
            wheel.schedule(nextKey++, due);
        }
        now += qint64(random() % 700);
        wheel.advance(now, [&](quint64 key) {
            const auto found = expected.find(key);
            QVERIFY(found != expected.end());
            QVERIFY(found->second <= now);
            expected.erase(found);
        });
        for (const auto &[key, due] : expected)
            QVERIFY2(due + TimerWheel::SlotMs > now, "an entry that is due was not visited");
    }
}

QTEST_GUILESS_MAIN(TestTimerWheel)
#include "tst_timerwheel.moc"
