// SPDX-License-Identifier: MIT
#include "fault/bystander.h"
#include "transport/rawpeer.h"

#include <QTest>
#include <QTimer>

using namespace Tidegate;

//! Bytes that are no proper HTTP. Every row ends in the status it deserves and costs nobody else anything.
class TestMalformedHttp : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();

    void hostileRequestIsRefused_data();
    void hostileRequestIsRefused();
    void hostileTextIsServedAsText_data();
    void hostileTextIsServedAsText();
    void badHandshakeIsRefused_data();
    void badHandshakeIsRefused();
    void slowHeadIsEndedByItsTimeout();
    void silentConnectionIsEndedByTheHeadTimeout();
    void hundredsOfSilentConnectionsBlockNobody();
    void peerThatDropsInTheMiddleIsForgotten_data();
    void peerThatDropsInTheMiddleIsForgotten();

private:
    Bystander m_bystander;
};

namespace {

QByteArray get(const QByteArray &target, const QByteArray &headers = {})
{
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
}

QByteArray post(const QByteArray &headers, const QByteArray &body)
{
    return "POST /logs/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + headers + "\r\n" +
           body;
}

} // namespace

void TestMalformedHttp::initTestCase()
{
    QVERIFY(m_bystander.start({QStringLiteral("--http-head-timeout=1s")}));
    QCOMPARE(m_bystander.complaint(), QByteArray());
}

void TestMalformedHttp::cleanup()
{
    QCOMPARE(m_bystander.complaint(), QByteArray());
}

void TestMalformedHttp::cleanupTestCase()
{
    QVERIFY(!m_bystander.hasGrownBeyond(48 * 1024 * 1024));
}

void TestMalformedHttp::hostileRequestIsRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    const QByteArray big(20'000, 'x');
    QTest::newRow("not HTTP at all") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") << 400;
    QTest::newRow("null bytes") << QByteArray(64, '\0') << 400;
    QTest::newRow("request line of one word") << QByteArray("HELLO\r\n\r\n") << 400;
    QTest::newRow("method with a blank") << QByteArray("GE T / HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("method of forbidden characters") << QByteArray("G{T / HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("CONNECT") << QByteArray("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") << 400;
    QTest::newRow("target without slash") << QByteArray("GET health HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("target with a control byte") << QByteArray("GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 505;
    QTest::newRow("HTTP/3.0") << QByteArray("GET / HTTP/3.0\r\nHost: a\r\n\r\n") << 505;
    QTest::newRow("version of letters") << QByteArray("GET / HTTX/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("two Hosts") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") << 400;
    QTest::newRow("line feeds alone") << QByteArray("GET / HTTP/1.1\nHost: a\n\n") << 400;
    QTest::newRow("folded header") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n") << 400;
    QTest::newRow("blank before the colon") << QByteArray("GET / HTTP/1.1\r\nHost : a\r\n\r\n") << 400;
    QTest::newRow("null byte in a header") << get("/health", QByteArray("X: a\0b\r\n", 8)) << 400;
    QTest::newRow("head over the limit at once") << get("/health", "X: " + big + "\r\n") << 431;
    QTest::newRow("request line over the limit") << get("/" + big) << 431;
    QTest::newRow("head over the limit without an end") << QByteArray("GET / HTTP/1.1\r\nX: " + big + big) << 431;
    QTest::newRow("200 headers") << get("/health", QByteArray("X: y\r\n").repeated(200)) << 431;
    QTest::newRow("Content-Length of letters") << post("Content-Length: ten\r\n", "0123456789") << 400;
    QTest::newRow("negative Content-Length") << post("Content-Length: -1\r\n", {}) << 400;
    QTest::newRow("signed Content-Length") << post("Content-Length: +2\r\n", "{}") << 400;
    QTest::newRow("two different Content-Lengths") << post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}x") << 400;
    QTest::newRow("Content-Length beyond 64 bits") << post("Content-Length: 99999999999999999999\r\n", {}) << 400;
    QTest::newRow("length and chunked together")
        << post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}") << 400;
    QTest::newRow("unknown transfer coding") << post("Transfer-Encoding: gzip\r\n", {}) << 501;
    QTest::newRow("chunked twice") << post("Transfer-Encoding: chunked, chunked\r\n", {}) << 400;
    QTest::newRow("chunk size of letters") << post("Transfer-Encoding: chunked\r\n", "xyz\r\n") << 400;
    QTest::newRow("negative chunk size") << post("Transfer-Encoding: chunked\r\n", "-1\r\n") << 400;
    QTest::newRow("huge chunk size") << post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n") << 400;
    QTest::newRow("chunk longer than it says") << post("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n") << 400;
    QTest::newRow("endless chunk extension") << post("Transfer-Encoding: chunked\r\n", "1;" + big + big) << 400;
    QTest::newRow("body over 1 MiB, declared") << post("Content-Length: 1048577\r\n", {}) << 413;
    QTest::newRow("body over 1 MiB, chunked")
        << post("Transfer-Encoding: chunked\r\n", "200000\r\n" + QByteArray(0x200000, ' ')) << 413;
    QTest::newRow("chunk that declares 1 TiB") << post("Transfer-Encoding: chunked\r\n", "10000000000\r\n") << 413;
    QTest::newRow("body that is no JSON") << post("Content-Length: 5\r\n", "{nope") << 400;
    QTest::newRow("body that is not UTF-8") << post("Content-Length: 4\r\n", "\"\xff\xfe\"") << 400;
    QTest::newRow("body nested 100 000 deep") << post("Content-Length: 100000\r\n", QByteArray(100'000, '[')) << 400;
    QTest::newRow("path out of the tree") << get("/../../../etc/passwd") << 404;
    QTest::newRow("path out of the tree, encoded") << get("/%2e%2e%2f%2e%2e%2fetc%2fpasswd") << 404;
    QTest::newRow("path with a null byte") << get("/health%00.html") << 404;
    QTest::newRow("upgrade elsewhere")
        << get("/health", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
        << 404;
}

void TestMalformedHttp::hostileRequestIsRefused()
{
    QFETCH(QByteArray, request);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_bystander.gateway.port()));
    peer.send(request);
    const auto response = peer.takeResponse();
    QVERIFY2(response, peer.received().left(200).constData());
    QTEST(response->status, "status");
    QVERIFY(!response->body.contains("passwd"));
    if (response->status != 404)
        peer.abort();
}

void TestMalformedHttp::hostileTextIsServedAsText_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headers");
    const QByteArray huge(10'000, 'A');
    QTest::newRow("query of percent signs") << QByteArray("/health?%%%=%zz&&&=&%") << QByteArray();
    QTest::newRow("query with a line break") << QByteArray("/health?a=%0d%0aSet-Cookie:%20x=y") << QByteArray();
    QTest::newRow("long query") << "/health?q=" + huge << QByteArray();
    QTest::newRow("cookie of nonsense") << QByteArray("/health")
                                        << QByteArray("Cookie: ;;;==;\xff\xfe;ssma_session\r\n");
    QTest::newRow("token of dots") << QByteArray("/health") << QByteArray("Cookie: ssma_session=.....\r\n");
    QTest::newRow("token without signature")
        << QByteArray("/health")
        << QByteArray("Cookie: ssma_session=eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4iLCJzdWIiOiJ4In0.\r\n");
    QTest::newRow("long token") << QByteArray("/health") << "Cookie: ssma_session=" + huge + "\r\n";
    QTest::newRow("bearer of nothing") << QByteArray("/health") << QByteArray("Authorization: Bearer\r\n");
    QTest::newRow("authorization of quotes")
        << QByteArray("/health") << QByteArray("Authorization: Bearer '\"';--\r\n");
    QTest::newRow("forwarded for nobody")
        << QByteArray("/health") << QByteArray("X-Forwarded-For: ,,,999.1.1.1,'; DROP TABLE users;--\r\n");
    QTest::newRow("header of Latin-1") << QByteArray("/health") << QByteArray("User-Agent: \xe9\xe8\xff\r\n");
    QTest::newRow("origin null") << QByteArray("/health") << QByteArray("Origin: null\r\n");
    QTest::newRow("origin of nonsense") << QByteArray("/health") << QByteArray("Origin: http://[::1:x/\xff\r\n");
    QTest::newRow("range") << QByteArray("/health") << QByteArray("Range: bytes=0-1,-5,99999999999-\r\n");
    QTest::newRow("SQL in the query") << QByteArray("/health?site='%3BDROP%20TABLE%20intents--") << QByteArray();
}

void TestMalformedHttp::hostileTextIsServedAsText()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, headers);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_bystander.gateway.port()));
    peer.send(get(target, headers));
    const auto response = peer.takeResponse();
    QVERIFY(response);
    QCOMPARE(response->status, 200);
    QVERIFY(!response->head.contains("set-cookie"));
    QVERIFY(!response->head.contains("\xff"));
}

void TestMalformedHttp::badHandshakeIsRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    const QByteArray key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const QByteArray upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    const QByteArray version = "Sec-WebSocket-Version: 13\r\n";
    QTest::newRow("no key") << get("/optimistic/ws", upgrade + version) << 400;
    QTest::newRow("short key") << get("/optimistic/ws", upgrade + version + "Sec-WebSocket-Key: abc\r\n") << 400;
    QTest::newRow("two keys") << get("/optimistic/ws", upgrade + version + key + key) << 400;
    QTest::newRow("key that is no base64")
        << get("/optimistic/ws", upgrade + version + "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n") << 400;
    QTest::newRow("version 8") << get("/optimistic/ws", upgrade + key + "Sec-WebSocket-Version: 8\r\n") << 426;
    QTest::newRow("no version") << get("/optimistic/ws", upgrade + key) << 426;
    QTest::newRow("by POST") << QByteArray("POST /optimistic/ws HTTP/1.1\r\nHost: a\r\n" + upgrade + version + key +
                                           "\r\n")
                             << 405;
    QTest::newRow("over HTTP/1.0") << QByteArray("GET /optimistic/ws HTTP/1.0\r\nHost: a\r\n" + upgrade + version +
                                                 key + "\r\n")
                                   << 400;
    QTest::newRow("foreign origin") << get("/optimistic/ws",
                                           upgrade + version + key + "Origin: https://evil.example\r\n")
                                    << 403;
    QTest::newRow("no upgrade at all") << get("/optimistic/ws") << 404;
}

void TestMalformedHttp::badHandshakeIsRefused()
{
    QFETCH(QByteArray, request);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_bystander.gateway.port()));
    peer.send(request);
    const auto response = peer.takeResponse();
    QVERIFY(response);
    QTEST(response->status, "status");
}

void TestMalformedHttp::slowHeadIsEndedByItsTimeout()
{
    RawPeer peer;
    QVERIFY(peer.connectTo(m_bystander.gateway.port()));
    const QByteArray head = get("/health", "X: " + QByteArray(1000, 'x') + "\r\n");
    qsizetype sent = 0;
    QTimer drip;
    drip.setInterval(50);
    connect(&drip, &QTimer::timeout, &drip, [&] { peer.send(head.mid(sent++, 1)); });
    drip.start();
    const auto response = peer.takeResponse();
    drip.stop();
    QVERIFY(response);
    QCOMPARE(response->status, 408);
    QVERIFY(sent < head.size());
    QVERIFY(peer.waitForEnd());
}

void TestMalformedHttp::silentConnectionIsEndedByTheHeadTimeout()
{
    RawPeer peer;
    QVERIFY(peer.connectTo(m_bystander.gateway.port()));
    QVERIFY(peer.waitForEnd());
    QVERIFY(peer.received().isEmpty());
}

void TestMalformedHttp::hundredsOfSilentConnectionsBlockNobody()
{
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 300; ++i) {
        peers.push_back(std::make_unique<RawPeer>());
        QVERIFY(peers.back()->connectTo(m_bystander.gateway.port()));
        peers.back()->send("GET / HT");
    }
    QCOMPARE(m_bystander.complaint(), QByteArray());
    for (const auto &peer : peers)
        QVERIFY(peer->waitForEnd());
}

void TestMalformedHttp::peerThatDropsInTheMiddleIsForgotten_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("nothing sent") << QByteArray();
    QTest::newRow("in the head") << QByteArray("GET /health HT");
    QTest::newRow("in a counted body") << post("Content-Length: 1000\r\n", "{\"a\":");
    QTest::newRow("in a chunk") << post("Transfer-Encoding: chunked\r\n", "ff\r\n{");
    QTest::newRow("before the answer") << get("/health");
    QTest::newRow("right after the handshake")
        << get("/optimistic/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    QTest::newRow("right after an event stream was asked for") << get("/optimistic/events");
}

void TestMalformedHttp::peerThatDropsInTheMiddleIsForgotten()
{
    QFETCH(QByteArray, request);
    for (int i = 0; i < 20; ++i) {
        RawPeer peer;
        QVERIFY(peer.connectTo(m_bystander.gateway.port()));
        peer.send(request);
        if (i % 2)
            peer.finishSending();
        else
            peer.socket().flush();
        peer.abort();
    }
}

QTEST_GUILESS_MAIN(TestMalformedHttp)
#include "tst_malformedhttp.moc"
