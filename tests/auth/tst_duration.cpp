// SPDX-License-Identifier: MIT
#include "auth/duration.h"

#include <QTest>

using namespace Tidegate;

class TestDuration : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void textsOfDurationsAreRead_data();
    void textsOfDurationsAreRead();
    void otherTextsAreNothing_data();
    void otherTextsAreNothing();
};

void TestDuration::textsOfDurationsAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ms");
    QTest::newRow("minutes, one letter") << QByteArray("15m") << qint64(900'000);
    QTest::newRow("hours in words") << QByteArray("2 hours") << qint64(7'200'000);
    QTest::newRow("seconds") << QByteArray("900s") << qint64(900'000);
    QTest::newRow("a day") << QByteArray("1d") << qint64(86'400'000);
    QTest::newRow("short minutes") << QByteArray("30 min") << qint64(1'800'000);
    QTest::newRow("fraction") << QByteArray("1.5 hrs") << qint64(5'400'000);
    QTest::newRow("upper case") << QByteArray("10 SECS") << qint64(10'000);
    QTest::newRow("week") << QByteArray("1w") << qint64(604'800'000);
    QTest::newRow("year") << QByteArray("1 year") << qint64(31'557'600'000);
    QTest::newRow("nothing at all") << QByteArray("0s") << qint64(0);
}

void TestDuration::textsOfDurationsAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ms);
    const auto duration = parseDuration(text);
    QVERIFY(duration.has_value());
    QCOMPARE(qint64(duration->count()), ms);
}

void TestDuration::otherTextsAreNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             "m",
                             "15",
                             "15 ",
                             "-15m",
                             "+15m",
                             "15  m",
                             " 15m",
                             "15m ",
                             "15mm",
                             ".5h",
                             "5.h",
                             "1.2.3h",
                             "1e3s",
                             "15m ago",
                             "15 parsecs",
                             "999999999999999999999999y",
                             "101 years",
                             "0x10s",
                             "15\tm"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("a very long number") << QByteArray(100'000, '1') + 's';
    QTest::newRow("a null byte") << QByteArray("15m\0", 4);
}

void TestDuration::otherTextsAreNothing()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseDuration(text));
}

QTEST_GUILESS_MAIN(TestDuration)
#include "tst_duration.moc"
