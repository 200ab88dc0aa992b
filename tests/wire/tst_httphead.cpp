// SPDX-License-Identifier: MIT
#include "wire/httphead.h"

#include <QTest>

using namespace Tidegate::Http;

namespace {

//! A request with \p lines between the request line plus Host and the empty line.
QByteArray request(const QByteArray &lines, const QByteArray &requestLine = "GET / HTTP/1.1")
{
    return requestLine + "\r\nHost: h\r\n" + lines + "\r\n";
}

Head parsed(const QByteArray &bytes)
{
    const HeadResult result = parseHead(bytes);
    const Head *head = std::get_if<Head>(&result);
    return head ? *head : Head{};
}

//! Status of a refusal, 200 for a head, 0 for incomplete.
int statusOf(const HeadResult &result)
{
    if (const auto *refused = std::get_if<HeadRefused>(&result))
        return refused->status;
    return std::holds_alternative<Head>(result) ? 200 : 0;
}

int statusByteByByte(const QByteArray &bytes)
{
    qsizetype scanned = 0;
    for (qsizetype size = 1; size <= bytes.size(); ++size) {
        const HeadResult result = parseHead(QByteArrayView(bytes).first(size), scanned);
        const auto *incomplete = std::get_if<HeadIncomplete>(&result);
        if (!incomplete)
            return statusOf(result);
        scanned = incomplete->scannedBytes;
    }
    return 0;
}

} // namespace

class TestHttpHead : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyPartIsRead();
    void targets_data();
    void targets();
    void accepted_data();
    void accepted();
    void hostile_data();
    void hostile();
    void bodyFraming_data();
    void bodyFraming();
    void keepAlive_data();
    void keepAlive();
    void expectation_data();
    void expectation();
    void everyPrefixIsIncomplete();
    void whatFollowsTheHeadIsLeft();
    void limits_data();
    void limits();
    void controlCharactersAreRefusedEverywhere();
};

void TestHttpHead::everyPartIsRead()
{
    const QByteArray bytes = "POST /a%20b/c?x=1&y=%2F HTTP/1.1\r\nHost: gate.example:8080\r\nX-One:  \t spaced \t\r\n"
                             "x-empty:\r\nX-One: again\r\nContent-Length: 12\r\n\r\n";
    const Head head = parsed(bytes);
    QCOMPARE(head.method, "POST");
    QCOMPARE(head.target, "/a%20b/c?x=1&y=%2F");
    QCOMPARE(head.path, "/a%20b/c");
    QCOMPARE(head.query, "x=1&y=%2F");
    QCOMPARE(head.host, "gate.example:8080");
    QCOMPARE(head.versionMinor, 1);
    QCOMPARE(head.headers.size(), size_t(5));
    QCOMPARE(head.header("X-ONE"), "spaced");
    QCOMPARE(head.header("x-empty"), "");
    QCOMPARE(head.header("absent"), "");
    QCOMPARE(head.contentLength, std::optional<quint64>(12));
    QCOMPARE(head.headBytes, bytes.size());
    QVERIFY(!head.isChunked);
}

void TestHttpHead::targets_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("host");
    const QByteArray h("h");
    QTest::newRow("root") << QByteArray("/") << QByteArray("/") << QByteArray() << h;
    QTest::newRow("empty query") << QByteArray("/a?") << QByteArray("/a") << QByteArray() << h;
    QTest::newRow("second question mark belongs to the query")
        << QByteArray("/a?b?c") << QByteArray("/a") << QByteArray("b?c") << h;
    QTest::newRow("path is kept as sent") << QByteArray("//a/../%2e") << QByteArray("//a/../%2e") << QByteArray() << h;
    QTest::newRow("absolute form") << QByteArray("http://other:81/a/b?q") << QByteArray("/a/b") << QByteArray("q")
                                   << QByteArray("other:81");
    QTest::newRow("absolute form without path")
        << QByteArray("HTTPS://[::1]:8443") << QByteArray("/") << QByteArray() << QByteArray("[::1]:8443");
    QTest::newRow("absolute form with query only")
        << QByteArray("http://o?x=1") << QByteArray("/") << QByteArray("x=1") << QByteArray("o");
    QTest::newRow("browsers leave these unescaped")
        << QByteArray("/a?f={\"b\":[1|2]}^`") << QByteArray("/a") << QByteArray("f={\"b\":[1|2]}^`") << h;
}

void TestHttpHead::targets()
{
    QFETCH(QByteArray, target);
    const Head head = parsed(request({}, "GET " + target + " HTTP/1.1"));
    QTEST(head.path, "path");
    QTEST(head.query, "query");
    QTEST(head.host, "host");
    QCOMPARE(head.target, target);
}

void TestHttpHead::accepted_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("smallest request") << request({});
    QTest::newRow("HTTP/1.0 without Host") << QByteArray("GET / HTTP/1.0\r\n\r\n");
    QTest::newRow("later minor version") << request({}, "GET / HTTP/1.2");
    QTest::newRow("one empty line before the request") << "\r\n" + request({});
    QTest::newRow("unknown method") << request({}, "PURGE-all / HTTP/1.1");
    QTest::newRow("asterisk for OPTIONS") << request({}, "OPTIONS * HTTP/1.1");
    QTest::newRow("every token character in a name") << request("!#$%&'*+-.^_`|~aZ9: v\r\n");
    QTest::newRow("Latin-1 and tab in a value") << request("X: caf\xe9\tau lait\r\n");
    QTest::newRow("colons in a value") << request("X: a:b:c\r\n");
    QTest::newRow("empty Host") << QByteArray("GET / HTTP/1.1\r\nHost:\r\n\r\n");
    QTest::newRow("Host with IPv6 and port") << QByteArray("GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n");
}

void TestHttpHead::accepted()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(statusOf(parseHead(bytes)), 200);
    QCOMPARE(statusByteByByte(bytes), 200);
}

void TestHttpHead::hostile_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("two empty lines before the request") << "\r\n\r\n" + request({}) << 400;
    QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02") << 400;
    QTest::newRow("line feed only") << QByteArray("GET / HTTP/1.1\nHost: h\n\n") << 400;
    QTest::newRow("line feed only in a later line") << QByteArray("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n") << 400;
    QTest::newRow("lone line feed first") << QByteArray("\nGET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("bare CR in a value") << request("X: a\rY: b\r\n") << 400;
    QTest::newRow("bare CR before CRLF") << request("X: a\r\r\n") << 400;
    QTest::newRow("bare CR in the request line") << request({}, "GET /\r HTTP/1.1") << 400;
    QTest::newRow("NUL in a value") << request(QByteArray("X: a\0b\r\n", 8)) << 400;
    QTest::newRow("NUL in the target") << request({}, QByteArray("GET /\0 HTTP/1.1", 15)) << 400;
    QTest::newRow("folded header") << request("X: a\r\n b\r\n") << 400;
    QTest::newRow("folded header by tab") << request("X: a\r\n\tb\r\n") << 400;
    QTest::newRow("first header is folded") << QByteArray("GET / HTTP/1.1\r\n Host: h\r\n\r\n") << 400;
    QTest::newRow("space before the colon") << request("X : a\r\n") << 400;
    QTest::newRow("tab before the colon") << request("X\t: a\r\n") << 400;
    QTest::newRow("no colon") << request("novalue\r\n") << 400;
    QTest::newRow("no name") << request(": a\r\n") << 400;
    QTest::newRow("name with a slash") << request("a/b: c\r\n") << 400;
    QTest::newRow("name with a high byte") << request("caf\xe9: c\r\n") << 400;
    QTest::newRow("no target") << request({}, "GET HTTP/1.1") << 400;
    QTest::newRow("no version") << request({}, "GET /") << 400;
    QTest::newRow("two spaces after the method") << request({}, "GET  / HTTP/1.1") << 400;
    QTest::newRow("two spaces before the version") << request({}, "GET /  HTTP/1.1") << 400;
    QTest::newRow("space at the end of the request line") << request({}, "GET / HTTP/1.1 ") << 400;
    QTest::newRow("space in the target") << request({}, "GET /a b HTTP/1.1") << 400;
    QTest::newRow("tab instead of space") << request({}, "GET\t/ HTTP/1.1") << 400;
    QTest::newRow("method with a colon") << request({}, "GE:T / HTTP/1.1") << 400;
    QTest::newRow("fragment in the target") << request({}, "GET /a#b HTTP/1.1") << 400;
    QTest::newRow("high byte in the target") << request({}, "GET /\xe9 HTTP/1.1") << 400;
    QTest::newRow("relative target") << request({}, "GET a HTTP/1.1") << 400;
    QTest::newRow("asterisk for GET") << request({}, "GET * HTTP/1.1") << 400;
    QTest::newRow("CONNECT") << request({}, "CONNECT h:443 HTTP/1.1") << 400;
    QTest::newRow("foreign scheme") << request({}, "GET ftp://h/ HTTP/1.1") << 400;
    QTest::newRow("absolute form without host") << request({}, "GET http:///a HTTP/1.1") << 400;
    QTest::newRow("absolute form with user") << request({}, "GET http://u@h/a HTTP/1.1") << 400;
    QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\n") << 505;
    QTest::newRow("HTTP/0.9") << request({}, "GET / HTTP/0.9") << 505;
    QTest::newRow("lower-case version") << request({}, "GET / http/1.1") << 400;
    QTest::newRow("long version") << request({}, "GET / HTTP/1.10") << 400;
    QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("two Hosts") << request("Host: h\r\n") << 400;
    QTest::newRow("Host with a path") << QByteArray("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n") << 400;
    QTest::newRow("Host with a user") << QByteArray("GET / HTTP/1.1\r\nHost: a@h\r\n\r\n") << 400;
    QTest::newRow("Host list") << QByteArray("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n") << 400;
}

void TestHttpHead::hostile()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    const HeadResult result = parseHead(bytes);
    QCOMPARE(statusOf(result), status);
    QVERIFY(!std::get<HeadRefused>(result).text.isEmpty());
    QCOMPARE(statusByteByByte(bytes), status);
}

void TestHttpHead::bodyFraming_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 200;
    QTest::newRow("length") << QByteArray("Content-Length: 5\r\n") << 200;
    QTest::newRow("same length twice") << QByteArray("Content-Length: 5\r\ncontent-length: 5\r\n") << 200;
    QTest::newRow("largest length") << QByteArray("Content-Length: 999999999999999999\r\n") << 200;
    QTest::newRow("chunked") << QByteArray("Transfer-Encoding: Chunked\r\n") << 200;
    QTest::newRow("conflicting lengths") << QByteArray("Content-Length: 5\r\nContent-Length: 6\r\n") << 400;
    QTest::newRow("length list") << QByteArray("Content-Length: 5, 5\r\n") << 400;
    QTest::newRow("negative length") << QByteArray("Content-Length: -1\r\n") << 400;
    QTest::newRow("signed length") << QByteArray("Content-Length: +5\r\n") << 400;
    QTest::newRow("hexadecimal length") << QByteArray("Content-Length: 0x5\r\n") << 400;
    QTest::newRow("fractional length") << QByteArray("Content-Length: 5.0\r\n") << 400;
    QTest::newRow("empty length") << QByteArray("Content-Length:\r\n") << 400;
    QTest::newRow("length with inner space") << QByteArray("Content-Length: 1 2\r\n") << 400;
    QTest::newRow("length beyond 64 bits") << QByteArray("Content-Length: 99999999999999999999\r\n") << 400;
    QTest::newRow("length and chunked") << QByteArray("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") << 400;
    QTest::newRow("chunked and zero length")
        << QByteArray("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") << 400;
    QTest::newRow("chunked twice") << QByteArray("Transfer-Encoding: chunked, chunked\r\n") << 400;
    QTest::newRow("chunked in two headers")
        << QByteArray("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") << 400;
    QTest::newRow("chunked is not last") << QByteArray("Transfer-Encoding: chunked, gzip\r\n") << 400;
    QTest::newRow("chunked behind an empty item") << QByteArray("Transfer-Encoding: , chunked\r\n") << 400;
    QTest::newRow("empty coding") << QByteArray("Transfer-Encoding:\r\n") << 400;
    QTest::newRow("gzip") << QByteArray("Transfer-Encoding: gzip\r\n") << 501;
    QTest::newRow("gzip, chunked") << QByteArray("Transfer-Encoding: gzip, chunked\r\n") << 501;
    QTest::newRow("identity") << QByteArray("Transfer-Encoding: identity\r\n") << 501;
    QTest::newRow("xchunked") << QByteArray("Transfer-Encoding: xchunked\r\n") << 501;
    QTest::newRow("quoted chunked") << QByteArray("Transfer-Encoding: \"chunked\"\r\n") << 501;
}

void TestHttpHead::bodyFraming()
{
    QFETCH(QByteArray, lines);
    QFETCH(int, status);
    const HeadResult result = parseHead(request(lines));
    QCOMPARE(statusOf(result), status);
    if (status == 200)
        QCOMPARE(std::get<Head>(result).hasBody(), !lines.isEmpty());
    QCOMPARE(statusOf(parseHead("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")), 400);
}

void TestHttpHead::keepAlive_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<bool>("keeps");
    QTest::newRow("1.1") << QByteArray("HTTP/1.1") << QByteArray() << true;
    QTest::newRow("1.1 close") << QByteArray("HTTP/1.1") << QByteArray("Connection: Close\r\n") << false;
    QTest::newRow("1.1 close in a list") << QByteArray("HTTP/1.1") << QByteArray("Connection: te , close\r\n") << false;
    QTest::newRow("1.1 close in a second header")
        << QByteArray("HTTP/1.1") << QByteArray("Connection: te\r\nConnection: close\r\n") << false;
    QTest::newRow("1.1 closed is another word")
        << QByteArray("HTTP/1.1") << QByteArray("Connection: closed\r\n") << true;
    QTest::newRow("1.0") << QByteArray("HTTP/1.0") << QByteArray() << false;
    QTest::newRow("1.0 keep-alive") << QByteArray("HTTP/1.0") << QByteArray("Connection: Keep-Alive\r\n") << true;
    QTest::newRow("1.0 both") << QByteArray("HTTP/1.0") << QByteArray("Connection: keep-alive, close\r\n") << false;
}

void TestHttpHead::keepAlive()
{
    QFETCH(QByteArray, version);
    QFETCH(QByteArray, lines);
    QTEST(parsed(request(lines, "GET / " + version)).keepsAlive(), "keeps");
}

void TestHttpHead::expectation_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("expects");
    QTest::newRow("none") << request({}) << false;
    QTest::newRow("100-continue") << request("Expect: 100-Continue\r\n") << true;
    QTest::newRow("something else") << request("Expect: 200-ok\r\n") << false;
    QTest::newRow("HTTP/1.0 cannot") << request("Expect: 100-continue\r\n", "GET / HTTP/1.0") << false;
}

void TestHttpHead::expectation()
{
    QFETCH(QByteArray, bytes);
    QTEST(parsed(bytes).expects100Continue(), "expects");
}

void TestHttpHead::everyPrefixIsIncomplete()
{
    const QByteArray bytes = "\r\n" + request("X: y\r\nContent-Length: 3\r\n", "POST /p?q HTTP/1.1");
    for (qsizetype size = 0; size < bytes.size(); ++size)
        QCOMPARE(statusOf(parseHead(QByteArrayView(bytes).first(size))), 0);
    QCOMPARE(statusOf(parseHead(bytes)), 200);
}

void TestHttpHead::whatFollowsTheHeadIsLeft()
{
    const QByteArray head = request("Content-Length: 40000\r\n");
    const Head result = parsed(head + QByteArray(40000, '\n'));
    QCOMPARE(result.headBytes, head.size());
}

void TestHttpHead::limits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const qsizetype fixed = request("X: \r\n").size();
    QTest::newRow("exactly 16 KiB") << request("X: " + QByteArray(DefaultMaxHeadBytes - fixed, 'x') + "\r\n") << 200;
    QTest::newRow("one byte more") << request("X: " + QByteArray(DefaultMaxHeadBytes - fixed + 1, 'x') + "\r\n") << 431;
    QTest::newRow("endless target") << "GET /" + QByteArray(DefaultMaxHeadBytes, 'x') << 431;
    QTest::newRow("endless header lines") << "GET / HTTP/1.1\r\n" + QByteArray("X: y\r\n").repeated(5000) << 431;
    QTest::newRow("100 headers with Host") << request(QByteArray("X: y\r\n").repeated(99)) << 200;
    QTest::newRow("101 headers") << request(QByteArray("X: y\r\n").repeated(100)) << 431;
}

void TestHttpHead::limits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QCOMPARE(statusOf(parseHead(bytes)), status);
    QCOMPARE(statusByteByByte(bytes), status);
}

void TestHttpHead::controlCharactersAreRefusedEverywhere()
{
    for (int c = 0; c < 0x100; ++c) {
        const bool isControl = (c < 0x20 && c != '\t') || c == 0x7f;
        const QByteArray byte(1, char(c));
        QCOMPARE(statusOf(parseHead(request("X: a" + byte + "b\r\n"))), isControl ? 400 : 200);
        const bool isTargetChar = c > 0x20 && c < 0x7f && c != '#';
        QCOMPARE(statusOf(parseHead(request({}, "GET /a" + byte + "b HTTP/1.1"))), isTargetChar ? 200 : 400);
    }
}

QTEST_GUILESS_MAIN(TestHttpHead)
#include "tst_httphead.moc"
