// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

const QString Deliveries = u"deliveries"_s;

void tell(ConsoleFixture &fixture, qint64 atMs, double value)
{
    Q_EMIT fixture.port.statisticsChanged({atMs, {{Deliveries, value}}});
}

} // namespace

class TestStatisticsFeed : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thePastIsThereAtOnce();
    void aSecondWithoutNumbersIsAHole();
    void whatIsOlderThanFifteenMinutesGoes();
    void nothingIsWatchedWhileNobodyLooks();
    void whatWasMissedIsFetchedWhenOneLooksAgain();
    void anotherServerStartsEmpty();
};

void TestStatisticsFeed::thePastIsThereAtOnce()
{
    ConsoleFixture fixture;
    StatisticsFeed &feed = *fixture.session.statistics();
    QTRY_VERIFY(feed.hasData());
    QCOMPARE(feed.values(Deliveries, 10'000).size(), Admin::History::MaxSteps);
    QCOMPARE(feed.title(Deliveries), u"Deliveries"_s);
}

void TestStatisticsFeed::aSecondWithoutNumbersIsAHole()
{
    ConsoleFixture fixture;
    StatisticsFeed &feed = *fixture.session.statistics();
    QTRY_VERIFY(feed.hasData());
    const auto at = qint64(feed.atMs());
    tell(fixture, at + 1000, 1);
    tell(fixture, at + 3000, 3);
    const QList<double> newest = feed.values(Deliveries, 3);
    QCOMPARE(newest[0], 1.0);
    QVERIFY(std::isnan(newest[1]));
    QCOMPARE(newest[2], 3.0);
    tell(fixture, at + 3000, 9); // the same second again
    QCOMPARE(feed.latest(Deliveries), 3.0);
}

void TestStatisticsFeed::whatIsOlderThanFifteenMinutesGoes()
{
    ConsoleFixture fixture;
    StatisticsFeed &feed = *fixture.session.statistics();
    QTRY_VERIFY(feed.hasData());
    const auto at = qint64(feed.atMs());
    for (int i = 1; i <= 1000; ++i)
        tell(fixture, at + i * 1000, i);
    QCOMPARE(feed.values(Deliveries, 10'000).size(), Admin::History::MaxSteps);
    QCOMPARE(feed.values(Deliveries, 10'000).front(), 101.0);
}

void TestStatisticsFeed::nothingIsWatchedWhileNobodyLooks()
{
    ConsoleFixture fixture;
    QVERIFY(fixture.port.isWatchingStatistics());
    fixture.session.setActive(false);
    QVERIFY(!fixture.port.isWatchingStatistics());
}

void TestStatisticsFeed::whatWasMissedIsFetchedWhenOneLooksAgain()
{
    ConsoleFixture fixture;
    StatisticsFeed &feed = *fixture.session.statistics();
    QTRY_VERIFY(feed.hasData());
    fixture.session.setActive(false);
    fixture.port.step(40);
    const double before = feed.atMs();
    fixture.session.setActive(true);
    QTRY_COMPARE(feed.atMs(), before + 10'000);
}

void TestStatisticsFeed::anotherServerStartsEmpty()
{
    ConsoleFixture fixture;
    StatisticsFeed &feed = *fixture.session.statistics();
    QTRY_VERIFY(feed.hasData());
    fixture.session.setPort(nullptr);
    QVERIFY(!feed.hasData());
    QCOMPARE(feed.latestText(Deliveries), u"–"_s);
}

QTEST_GUILESS_MAIN(TestStatisticsFeed)
#include "tst_statisticsfeed.moc"
