// SPDX-License-Identifier: MIT
#include "wire/httpheaders.h"

#include <QTest>

using namespace Tidegate::Http;

class TestHttpHeaders : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstValueWinsWithoutCase();
    void itemsOfAllLinesAreJoined();
    void containsComparesWholeItems();
    void tokens_data();
    void tokens();
};

namespace {

const Headers Sample = {{"Connection", "keep-alive , Upgrade,"}, {"X", "1"}, {"connection", "TE"}, {"x", "2"}};

} // namespace

void TestHttpHeaders::firstValueWinsWithoutCase()
{
    QCOMPARE(headerValue(Sample, "x"), "1");
    QCOMPARE(headerValue(Sample, "y"), "");
    QCOMPARE(headerCount(Sample, "X"), 2);
    QCOMPARE(headerCount(Sample, "y"), 0);
}

void TestHttpHeaders::itemsOfAllLinesAreJoined()
{
    QCOMPARE(headerItems(Sample, "CONNECTION"), (QByteArrayList{"keep-alive", "Upgrade", "TE"}));
    QCOMPARE(headerItems({{"a", " , ,"}}, "a"), QByteArrayList{});
}

void TestHttpHeaders::containsComparesWholeItems()
{
    QVERIFY(headerContains(Sample, "connection", "upgrade"));
    QVERIFY(headerContains(Sample, "connection", "te"));
    QVERIFY(!headerContains(Sample, "connection", "keep"));
    QVERIFY(!headerContains(Sample, "connection", ""));
}

void TestHttpHeaders::tokens_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isValid");
    QTest::newRow("word") << QByteArray("Sec-WebSocket-Key") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("space") << QByteArray("a b") << false;
    QTest::newRow("separator") << QByteArray("a;b") << false;
    QTest::newRow("NUL") << QByteArray("a\0", 2) << false;
    QTest::newRow("high byte") << QByteArray("\xc3\xa4") << false;
}

void TestHttpHeaders::tokens()
{
    QFETCH(QByteArray, text);
    QTEST(isToken(text), "isValid");
}

QTEST_GUILESS_MAIN(TestHttpHeaders)
#include "tst_httpheaders.moc"
