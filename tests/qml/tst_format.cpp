// SPDX-License-Identifier: MIT
#include "qml/models/format.h"

#include <QDateTime>
#include <QJsonObject>
#include <QTest>

#include <limits>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

class TestFormat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbersAreReadAtAGlance_data();
    void numbersAreReadAtAGlance();
    void timesAreLocalAndTheirHintIsUtc();
    void whatIsNotKnownIsEmpty();
};

void TestFormat::numbersAreReadAtAGlance_data()
{
    QTest::addColumn<QString>("got");
    QTest::addColumn<QString>("wanted");
    constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("small number") << Format::number(7) << u"7"_s;
    QTest::newRow("groups") << Format::number(1234567) << u"1 234 567"_s;
    QTest::newRow("negative groups") << Format::number(-1234) << u"-1 234"_s;
    QTest::newRow("three digits are no group") << Format::number(-123) << u"-123"_s;
    QTest::newRow("decimals") << Format::number(1234.567, 2) << u"1 234.57"_s;
    QTest::newRow("compact stays exact while short") << Format::compact(9999) << u"9 999"_s;
    QTest::newRow("compact") << Format::compact(42345) << u"42.3 k"_s;
    QTest::newRow("compact millions") << Format::compact(1.5e6) << u"1.50 M"_s;
    QTest::newRow("compact just below a unit") << Format::compact(999'999) << u"1.00 M"_s;
    QTest::newRow("bytes") << Format::bytes(512) << u"512 B"_s;
    QTest::newRow("KiB") << Format::bytes(1536) << u"1.50 KiB"_s;
    QTest::newRow("GiB") << Format::bytes(3.0 * 1024 * 1024 * 1024) << u"3 GiB"_s;
    QTest::newRow("ms") << Format::duration(12.34) << u"12.3 ms"_s;
    QTest::newRow("seconds") << Format::duration(1500) << u"1.50 s"_s;
    QTest::newRow("minutes") << Format::duration(200'000) << u"3 m 20 s"_s;
    QTest::newRow("whole minutes") << Format::duration(300'000) << u"5 m"_s;
    QTest::newRow("hours") << Format::duration(7'260'000) << u"2 h 1 m"_s;
    QTest::newRow("days") << Format::duration(90'000'000) << u"1 d 1 h"_s;
    QTest::newRow("not measured") << Format::statistic(Unknown, Admin::StatisticUnit::Bytes) << u"–"_s;
    QTest::newRow("per second") << Format::statistic(12.5, Admin::StatisticUnit::PerSecond) << u"12.5 /s"_s;
    QTest::newRow("count is exact") << Format::statistic(10'001, Admin::StatisticUnit::Count) << u"10 001"_s;
}

void TestFormat::numbersAreReadAtAGlance()
{
    QFETCH(QString, got);
    QFETCH(QString, wanted);
    QCOMPARE(got.replace(u'\u202f', u' '), wanted);
}

void TestFormat::timesAreLocalAndTheirHintIsUtc()
{
    Admin::Column at;
    at.type = Admin::ColumnType::TimeMs;
    const QDateTime noon(QDate(2026, 3, 4), QTime(12, 30, 5));
    const QJsonValue value = noon.toMSecsSinceEpoch();
    QCOMPARE(Format::cell(at, value), u"2026-03-04 12:30"_s);
    QVERIFY(Format::hint(at, value).startsWith(noon.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s)));
    QVERIFY(Format::hint(at, value).contains(u"UTC"_s));
}

void TestFormat::whatIsNotKnownIsEmpty()
{
    for (const auto type : {Admin::ColumnType::Text, Admin::ColumnType::Integer, Admin::ColumnType::TimeMs,
                            Admin::ColumnType::Json, Admin::ColumnType::Bool}) {
        Admin::Column column;
        column.type = type;
        QCOMPARE(Format::cell(column, QJsonValue()), QString());
        QCOMPARE(Format::cell(column, QJsonValue(QJsonValue::Undefined)), QString());
    }
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
