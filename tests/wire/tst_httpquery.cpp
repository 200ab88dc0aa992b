// SPDX-License-Identifier: MIT
#include "wire/httpquery.h"

#include <QTest>

using namespace Tidegate::Http;

namespace {

//! Absent values print differently from empty ones.
QByteArray shown(const std::optional<QByteArray> &value)
{
    return value ? '[' + *value + ']' : QByteArray("absent");
}

void columns()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
}

} // namespace

class TestHttpQuery : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void percentDecoding_data();
    void percentDecoding();
    void queryValueOfCursor_data();
    void queryValueOfCursor();
    void cookieValueOfSession_data();
    void cookieValueOfSession();
};

void TestHttpQuery::percentDecoding_data()
{
    columns();
    QTest::newRow("plain") << QByteArray("abc") << QByteArray("abc");
    QTest::newRow("both cases") << QByteArray("%2f%2F") << QByteArray("//");
    QTest::newRow("UTF-8") << QByteArray("%C3%A4") << QByteArray("\xc3\xa4");
    QTest::newRow("NUL") << QByteArray("a%00b") << QByteArray("a\0b", 3);
    QTest::newRow("plus stays") << QByteArray("a+b") << QByteArray("a+b");
    QTest::newRow("decoded once") << QByteArray("%2541") << QByteArray("%41");
    QTest::newRow("cut after the sign") << QByteArray("a%") << QByteArray("a%");
    QTest::newRow("cut after one digit") << QByteArray("a%4") << QByteArray("a%4");
    QTest::newRow("not hexadecimal") << QByteArray("%zz%4g%g4") << QByteArray("%zz%4g%g4");
    QTest::newRow("sign before an escape") << QByteArray("%%41") << QByteArray("%A");
}

void TestHttpQuery::percentDecoding()
{
    QFETCH(QByteArray, text);
    QTEST(percentDecode(text), "value");
}

void TestHttpQuery::queryValueOfCursor_data()
{
    columns();
    QTest::newRow("only one") << QByteArray("cursor=5") << QByteArray("[5]");
    QTest::newRow("in the middle") << QByteArray("a=1&cursor=5&b=2") << QByteArray("[5]");
    QTest::newRow("first wins") << QByteArray("cursor=1&cursor=2") << QByteArray("[1]");
    QTest::newRow("absent") << QByteArray("a=1&xcursor=2&cursorx=3") << QByteArray("absent");
    QTest::newRow("empty query") << QByteArray() << QByteArray("absent");
    QTest::newRow("empty value") << QByteArray("cursor=&a=1") << QByteArray("[]");
    QTest::newRow("no equals sign") << QByteArray("cursor") << QByteArray("[]");
    QTest::newRow("second equals sign belongs to the value") << QByteArray("cursor=a=b") << QByteArray("[a=b]");
    QTest::newRow("plus is a space") << QByteArray("cursor=a+b%2B") << QByteArray("[a b+]");
    QTest::newRow("escaped separator") << QByteArray("cursor=a%26b&c") << QByteArray("[a&b]");
    QTest::newRow("escaped name") << QByteArray("%63ursor=7") << QByteArray("[7]");
    QTest::newRow("names differ by case") << QByteArray("Cursor=7") << QByteArray("absent");
    QTest::newRow("empty pieces") << QByteArray("&&=x&&cursor=1&") << QByteArray("[1]");
}

void TestHttpQuery::queryValueOfCursor()
{
    QFETCH(QByteArray, text);
    QTEST(shown(queryValue(text, "cursor")), "value");
}

void TestHttpQuery::cookieValueOfSession_data()
{
    columns();
    QTest::newRow("only one") << QByteArray("session=abc") << QByteArray("[abc]");
    QTest::newRow("among others") << QByteArray("a=1; session=abc; b=2") << QByteArray("[abc]");
    QTest::newRow("without spaces") << QByteArray("a=1;session=abc;b=2") << QByteArray("[abc]");
    QTest::newRow("first wins") << QByteArray("session=1; session=2") << QByteArray("[1]");
    QTest::newRow("quoted") << QByteArray("session=\"a b\"") << QByteArray("[a b]");
    QTest::newRow("lone quote stays") << QByteArray("session=\"") << QByteArray("[\"]");
    QTest::newRow("URL-decoded, plus stays") << QByteArray("session=a%20b+c") << QByteArray("[a b+c]");
    QTest::newRow("equals signs in the value") << QByteArray("session=ab==") << QByteArray("[ab==]");
    QTest::newRow("empty value") << QByteArray("session=") << QByteArray("[]");
    QTest::newRow("name without value") << QByteArray("session; a=1") << QByteArray("absent");
    QTest::newRow("longer name") << QByteArray("xsession=1; sessionx=2") << QByteArray("absent");
    QTest::newRow("names differ by case") << QByteArray("Session=1") << QByteArray("absent");
    QTest::newRow("empty header") << QByteArray() << QByteArray("absent");
    QTest::newRow("only separators") << QByteArray(";; ;=;") << QByteArray("absent");
}

void TestHttpQuery::cookieValueOfSession()
{
    QFETCH(QByteArray, text);
    QTEST(shown(cookieValue(text, "session")), "value");
}

QTEST_GUILESS_MAIN(TestHttpQuery)
#include "tst_httpquery.moc"
