// SPDX-License-Identifier: MIT
#include "wire/websockethandshake.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::WebSocket;

namespace {

const QByteArray Key = "dGhlIHNhbXBsZSBub25jZQ==";

QByteArray withoutLine(QByteArray request, QByteArrayView name)
{
    const qsizetype at = request.indexOf(name);
    return request.remove(at, request.indexOf("\r\n", at) + 2 - at);
}

QByteArray rfcRequest()
{
    return "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: " +
           Key +
           "\r\nOrigin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
           "Sec-WebSocket-Version: 13\r\n\r\n";
}

Http::Head headOf(const QByteArray &request)
{
    return std::get<Http::Head>(Http::parseHead(request));
}

} // namespace

class TestWebSocketHandshake : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void exampleOfTheRfc();
    void responseWithoutSubprotocol();
    void valid_data();
    void valid();
    void hostile_data();
    void hostile();
    void refusalOfAVersionNamesOurs();
    void headerInjectionIsRefused();
};

void TestWebSocketHandshake::exampleOfTheRfc()
{
    const Http::Head head = headOf(rfcRequest());
    QVERIFY(isUpgrade(head));
    const auto upgrade = readUpgrade(head);
    QVERIFY(upgrade);
    QCOMPARE(upgrade->subprotocols, (QByteArrayList{"chat", "superchat"}));
    QByteArray out;
    QVERIFY(appendAccept(out, *upgrade, "chat", {{"X-Node", "a"}}));
    QCOMPARE(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n"
                  "X-Node: a\r\n\r\n");
}

void TestWebSocketHandshake::responseWithoutSubprotocol()
{
    QByteArray out;
    QVERIFY(appendAccept(out, Upgrade{Key, {}, {}}));
    QVERIFY(!out.contains("Protocol:"));
    QVERIFY(out.endsWith("xOo=\r\n\r\n"));
}

void TestWebSocketHandshake::valid_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray good = rfcRequest();
    QTest::newRow("words without case") << QByteArray(good)
                                               .replace("Upgrade: websocket", "upgrade: WebSocket")
                                               .replace("Connection: Upgrade", "connection: uPGRADE");
    QTest::newRow("connection list of a browser")
        << QByteArray(good).replace("Connection: Upgrade", "Connection: keep-alive, Upgrade");
    QTest::newRow("upgrade list") << QByteArray(good).replace("Upgrade: websocket", "Upgrade: h2c, websocket");
    QTest::newRow("no subprotocol") << withoutLine(good, "Sec-WebSocket-Protocol");
    QTest::newRow("no origin") << withoutLine(good, "Origin");
    QTest::newRow("key of zeros") << QByteArray(good).replace(Key, "AAAAAAAAAAAAAAAAAAAAAA==");
    QTest::newRow("empty body stated") << QByteArray(good).replace("Origin:", "Content-Length: 0\r\nOrigin:");
}

void TestWebSocketHandshake::valid()
{
    QFETCH(QByteArray, request);
    QVERIFY(readUpgrade(headOf(request)));
}

void TestWebSocketHandshake::hostile_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    const QByteArray good = rfcRequest();
    QTest::newRow("POST") << QByteArray(good).replace("GET /", "POST /") << 405;
    QTest::newRow("HTTP/1.0") << QByteArray(good).replace("HTTP/1.1", "HTTP/1.0") << 400;
    QTest::newRow("no Upgrade") << withoutLine(good, "Upgrade:") << 426;
    QTest::newRow("Upgrade to something else") << QByteArray(good).replace("Upgrade: websocket", "Upgrade: h2c") << 426;
    QTest::newRow("Connection does not name it")
        << QByteArray(good).replace("Connection: Upgrade", "Connection: keep-alive") << 426;
    QTest::newRow("no version") << withoutLine(good, "Sec-WebSocket-Version") << 426;
    QTest::newRow("version 8") << QByteArray(good).replace("Version: 13", "Version: 8") << 426;
    QTest::newRow("version 013") << QByteArray(good).replace("Version: 13", "Version: 013") << 426;
    QTest::newRow("version list") << QByteArray(good).replace("Version: 13", "Version: 13, 8") << 426;
    QTest::newRow("version twice") << QByteArray(good).replace("Origin:", "Sec-WebSocket-Version: 13\r\nOrigin:")
                                   << 426;
    QTest::newRow("no key") << withoutLine(good, "Sec-WebSocket-Key") << 400;
    QTest::newRow("empty key") << QByteArray(good).replace(Key, "") << 400;
    QTest::newRow("key of 3 characters") << QByteArray(good).replace(Key, "abc") << 400;
    QTest::newRow("key of 15 bytes") << QByteArray(good).replace(Key, "AAAAAAAAAAAAAAAAAAAA") << 400;
    QTest::newRow("key of 17 bytes") << QByteArray(good).replace(Key, "AAAAAAAAAAAAAAAAAAAAAAA=") << 400;
    QTest::newRow("key of 18 bytes") << QByteArray(good).replace(Key, "AAAAAAAAAAAAAAAAAAAAAAAA") << 400;
    QTest::newRow("key without padding") << QByteArray(good).replace(Key, "AAAAAAAAAAAAAAAAAAAAAA") << 400;
    QTest::newRow("key that is not base64") << QByteArray(good).replace(Key, "AAAAAAAAAA*AAAAAAAAAAA==") << 400;
    QTest::newRow("key in the URL alphabet") << QByteArray(good).replace(Key, "AAAAAAAAAA-AAAAAAAAAAA==") << 400;
    QTest::newRow("key twice") << QByteArray(good).replace("Origin:", "Sec-WebSocket-Key: " + Key + "\r\nOrigin:")
                               << 400;
    QTest::newRow("with a body") << QByteArray(good).replace("Origin:", "Content-Length: 3\r\nOrigin:") << 400;
    QTest::newRow("with a chunked body") << QByteArray(good).replace("Origin:", "Transfer-Encoding: chunked\r\nOrigin:")
                                         << 400;
}

void TestWebSocketHandshake::hostile()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    const auto upgrade = readUpgrade(headOf(request));
    QVERIFY(!upgrade);
    QCOMPARE(upgrade.error().status, status);
    QVERIFY(!upgrade.error().text.isEmpty());
}

void TestWebSocketHandshake::refusalOfAVersionNamesOurs()
{
    const auto upgrade = readUpgrade(headOf(rfcRequest().replace("Version: 13", "Version: 7")));
    QVERIFY(!upgrade);
    QCOMPARE(Http::headerValue(upgrade.error().headers, "Sec-WebSocket-Version"), "13");
}

void TestWebSocketHandshake::headerInjectionIsRefused()
{
    QByteArray out;
    QVERIFY(!appendAccept(out, Upgrade{Key, {}, {}}, "chat\r\nX: y"));
    QVERIFY(!appendAccept(out, Upgrade{Key, {}, {}}, {}, {{"X", "a\nb"}}));
    QVERIFY(out.isEmpty());
}

QTEST_GUILESS_MAIN(TestWebSocketHandshake)
#include "tst_websockethandshake.moc"
