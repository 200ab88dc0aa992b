// SPDX-License-Identifier: MIT
#include "wire/httpwriter.h"

#include <QTest>

using namespace Tidegate::Http;

class TestHttpWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void responses_data();
    void responses();
    void headIsLeftOpenForAStream();
    void headStatesTheLengthWithoutTheBody();
    void hostileHeadersAreRefused_data();
    void hostileHeadersAreRefused();
    void everyStatusHasAPhrase();
};

void TestHttpWriter::responses_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("body") << 200 << QByteArray("hello")
                          << QByteArray("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\n\r\nhello");
    QTest::newRow("empty body") << 404 << QByteArray()
                                << QByteArray("HTTP/1.1 404 Not Found\r\nX: y\r\nContent-Length: 0\r\n\r\n");
    QTest::newRow("204 has no body") << 204 << QByteArray("x") << QByteArray("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n");
    QTest::newRow("304 has no body") << 304 << QByteArray("x")
                                     << QByteArray("HTTP/1.1 304 Not Modified\r\nX: y\r\n\r\n");
    QTest::newRow("100 has no body") << 100 << QByteArray() << QByteArray("HTTP/1.1 100 Continue\r\nX: y\r\n\r\n");
    QTest::newRow("unlisted status") << 499 << QByteArray()
                                     << QByteArray("HTTP/1.1 499 Client Error\r\nX: y\r\nContent-Length: 0\r\n\r\n");
}

void TestHttpWriter::responses()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QByteArray out;
    QVERIFY(appendResponse(out, status, {{"X", "y"}}, body));
    QTEST(out, "bytes");
}

void TestHttpWriter::headIsLeftOpenForAStream()
{
    QByteArray out("before");
    QVERIFY(appendResponseHead(out, 200, {{"Content-Type", "text/event-stream"}, {"A", ""}}));
    QCOMPARE(out, "beforeHTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nA: \r\n\r\n");
}

void TestHttpWriter::headStatesTheLengthWithoutTheBody()
{
    QByteArray out;
    QVERIFY(appendResponse(out, 200, {}, "hello", true));
    QCOMPARE(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

void TestHttpWriter::hostileHeadersAreRefused_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("CRLF in the value") << 200 << QByteArray("X") << QByteArray("a\r\nSet-Cookie: b");
    QTest::newRow("LF in the value") << 200 << QByteArray("X") << QByteArray("a\nb");
    QTest::newRow("CR in the value") << 200 << QByteArray("X") << QByteArray("a\rb");
    QTest::newRow("NUL in the value") << 200 << QByteArray("X") << QByteArray("a\0", 2);
    QTest::newRow("CRLF in the name") << 200 << QByteArray("X\r\nY") << QByteArray("a");
    QTest::newRow("colon in the name") << 200 << QByteArray("X:") << QByteArray("a");
    QTest::newRow("empty name") << 200 << QByteArray() << QByteArray("a");
    QTest::newRow("status of two digits") << 99 << QByteArray("X") << QByteArray("a");
    QTest::newRow("status of four digits") << 1000 << QByteArray("X") << QByteArray("a");
}

void TestHttpWriter::hostileHeadersAreRefused()
{
    QFETCH(int, status);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QByteArray out("kept");
    QVERIFY(!appendResponseHead(out, status, {{"Good", "yes"}, {name, value}}));
    QVERIFY(!appendResponse(out, status, {{"Good", "yes"}, {name, value}}, "body"));
    QCOMPARE(out, "kept");
}

void TestHttpWriter::everyStatusHasAPhrase()
{
    for (int status = 100; status <= 999; ++status)
        QVERIFY(!reasonPhrase(status).isEmpty());
    QCOMPARE(reasonPhrase(431), "Request Header Fields Too Large");
}

QTEST_GUILESS_MAIN(TestHttpWriter)
#include "tst_httpwriter.moc"
