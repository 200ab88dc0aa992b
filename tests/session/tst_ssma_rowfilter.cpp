// SPDX-License-Identifier: MIT
#include "session/ssma/rowfilter.h"

#include <QTest>

using namespace Tidegate::Ssma;

class TestSsmaRowFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filterMatchesPayload_data();
    void filterMatchesPayload();
    void defaultFilterIsNotActive();
    void hostileTextsFilterNothingOrEverythingButDoNotCrash_data();
    void hostileTextsFilterNothingOrEverythingButDoNotCrash();
};

void TestSsmaRowFilter::filterMatchesPayload_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("isMatch");
    const auto row = [](const char *name, const char *filter, const char *payload, bool isMatch) {
        QTest::newRow(name) << QByteArray(filter) << QByteArray(payload) << isMatch;
    };
    row("equal field", R"({"a":1})", R"({"a":1,"b":2})", true);
    row("other value", R"({"a":1})", R"({"a":2})", false);
    row("missing field", R"({"a":1})", R"({"b":1})", false);
    row("all fields count", R"({"a":1,"b":2})", R"({"a":1,"b":3})", false);
    row("number is not text", R"({"a":1})", R"({"a":"1"})", false);
    row("whole numbers however written", R"({"a":1.0})", R"({"a":1})", true);
    row("null is a value", R"({"a":null})", R"({"a":null})", true);
    row("null is not absence", R"({"a":null})", "{}", false);
    row("objects compare as values", R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2,"x":1}})", true);
    row("only the top level is looked at", R"({"x":1})", R"({"a":{"x":1}})", false);
    row("payload that is no object", R"({"a":1})", "[1]", false);
    row("empty filter", "{}", R"({"a":1})", true);
    row("empty filter and a payload that is no object", "{}", "null", true);
}

void TestSsmaRowFilter::filterMatchesPayload()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, payload);
    QFETCH(bool, isMatch);
    QCOMPARE(RowFilter(filter).matches(payload), isMatch);
}

void TestSsmaRowFilter::defaultFilterIsNotActive()
{
    QVERIFY(!RowFilter().isActive());
    QVERIFY(!RowFilter("{}").isActive());
    QVERIFY(!RowFilter("").isActive());
    QVERIFY(RowFilter(R"({"a":1})").isActive());
    QVERIFY(RowFilter().matches("anything"));
}

void TestSsmaRowFilter::hostileTextsFilterNothingOrEverythingButDoNotCrash_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no JSON") << QByteArray("{\"a\":");
    QTest::newRow("array") << QByteArray("[1,2]");
    QTest::newRow("bytes that are no text") << QByteArray("\xff\xfe\x00\x01", 4);
    QTest::newRow("deep") << QByteArray(5000, '[');
}

void TestSsmaRowFilter::hostileTextsFilterNothingOrEverythingButDoNotCrash()
{
    QFETCH(QByteArray, text);
    QVERIFY(RowFilter(text).matches(R"({"a":1})"));
    QVERIFY(!RowFilter(R"({"a":1})").matches(text));
}

QTEST_GUILESS_MAIN(TestSsmaRowFilter)
#include "tst_ssma_rowfilter.moc"
