// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"

#include <QTest>

using namespace Tidegate;

//! HTTP as the front door speaks it, over real sockets.
class TestFrontDoor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void aConnectionIsKeptForFurtherRequests();
    void theRequestArrivesWhole();
    void pipelinedRequestsAreAnsweredInOrder();
    void aPipelinedRequestWaitsForTheAnswerBeforeIt();
    void closesWhenTheClientAsks_data();
    void closesWhenTheClientAsks();
    void headAnswersHaveNoBody();
    void expectContinueIsAnsweredBeforeTheBody();
    void chunkedBodiesArriveWhole();
    void aBodyAtTheLimitIsServedAndOneAboveIsNot_data();
    void aBodyAtTheLimitIsServedAndOneAboveIsNot();
    void aHeadAboveTheLimitIsRefused_data();
    void aHeadAboveTheLimitIsRefused();
    void aRaisedHeadLimitIsServed_data();
    void aRaisedHeadLimitIsServed();
    void aHeadByteByByteIsServed();
    void aHeadThatDoesNotEndTimesOut();
    void aBodyThatDoesNotEndTimesOut();
    void anIdleConnectionIsClosedSilently();
    void aConnectionThatWaitsForItsAnswerIsNotIdle();
    void aBigAnswerReachesASlowReader();
    void aBigLastAnswerReachesASlowReader();
    void pipelinedAnswersNobodyReadsDoNotPileUp();
    void anAnswerNobodyReadsEndsTheConnection();
    void encodedBodiesAreRefused_data();
    void encodedBodiesAreRefused();
    void aClientThatEndsItsHalfStillGetsItsAnswer();
    void aLateAnswerForAGoneClientIsDropped();
    void withoutAnHttpHandlerEverythingElseIsUnknown();
    void anEndpointsRefusalIsTheAnswer();
    void upgradeToAnUnknownPathIsNotFound();
    void eventStreamsAreForGetOnly();
    void trailingSlashesDoNotCount();

private:
    void start(const LinkLimits &limits = {}, bool hasHttp = true);

    std::unique_ptr<ShardFixture> m_shard;
    std::unique_ptr<RawPeer> m_peer;
};

namespace {

QByteArray request(const QByteArray &method, const QByteArray &path, const QByteArray &headers = {},
                   const QByteArray &body = {})
{
    QByteArray text = method + ' ' + path + " HTTP/1.1\r\nHost: a\r\n" + headers;
    if (!body.isEmpty())
        text += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

} // namespace

void TestFrontDoor::init()
{
    start();
}

void TestFrontDoor::start(const LinkLimits &limits, bool hasHttp)
{
    m_peer.reset();
    m_shard = std::make_unique<ShardFixture>(limits, nullptr, hasHttp);
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_shard->port()));
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 1);
}

void TestFrontDoor::cleanup()
{
    m_peer.reset();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    m_shard.reset();
}

void TestFrontDoor::aConnectionIsKeptForFurtherRequests()
{
    for (int i = 0; i < 5; ++i) {
        m_peer->send(request("POST", "/echo", {}, "body " + QByteArray::number(i)));
        const auto response = m_peer->takeResponse();
        QVERIFY(response);
        QCOMPARE(response->status, 200);
        QCOMPARE(response->body, "body " + QByteArray::number(i));
        QVERIFY(response->head.contains("connection: keep-alive"));
    }
    QCOMPARE(m_shard->counters.connectionsAccepted.value(), 1);
}

void TestFrontDoor::theRequestArrivesWhole()
{
    m_peer->send(request("POST", "/echo?a=%20b", "X-Test: yes\r\n", "{}"));
    QVERIFY(m_peer->takeResponse());
    const HttpRequest seen = m_shard->http.requests().at(0);
    QCOMPARE(seen.method, QByteArray("POST"));
    QCOMPARE(seen.path, QByteArray("/echo"));
    QCOMPARE(seen.query, QByteArray("a=%20b"));
    QCOMPARE(headerValue(seen.headers, "x-test"), QByteArray("yes"));
    QCOMPARE(seen.body, QByteArray("{}"));
    QCOMPARE(seen.peer.address, QByteArray("127.0.0.1"));
    QCOMPARE(seen.peer.port, m_peer->socket().localPort());
    QVERIFY(!seen.peer.isTls);
}

void TestFrontDoor::pipelinedRequestsAreAnsweredInOrder()
{
    QByteArray all;
    for (int i = 0; i < 50; ++i)
        all += i % 7 == 3 ? request("GET", "/nothing") : request("POST", "/echo", {}, "n" + QByteArray::number(i));
    m_peer->send(all);
    for (int i = 0; i < 50; ++i) {
        const auto response = m_peer->takeResponse();
        QVERIFY(response);
        QCOMPARE(response->status, i % 7 == 3 ? 404 : 200);
        if (i % 7 != 3)
            QCOMPARE(response->body, "n" + QByteArray::number(i));
    }
}

void TestFrontDoor::aPipelinedRequestWaitsForTheAnswerBeforeIt()
{
    m_peer->send(request("GET", "/hold") + request("POST", "/echo", {}, "second"));
    QTRY_COMPARE(m_shard->http.heldCount(), 1);
    QCOMPARE(m_shard->http.requests().size(), size_t(1)); // one body in memory per connection
    m_shard->http.release();
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("released"));
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("second"));
}

void TestFrontDoor::closesWhenTheClientAsks_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("Connection: close") << request("POST", "/echo", "Connection: close\r\n", "x");
    QTest::newRow("HTTP/1.0") << QByteArray("POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx");
}

void TestFrontDoor::closesWhenTheClientAsks()
{
    QFETCH(QByteArray, text);
    m_peer->send(text);
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QCOMPARE(response->body, QByteArray("x"));
    QVERIFY(response->head.contains("connection: close"));
    QVERIFY(m_peer->waitForEnd());
}

void TestFrontDoor::headAnswersHaveNoBody()
{
    m_peer->send(request("HEAD", "/big"));
    QVERIFY(m_peer->waitForText("\r\n\r\n"));
    QVERIFY(m_peer->received().contains("Content-Length: " + QByteArray::number(ScriptedHttp::BigBytes)));
    const qsizetype headBytes = m_peer->received().size();
    m_peer->send(request("POST", "/echo", {}, "next"));
    QVERIFY(m_peer->waitForText("next"));
    QVERIFY(m_peer->received().mid(headBytes).startsWith("HTTP/1.1 200"));
}

void TestFrontDoor::expectContinueIsAnsweredBeforeTheBody()
{
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    QCOMPARE(m_peer->takeResponse()->status, 100);
    m_peer->send("body");
    const auto response = m_peer->takeResponse();
    QCOMPARE(response->status, 200);
    QCOMPARE(response->body, QByteArray("body"));
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
    QCOMPARE(m_peer->takeResponse()->status, 413); // and not 100
}

void TestFrontDoor::chunkedBodiesArriveWhole()
{
    const QByteArray text = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n";
    m_peer->send(text + text);
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("hello world"));
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("hello world"));
    for (const char each : text) {
        m_peer->send(QByteArray(1, each));
        m_peer->socket().flush();
    }
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("hello world"));
}

void TestFrontDoor::aBodyAtTheLimitIsServedAndOneAboveIsNot_data()
{
    QTest::addColumn<bool>("isChunked");
    QTest::newRow("counted") << false;
    QTest::newRow("chunked") << true;
}

void TestFrontDoor::aBodyAtTheLimitIsServedAndOneAboveIsNot()
{
    QFETCH(bool, isChunked);
    LinkLimits limits;
    limits.bodyBytes = 1000;
    start(limits);
    const auto send = [&](int bytes) {
        const QByteArray body(bytes, 'x');
        if (isChunked)
            m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                         QByteArray::number(bytes, 16) + "\r\n" + body + "\r\n0\r\n\r\n");
        else
            m_peer->send(request("POST", "/echo", {}, body));
    };
    send(1000);
    QCOMPARE(m_peer->takeResponse()->body.size(), 1000);
    send(1001);
    const auto response = m_peer->takeResponse();
    QCOMPARE(response->status, 413);
    QVERIFY(response->head.contains("connection: close"));
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(m_shard->http.requests().at(1).bodyTooLarge);
}

void TestFrontDoor::aHeadAboveTheLimitIsRefused_data()
{
    QTest::addColumn<bool>("isComplete");
    QTest::newRow("complete in one packet") << true;
    QTest::newRow("without an end") << false;
}

void TestFrontDoor::aHeadAboveTheLimitIsRefused()
{
    QFETCH(bool, isComplete);
    LinkLimits limits;
    limits.headBytes = 1000;
    start(limits);
    const QByteArray head = "GET /nothing HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(1000, 'x');
    m_peer->send(isComplete ? head + "\r\n\r\n" : head);
    QCOMPARE(m_peer->takeResponse()->status, 431);
    QVERIFY(m_peer->waitForEnd());
    QCOMPARE(m_shard->counters.headsRefused.value(), 1);
}

void TestFrontDoor::aRaisedHeadLimitIsServed_data()
{
    QTest::addColumn<int>("headBytes");
    QTest::addColumn<int>("status");
    QTest::newRow("more than the default") << 100'000 << 404;
    QTest::newRow("more than the limit") << 200'000 << 431;
}

void TestFrontDoor::aRaisedHeadLimitIsServed()
{
    QFETCH(int, headBytes);
    LinkLimits limits;
    limits.headBytes = 150'000;
    start(limits);
    m_peer->send(request("GET", "/nothing", "X: " + QByteArray(headBytes, 'x') + "\r\n"));
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QTEST(response->status, "status");
}

void TestFrontDoor::aHeadByteByByteIsServed()
{
    const QByteArray text = request("POST", "/echo", "X: y\r\n", "body");
    for (const char each : text) {
        m_peer->send(QByteArray(1, each));
        m_peer->socket().flush();
    }
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("body"));
}

void TestFrontDoor::aHeadThatDoesNotEndTimesOut()
{
    m_peer->send("GET / HT");
    QTRY_VERIFY(m_shard->counters.bytesReceived.value() > 0);
    m_shard->run([](IoShard &) {}); // what was received has been read as well, and its time runs
    m_shard->advance(LinkLimits().headTimeoutMs + 200);
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QCOMPARE(response->status, 408);
    QVERIFY(m_peer->waitForEnd());
}

void TestFrontDoor::aBodyThatDoesNotEndTimesOut()
{
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    QTRY_VERIFY(m_shard->counters.bytesReceived.value() > 0);
    m_shard->run([](IoShard &) {}); // what was received has been read as well, and its time runs
    m_shard->advance(LinkLimits().headTimeoutMs + 200);
    m_peer->send("x"); // more time than a head has
    m_shard->advance(LinkLimits().bodyTimeoutMs);
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QCOMPARE(response->status, 408);
    QVERIFY(m_shard->http.requests().empty());
}

void TestFrontDoor::anIdleConnectionIsClosedSilently()
{
    m_peer->send(request("POST", "/echo", {}, "x"));
    QVERIFY(m_peer->takeResponse());
    m_shard->advance(LinkLimits().headTimeoutMs + 200); // between requests the head's clock does not run
    m_peer->send(request("POST", "/echo", {}, "y"));
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("y"));
    m_shard->advance(LinkLimits().idleKeepAliveMs + 200);
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(m_peer->received().isEmpty());
}

void TestFrontDoor::aConnectionThatWaitsForItsAnswerIsNotIdle()
{
    m_peer->send(request("GET", "/hold"));
    QTRY_COMPARE(m_shard->http.heldCount(), 1);
    m_shard->advance(3'600'000);
    m_shard->run([](IoShard &) {});
    m_shard->http.release();
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("released"));
}

void TestFrontDoor::aBigAnswerReachesASlowReader()
{
    m_peer->socket().setReadBufferSize(64 * 1024);
    m_peer->send(request("GET", "/big") + request("POST", "/echo", {}, "after"));
    const auto big = m_peer->takeResponse();
    QVERIFY(big);
    QCOMPARE(big->body.size(), ScriptedHttp::BigBytes);
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("after"));
}

void TestFrontDoor::aBigLastAnswerReachesASlowReader()
{
    m_peer->socket().setReadBufferSize(1);
    m_peer->send(request("GET", "/big").repeated(3) + request("GET", "/big", "Connection: close\r\n"));
    QTRY_VERIFY(m_shard->budgets.owed().value() > 0);
    m_peer->socket().setReadBufferSize(64 * 1024);
    for (int i = 0; i < 4; ++i) {
        m_shard->advance(LinkLimits().answerTimeoutMs / 5); // together it may take longer than one answer may
        const auto big = m_peer->takeResponse();
        QVERIFY(big);
        QCOMPARE(big->body.size(), ScriptedHttp::BigBytes);
    }
    QVERIFY(m_peer->waitForEnd());
}

void TestFrontDoor::pipelinedAnswersNobodyReadsDoNotPileUp()
{
    m_peer->socket().setReadBufferSize(1);
    m_peer->send(request("GET", "/big").repeated(20) + request("POST", "/echo", {}, "last"));
    QTRY_VERIFY(m_shard->budgets.owed().value() > 0);
    for (int turn = 0; turn < 20; ++turn)
        m_shard->run([](IoShard &) {});
    // The kernel may have taken one answer or two, no more.
    QVERIFY(m_shard->http.requests().size() <= 3);
    QVERIFY(m_shard->budgets.owed().value() <= ScriptedHttp::BigBytes + 1024);
    m_peer->socket().setReadBufferSize(0);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(m_peer->takeResponse()->body.size(), ScriptedHttp::BigBytes);
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("last"));
    QTRY_COMPARE(m_shard->budgets.owed().value(), 0);
}

void TestFrontDoor::anAnswerNobodyReadsEndsTheConnection()
{
    m_peer->socket().setReadBufferSize(1);
    m_peer->send(request("GET", "/big").repeated(5));
    QTRY_VERIFY(m_shard->budgets.owed().value() > 0);
    QTRY_COMPARE(m_shard->counters.answerTimeouts.value(), 0);
    m_shard->advance(LinkLimits().answerTimeoutMs + 200);
    QTRY_COMPARE(m_shard->counters.answerTimeouts.value(), 1);
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    QCOMPARE(m_shard->budgets.owed().value(), 0);
}

void TestFrontDoor::encodedBodiesAreRefused_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("status");
    QTest::newRow("gzip") << QByteArray("Content-Encoding: gzip\r\n") << 415;
    QTest::newRow("several") << QByteArray("Content-Encoding: identity, BR\r\n") << 415;
    QTest::newRow("in a second header") << QByteArray("Content-Encoding: identity\r\nContent-Encoding: x\r\n") << 415;
    QTest::newRow("none, said aloud") << QByteArray("Content-Encoding: Identity\r\n") << 200;
}

void TestFrontDoor::encodedBodiesAreRefused()
{
    QFETCH(QByteArray, header);
    QFETCH(int, status);
    m_peer->send(request("POST", "/echo", header, "body"));
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QCOMPARE(response->status, status);
    QCOMPARE(response->head.contains("accept-encoding: identity"), status == 415);
    QCOMPARE(m_shard->counters.encodedBodiesRefused.value(), status == 415 ? 1 : 0);
    m_peer->send(request("GET", "/nothing", header)); // without a body it says nothing
    if (status == 200)
        QCOMPARE(m_peer->takeResponse()->status, 404);
}

void TestFrontDoor::aClientThatEndsItsHalfStillGetsItsAnswer()
{
    m_peer->send(request("GET", "/hold"));
    QTRY_COMPARE(m_shard->http.heldCount(), 1);
    m_peer->finishSending();
    m_shard->http.release();
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(m_peer->received().endsWith("released"));
}

void TestFrontDoor::aLateAnswerForAGoneClientIsDropped()
{
    m_peer->send(request("GET", "/hold"));
    QTRY_COMPARE(m_shard->http.heldCount(), 1);
    m_peer->abort();
    RawPeer other;
    QVERIFY(other.connectTo(m_shard->port())); // may get the place of the one that is gone
    m_shard->http.release();
    other.send(request("POST", "/echo", {}, "mine"));
    QCOMPARE(other.takeResponse()->body, QByteArray("mine"));
    QVERIFY(other.received().isEmpty());
}

void TestFrontDoor::withoutAnHttpHandlerEverythingElseIsUnknown()
{
    start({}, false);
    m_peer->send(request("GET", "/echo"));
    QCOMPARE(m_peer->takeResponse()->status, 404);
}

void TestFrontDoor::anEndpointsRefusalIsTheAnswer()
{
    QVERIFY(!m_peer->upgrade("/refuse"));
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(!m_shard->journal.contains("opened"));
}

void TestFrontDoor::upgradeToAnUnknownPathIsNotFound()
{
    for (const char *path : {"/elsewhere", "/events", "/echo"}) {
        RawPeer peer;
        QVERIFY(peer.connectTo(m_shard->port()));
        peer.send(request("GET", path,
                          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
        QCOMPARE(peer.takeResponse()->status, 404);
        QVERIFY(peer.waitForEnd());
    }
}

void TestFrontDoor::eventStreamsAreForGetOnly()
{
    m_peer->send(request("POST", "/events", {}, "x"));
    QCOMPARE(m_peer->takeResponse()->status, 404);
    m_peer->send(request("GET", "/events"));
    QCOMPARE(m_peer->takeResponse()->status, 200);
    QVERIFY(m_shard->journal.contains("opened"));
}

void TestFrontDoor::trailingSlashesDoNotCount()
{
    m_peer->send(request("POST", "/echo///", {}, "x"));
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("x"));
    QVERIFY(m_peer->upgrade("/ws/"));
}

QTEST_GUILESS_MAIN(TestFrontDoor)
#include "tst_frontdoor.moc"
