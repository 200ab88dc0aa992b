// SPDX-License-Identifier: MIT
#include "admin/local/streampulse.h"
#include "base/clock.h"

#include <QTest>

using namespace Tidegate;

class TestStreamPulse : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void steadyStreamsHaveTheirRateAtAnyMoment();
    void whatFallsSilentIsForgotten();
};

void TestStreamPulse::steadyStreamsHaveTheirRateAtAnyMoment()
{
    FakeClock clock;
    Admin::StreamPulse pulse(clock);
    for (int tick = 0; tick < 500; ++tick) {
        pulse.note("a");
        clock.advance(100);
        if (tick >= 20)
            QVERIFY(qAbs(pulse.beat("a").perSecond(clock.monotonicMs()) - 10.0) < 0.6);
    }
    QCOMPARE(pulse.beat("a").published, 500);
}

void TestStreamPulse::whatFallsSilentIsForgotten()
{
    FakeClock clock;
    Admin::StreamPulse pulse(clock);
    for (int i = 0; i < 100; ++i)
        pulse.note("a");
    clock.advance(2 * Admin::StreamPulse::WindowMs);
    QCOMPARE(pulse.beat("a").perSecond(clock.monotonicMs()), 0.0);
    QCOMPARE(pulse.beat("never seen").perSecond(clock.monotonicMs()), 0.0);
}

QTEST_GUILESS_MAIN(TestStreamPulse)
#include "tst_streampulse.moc"
