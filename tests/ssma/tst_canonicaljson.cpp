// SPDX-License-Identifier: MIT
#include "ssma/canonicaljson.h"

#include <QtTest>

using namespace Tidegate::Ssma;

class TestCanonicalJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameParamsHaveOneSpelling_data();
    void sameParamsHaveOneSpelling();
    void canonicalTextIsItsOwnCanonicalText_data() { sameParamsHaveOneSpelling_data(); }
    void canonicalTextIsItsOwnCanonicalText();
    void hostileTextHasNone_data();
    void hostileTextHasNone();
};

void TestCanonicalJson::sameParamsHaveOneSpelling_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &canonical) {
        QTest::newRow(name) << text << canonical;
    };
    row("empty object", " { } ", "{}");
    row("empty array", "[ ]", "[]");
    row("scalar", " true ", "true");
    row("keys are sorted", R"({"b":1,"a":2})", R"({"a":2,"b":1})");
    row("keys are sorted at every level", R"({"z":[{"y":1,"x":{"w":1,"v":2}}]})",
        R"({"z":[{"x":{"v":2,"w":1},"y":1}]})");
    row("order of elements stays", "[3, 1, 2]", "[3,1,2]");
    row("prefix sorts first", R"({"ab":1,"a":2,"":3})", R"({"":3,"a":2,"ab":1})");
    row("keys sort by their text, not their spelling", R"({"\u0062":1,"a":2})", R"({"a":2,"b":1})");
    row("last of equal keys stays", R"({"a":1,"b":0,"\u0061":2})", R"({"a":2,"b":0})");
    row("escapes have one spelling", R"({"k":"\u0061\/\u00e4\u000a\u001f"})", "{\"k\":\"a/\xc3\xa4\\n\\u001f\"}");
    row("surrogate pair is one character", R"(["\ud83d\ude00"])", "[\"\xf0\x9f\x98\x80\"]");
    row("lone surrogate stays escaped", R"({"\ud83d":"\ude00x"})", R"({"\ud83d":"\ude00x"})");
    row("keys after a lone surrogate still sort by their text", R"({"\ud83d":1,"b":2,"\u0061":3})",
        R"({"\ud83d":1,"a":3,"b":2})");
    row("numbers keep their text", "[1.0,1e2,-0,123456789012345678901234567890,1e400]",
        "[1.0,1e2,-0,123456789012345678901234567890,1e400]");
    row("separators inside strings", R"({"b":"},{\"","a":"[,:]"})", R"({"a":"[,:]","b":"},{\""})");
    row("line breaks", "{\r\n\"b\"\t:\n1 ,\"a\":[\n]}", R"({"a":[],"b":1})");
}

void TestCanonicalJson::sameParamsHaveOneSpelling()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, canonical);
    QCOMPARE_EQ(canonicalJson(text).value_or("none"), canonical);
}

void TestCanonicalJson::canonicalTextIsItsOwnCanonicalText()
{
    QFETCH(QByteArray, canonical);
    QCOMPARE_EQ(canonicalJson(canonical).value_or("none"), canonical);
}

void TestCanonicalJson::hostileTextHasNone_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("open object") << QByteArray("{");
    QTest::newRow("bad escape") << QByteArray(R"("\x")");
    QTest::newRow("open string") << QByteArray(R"("abc)");
    QTest::newRow("only a quote") << QByteArray("\"");
    QTest::newRow("two values") << QByteArray("1 2");
    QTest::newRow("two texts") << QByteArray(R"("a" "b")");
    QTest::newRow("too deep") << QByteArray("[").repeated(65) + QByteArray("]").repeated(65);
}

void TestCanonicalJson::hostileTextHasNone()
{
    QFETCH(QByteArray, text);
    QVERIFY(!canonicalJson(text));
}

QTEST_GUILESS_MAIN(TestCanonicalJson)
#include "tst_canonicaljson.moc"
