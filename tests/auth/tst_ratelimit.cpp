// SPDX-License-Identifier: MIT
#include "auth/ratelimit.h"

#include <QTest>

using namespace Tidegate;

class TestRateLimit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hitsUpToTheMaximumPassAndTheNextWaits();
    void aWindowEndsExactlyAfterItsLength();
    void keysDoNotShareWindows();
    void aMaximumOfZeroIsOff();
    void refusedHitsDoNotLengthenTheWait();
    void endedWindowsAreFreed();
    void theTableForgetsTheOldestWindowWhenFull();
    void aClockSetBackLocksNobodyOut();
};

void TestRateLimit::hitsUpToTheMaximumPassAndTheNextWaits()
{
    FixedWindowLimiter limiter({10'000, 3, 100});
    for (int i = 0; i < 3; ++i)
        QVERIFY(limiter.hit("a", 1000 + i).allowed);
    const auto refused = limiter.hit("a", 4000);
    QVERIFY(!refused.allowed);
    QCOMPARE(refused.retryAfterMs, 7000);
}

void TestRateLimit::aWindowEndsExactlyAfterItsLength()
{
    FixedWindowLimiter limiter({10'000, 1, 100});
    QVERIFY(limiter.hit("a", 0).allowed);
    const auto refused = limiter.hit("a", 9'999);
    QVERIFY(!refused.allowed);
    QCOMPARE(refused.retryAfterMs, 1);
    QVERIFY(limiter.hit("a", 10'000).allowed);
    QVERIFY(!limiter.hit("a", 19'999).allowed);
    QVERIFY(limiter.hit("a", 20'000).allowed);
}

void TestRateLimit::keysDoNotShareWindows()
{
    FixedWindowLimiter limiter({10'000, 1, 100});
    QVERIFY(limiter.hit("a", 0).allowed);
    QVERIFY(limiter.hit("b", 0).allowed);
    QVERIFY(!limiter.hit("a", 1).allowed);
}

void TestRateLimit::aMaximumOfZeroIsOff()
{
    FixedWindowLimiter limiter({10'000, 0, 100});
    for (int i = 0; i < 1000; ++i)
        QVERIFY(limiter.hit("a", 0).allowed);
    QCOMPARE(limiter.keyCount(), 0);
}

void TestRateLimit::refusedHitsDoNotLengthenTheWait()
{
    FixedWindowLimiter limiter({10'000, 1, 100});
    QVERIFY(limiter.hit("a", 0).allowed);
    for (int i = 1; i < 10'000; ++i)
        QVERIFY(!limiter.hit("a", i).allowed);
    QVERIFY(limiter.hit("a", 10'000).allowed);
}

void TestRateLimit::endedWindowsAreFreed()
{
    FixedWindowLimiter limiter({10'000, 1, 100'000});
    for (int i = 0; i < 500; ++i)
        QVERIFY(limiter.hit(QByteArray::number(i), i).allowed);
    QCOMPARE(limiter.keyCount(), 500);
    QVERIFY(limiter.hit("late", 10'250).allowed);
    QCOMPARE(limiter.keyCount(), 500 - 251 + 1);
    QVERIFY(limiter.hit("later", 1'000'000).allowed);
    QCOMPARE(limiter.keyCount(), 1);
}

void TestRateLimit::theTableForgetsTheOldestWindowWhenFull()
{
    FixedWindowLimiter limiter({10'000, 1, 3});
    for (const char *key : {"a", "b", "c"})
        QVERIFY(limiter.hit(key, 0).allowed);
    QVERIFY(limiter.hit("d", 1).allowed);
    QCOMPARE(limiter.keyCount(), 3);
    QVERIFY2(!limiter.hit("b", 2).allowed, "only the oldest was forgotten");
    QVERIFY2(limiter.hit("a", 2).allowed, "the oldest starts anew");
}

void TestRateLimit::aClockSetBackLocksNobodyOut()
{
    FixedWindowLimiter limiter({10'000, 1, 100});
    QVERIFY(limiter.hit("early", 50'000).allowed);
    QVERIFY(limiter.hit("late", 55'000).allowed);
    QVERIFY(limiter.hit("late", 51'000).allowed);
    QVERIFY(limiter.hit("early", 1000).allowed);
    QVERIFY(limiter.hit("late", 1000).allowed);
}

QTEST_GUILESS_MAIN(TestRateLimit)
#include "tst_ratelimit.moc"
