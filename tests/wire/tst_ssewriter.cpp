// SPDX-License-Identifier: MIT
#include "wire/ssewriter.h"

#include <QTest>

using namespace Tidegate;

class TestSseWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void events_data();
    void events();
    void namesAndIdsWithLineEndsAreRefused_data();
    void namesAndIdsWithLineEndsAreRefused();
    void retry();
    void comments();
};

void TestSseWriter::events_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray none;
    QTest::newRow("all fields") << QByteArray("ready") << QByteArray("{\"a\":1}") << QByteArray("17")
                                << QByteArray("event: ready\nid: 17\ndata: {\"a\":1}\n\n");
    QTest::newRow("data only") << none << QByteArray("x") << none << QByteArray("data: x\n\n");
    QTest::newRow("empty data is still an event") << none << none << none << QByteArray("data: \n\n");
    QTest::newRow("LF") << none << QByteArray("a\nb") << none << QByteArray("data: a\ndata: b\n\n");
    QTest::newRow("CRLF is one line end") << none << QByteArray("a\r\nb") << none << QByteArray("data: a\ndata: b\n\n");
    QTest::newRow("CR") << none << QByteArray("a\rb") << none << QByteArray("data: a\ndata: b\n\n");
    QTest::newRow("LF CR are two line ends")
        << none << QByteArray("a\n\rb") << none << QByteArray("data: a\ndata: \ndata: b\n\n");
    QTest::newRow("line end last") << none << QByteArray("a\n") << none << QByteArray("data: a\ndata: \n\n");
    QTest::newRow("data cannot forge a field")
        << none << QByteArray("x\n\nevent: evil") << none << QByteArray("data: x\ndata: \ndata: event: evil\n\n");
    QTest::newRow("leading space survives") << none << QByteArray(" x") << none << QByteArray("data:  x\n\n");
}

void TestSseWriter::events()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, id);
    QByteArray out;
    QVERIFY(Sse::appendEvent(out, name, data, id));
    QTEST(out, "bytes");
}

void TestSseWriter::namesAndIdsWithLineEndsAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("id");
    const QByteArray fine("fine");
    for (const char c : {'\r', '\n', '\0'}) {
        const QByteArray bad = QByteArray("a") + c + "b";
        QTest::addRow("name with %02x", c) << bad << fine;
        QTest::addRow("id with %02x", c) << fine << bad;
    }
}

void TestSseWriter::namesAndIdsWithLineEndsAreRefused()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, id);
    QByteArray out("kept");
    QVERIFY(!Sse::appendEvent(out, name, "data", id));
    QCOMPARE(out, "kept");
}

void TestSseWriter::retry()
{
    QByteArray out;
    Sse::appendRetry(out, 2500);
    QCOMPARE(out, "retry: 2500\n\n");
}

void TestSseWriter::comments()
{
    QByteArray out;
    Sse::appendComment(out, "keepalive");
    Sse::appendComment(out);
    Sse::appendComment(out, "a\ndata: b");
    QCOMPARE(out, ": keepalive\n\n: \n\n: a\n: data: b\n\n");
}

QTEST_GUILESS_MAIN(TestSseWriter)
#include "tst_ssewriter.moc"
