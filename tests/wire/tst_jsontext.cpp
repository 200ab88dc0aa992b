// SPDX-License-Identifier: MIT
#include "wire/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;

class TestJsonText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void strings_data();
    void strings();
    void everyByteBelowSpaceComesBack();
    void arrays();
    void numbers();
};

void TestJsonText::strings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray("\"\"");
    QTest::newRow("plain") << QByteArray("abc /") << QByteArray("\"abc /\"");
    QTest::newRow("quote and backslash") << QByteArray("\"\\") << QByteArray("\"\\\"\\\\\"");
    QTest::newRow("white space") << QByteArray("a\n\r\tb") << QByteArray("\"a\\n\\r\\tb\"");
    QTest::newRow("NUL") << QByteArray("\0", 1) << QByteArray("\"\\u0000\"");
    QTest::newRow("highest control character") << QByteArray("\x1f") << QByteArray("\"\\u001f\"");
    QTest::newRow("UTF-8 stays") << QByteArray("\xf0\x9f\x8c\x8a\x7f") << QByteArray("\"\xf0\x9f\x8c\x8a\x7f\"");
}

void TestJsonText::strings()
{
    QFETCH(QByteArray, text);
    QByteArray out("x");
    Json::appendString(out, text);
    QTEST(out.sliced(1), "json");
}

void TestJsonText::everyByteBelowSpaceComesBack()
{
    QByteArray text;
    for (char c = 0; c < 0x7f; ++c)
        text += c;
    QByteArray out("[");
    Json::appendString(out, text);
    const QJsonDocument document = QJsonDocument::fromJson(out + ']');
    QCOMPARE(document.array().first().toString().toUtf8(), text);
}

void TestJsonText::arrays()
{
    QByteArray out;
    Json::appendStringArray(out, {});
    Json::appendStringArray(out, {"a"});
    Json::appendStringArray(out, {"a", "\""});
    QCOMPARE(out, "[][\"a\"][\"a\",\"\\\"\"]");
}

void TestJsonText::numbers()
{
    QByteArray out;
    Json::appendNumber(out, std::numeric_limits<qint64>::min());
    out += ',';
    Json::appendNumber(out, std::numeric_limits<quint64>::max());
    QCOMPARE(out, "-9223372036854775808,18446744073709551615");
}

QTEST_GUILESS_MAIN(TestJsonText)
#include "tst_jsontext.moc"
