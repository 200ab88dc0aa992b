// SPDX-License-Identifier: MIT
#include "backend/circuitbreaker.h"

#include <QTest>

using namespace Tidegate;
using State = CircuitBreaker::State;

class TestCircuitBreaker : public QObject
{
    Q_OBJECT

private:
    static void fail(CircuitBreaker &breaker, int times)
    {
        for (int i = 0; i < times; ++i)
            breaker.failed(breaker.acquire().value());
    }

private Q_SLOTS:
    void staysClosedBelowTheLimit();
    void aSuccessStartsTheCountAnew();
    void opensAfterARunOfFailures();
    void letsOneProbeThroughAfterTheCoolDown();
    void aProbeThatSucceedsCloses();
    void coolDownDoublesUpToItsLimit();
    void coolDownStartsAnewAfterRecovery();
    void answersFromBeforeAChangeAreIgnored();
    void resetCloses();
};

void TestCircuitBreaker::staysClosedBelowTheLimit()
{
    const FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 4);
    QCOMPARE(breaker.state(), State::Closed);
    QVERIFY(breaker.acquire());
}

void TestCircuitBreaker::aSuccessStartsTheCountAnew()
{
    const FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 4);
    breaker.succeeded(breaker.acquire().value());
    fail(breaker, 4);
    QCOMPARE(breaker.state(), State::Closed);
}

void TestCircuitBreaker::opensAfterARunOfFailures()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    QCOMPARE(breaker.state(), State::Open);
    QVERIFY(!breaker.acquire());
    clock.advance(1'999);
    QVERIFY(!breaker.wouldPermit());
    QVERIFY(!breaker.acquire());
}

void TestCircuitBreaker::letsOneProbeThroughAfterTheCoolDown()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    clock.advance(2'000);
    QVERIFY(breaker.wouldPermit());
    QVERIFY(breaker.acquire());
    QCOMPARE(breaker.state(), State::HalfOpen);
    QVERIFY(!breaker.wouldPermit());
    QVERIFY(!breaker.acquire());
}

void TestCircuitBreaker::aProbeThatSucceedsCloses()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    clock.advance(2'000);
    breaker.succeeded(breaker.acquire().value());
    QCOMPARE(breaker.state(), State::Closed);
    fail(breaker, 4);
    QCOMPARE(breaker.state(), State::Closed);
}

void TestCircuitBreaker::coolDownDoublesUpToItsLimit()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    for (const int coolDownMs : {2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
        clock.advance(coolDownMs - 1);
        QVERIFY(!breaker.acquire());
        clock.advance(1);
        fail(breaker, 1);
        QCOMPARE(breaker.state(), State::Open);
    }
}

void TestCircuitBreaker::coolDownStartsAnewAfterRecovery()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    clock.advance(2'000);
    fail(breaker, 1);
    clock.advance(4'000);
    breaker.succeeded(breaker.acquire().value());
    fail(breaker, 5);
    clock.advance(2'000);
    QVERIFY(breaker.acquire());
}

void TestCircuitBreaker::answersFromBeforeAChangeAreIgnored()
{
    FakeClock clock;
    CircuitBreaker breaker({}, clock);
    const auto slow = breaker.acquire().value();
    const auto slower = breaker.acquire().value();
    fail(breaker, 5);
    breaker.succeeded(slow);
    QCOMPARE(breaker.state(), State::Open);
    clock.advance(2'000);
    const auto probe = breaker.acquire().value();
    breaker.failed(slower);
    QCOMPARE(breaker.state(), State::HalfOpen);
    breaker.succeeded(probe);
    QCOMPARE(breaker.state(), State::Closed);
}

void TestCircuitBreaker::resetCloses()
{
    const FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    breaker.reset();
    QCOMPARE(breaker.state(), State::Closed);
    QVERIFY(breaker.acquire());
}

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_circuitbreaker.moc"
