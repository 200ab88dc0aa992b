// SPDX-License-Identifier: MIT
#include "qml/models/rowexport.h"

#include <QJsonObject>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

class TestRowExport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void csvFieldsAreQuotedAsRfc4180Says_data();
    void csvFieldsAreQuotedAsRfc4180Says();
};

void TestRowExport::csvFieldsAreQuotedAsRfc4180Says_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("field");
    QTest::newRow("plain") << QJsonValue(u"quay"_s) << u"quay"_s;
    QTest::newRow("a comma") << QJsonValue(u"a,b"_s) << u"\"a,b\""_s;
    QTest::newRow("a quote") << QJsonValue(u"say \"hi\""_s) << u"\"say \"\"hi\"\"\""_s;
    QTest::newRow("a line break") << QJsonValue(u"a\nb"_s) << u"\"a\nb\""_s;
    QTest::newRow("unicode") << QJsonValue(u"潮汐 ⚓"_s) << u"潮汐 ⚓"_s;
    QTest::newRow("a formula is text") << QJsonValue(u"=HYPERLINK(1)"_s) << u"'=HYPERLINK(1)"_s;
    QTest::newRow("a negative number stays one") << QJsonValue(-5) << u"-5"_s;
    QTest::newRow("nothing") << QJsonValue() << QString();
}

void TestRowExport::csvFieldsAreQuotedAsRfc4180Says()
{
    QFETCH(QJsonValue, value);
    QFETCH(QString, field);
    const QJsonObject row{{u"a"_s, value}};
    Admin::Column column;
    column.name = u"a"_s;
    QCOMPARE(rowsAsCsv({column}, {&row}), u"a\r\n"_s + field + u"\r\n"_s);
}

QTEST_GUILESS_MAIN(TestRowExport)
#include "tst_rowexport.moc"
