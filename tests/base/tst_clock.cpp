// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/counters.h"

#include <QDateTime>
#include <QTest>

#include <thread>
#include <vector>

using namespace Tidegate;

class TestClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void systemClockTellsUnixMilliseconds();
    void systemMonotonicTimeNeverGoesBack();
    void fakeClockStandsStillUntilAdvanced();
    void counterAddsFromManyThreads();
    void counterRaisesToTheHighestOfManyThreads();
};

void TestClock::systemClockTellsUnixMilliseconds()
{
    const qint64 before = QDateTime::currentMSecsSinceEpoch();
    const qint64 now = SystemClock().nowMs();
    const qint64 after = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(before <= now && now <= after);
}

void TestClock::systemMonotonicTimeNeverGoesBack()
{
    SystemClock clock;
    qint64 last = clock.monotonicMs();
    for (int i = 0; i < 10'000; ++i) {
        const qint64 now = clock.monotonicMs();
        QVERIFY(now >= last);
        last = now;
    }
}

void TestClock::fakeClockStandsStillUntilAdvanced()
{
    FakeClock clock(1000);
    QCOMPARE(clock.nowMs(), qint64(1000));
    QCOMPARE(clock.monotonicMs(), qint64(1000));
    clock.advance(25);
    QCOMPARE(clock.nowMs(), qint64(1025));
    QCOMPARE(clock.monotonicMs(), qint64(1025));
}

void TestClock::counterAddsFromManyThreads()
{
    Counter counter;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&counter] {
            for (int i = 0; i < 10'000; ++i)
                counter.add(i % 2 ? 3 : -1);
        });
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(counter.value(), qint64(40'000));
}

void TestClock::counterRaisesToTheHighestOfManyThreads()
{
    Counter counter;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&counter, t] {
            for (int i = 0; i < 10'000; ++i)
                counter.raiseTo(i * 4 + t);
        });
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(counter.value(), qint64(39'999));
    counter.raiseTo(5);
    QCOMPARE(counter.value(), qint64(39'999));
}

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
