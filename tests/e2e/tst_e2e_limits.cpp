// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec section 13 against the real binary. Windows are an hour long where a limit is to be hit, so that no clock
//! decides the outcome.
class TestE2eLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void httpRequestsPerAddress();
    void httpWindowEnds();
    void reworkAndUndoTogetherPerUser();
    void logBatchesHaveTheirOwnLimit();
    void subscribesAreLimitedBeforeEverythingElse();
    void subscribesOfOneUserAreCountedOverItsSockets();
    void subscribesOfAnotherSiteAreCountedApart();
    void messagesPerConnection();
    void resyncAndCommandsAreNotSubscribes();
    void deadPeersAreClosed();
};

void TestE2eLimits::httpRequestsPerAddress()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_RATE_MAX"), QStringLiteral("3")},
                               {QStringLiteral("SSMA_RATE_WINDOW_MS"), QStringLiteral("3600000")}}));
    HttpClient http(gateway.url());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
    const HttpAnswer answer = http.get(QStringLiteral("/health"));
    QCOMPARE(answer.status, 429);
    QCOMPARE(textAt(answer.json(), "error"), "Too many requests");
    const qint64 wait = numberAt(answer.json(), "retryAfterMs");
    QVERIFY(wait > 3'000'000 && wait <= 3'600'000);
    QVERIFY(answer.header("Retry-After").toLongLong() >= wait / 1000);
}

void TestE2eLimits::httpWindowEnds()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-rate-max=1"), QStringLiteral("--http-rate-window=200ms")}));
    HttpClient http(gateway.url());
    const auto becomes = [&](int status) {
        return QTest::qWaitFor([&] { return http.get(QStringLiteral("/health")).status == status; }, WaitMs);
    };
    QVERIFY(becomes(429));
    QVERIFY(becomes(200));
}

void TestE2eLimits::reworkAndUndoTogetherPerUser()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_OPTIMISTIC_REWORK_MAX"), QStringLiteral("2")},
                               {QStringLiteral("SSMA_OPTIMISTIC_REWORK_WINDOW_MS"), QStringLiteral("3600000")}}));
    HttpClient http(gateway.url());
    http.setToken(gateway.mintToken("staff", "sue"));
    QCOMPARE(http.post(QStringLiteral("/optimistic/rework"), json(R"({"id":"x"})")).status, 404);
    QCOMPARE(http.post(QStringLiteral("/optimistic/undo"), json(R"({"id":"x","intent":"y"})")).status, 404);
    const HttpAnswer answer = http.post(QStringLiteral("/optimistic/rework"), json(R"({"id":"x"})"));
    QCOMPARE(answer.status, 429);
    QCOMPARE(textAt(answer.json(), "error"), "Too many requests");
    http.setToken(gateway.mintToken("staff", "sam"));
    QCOMPARE(http.post(QStringLiteral("/optimistic/rework"), json(R"({"id":"x"})")).status, 404);
}

void TestE2eLimits::logBatchesHaveTheirOwnLimit()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-rate-max=0")}));
    HttpClient http(gateway.url());
    const QJsonObject logBatch =
        json(R"({"batchId":"batch-0001","entries":[{"event":"A","level":"info","timestamp":1}]})");
    int accepted = 0;
    for (int i = 0; i < 70; ++i)
        accepted += http.post(QStringLiteral("/logs/batch"), logBatch).status == 202;
    QVERIFY2(accepted >= 60 && accepted < 70, QByteArray::number(accepted).constData()); // 60 a minute, one window edge
    QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
}

void TestE2eLimits::subscribesAreLimitedBeforeEverythingElse()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_OPTIMISTIC_CHANNEL_MAX"), QStringLiteral("2")},
                               {QStringLiteral("SSMA_OPTIMISTIC_CHANNEL_WINDOW_MS"), QStringLiteral("3600000")}}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    const auto subscribe = [&](const char *channel) {
        return client.ask(channelFrame("channel.subscribe", channel, R"(,"params":{"a":1})"),
                          QStringLiteral("channel.ack"));
    };
    QCOMPARE(textAt(subscribe("global"), "status"), "ok");
    QCOMPARE(textAt(subscribe("nowhere"), "code"), "UNKNOWN_CHANNEL");
    const QJsonObject refused = subscribe("nowhere");
    VERIFY_HAS(refused, R"({"status":"error","code":"RATE_LIMITED","channel":"nowhere","params":{"a":1}})");
    const qint64 wait = numberAt(refused, "retryAfterMs");
    QVERIFY(wait > 3'000'000 && wait <= 3'600'000);
    QCOMPARE(textAt(subscribe("global"), "code"), "RATE_LIMITED"); // although it is subscribed already
}

void TestE2eLimits::subscribesOfOneUserAreCountedOverItsSockets()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-subscribe-max=1"), QStringLiteral("--ssma-subscribe-window=1h")}));
    WsClient one;
    WsClient two;
    WsClient other;
    QVERIFY(one.join(gateway.webSocketUrl(), gateway.mintToken("user", "ann")));
    QVERIFY(two.join(gateway.webSocketUrl(), gateway.mintToken("user", "ann")));
    QVERIFY(other.join(gateway.webSocketUrl(), gateway.mintToken("user", "bob")));
    const QJsonObject frame = channelFrame("channel.subscribe", "global");
    QCOMPARE(textAt(one.ask(frame, QStringLiteral("channel.ack")), "status"), "ok");
    QCOMPARE(textAt(two.ask(frame, QStringLiteral("channel.ack")), "code"), "RATE_LIMITED");
    QCOMPARE(textAt(other.ask(frame, QStringLiteral("channel.ack")), "status"), "ok");
}

void TestE2eLimits::subscribesOfAnotherSiteAreCountedApart()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-subscribe-max=1"), QStringLiteral("--ssma-subscribe-window=1h")}));
    for (const QString &site : {QStringLiteral("a"), QStringLiteral("b")}) {
        WsClient client;
        QVERIFY(client.join(gateway.webSocketUrl(QStringLiteral("site=") + site)));
        QCOMPARE(
            textAt(client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.ack")), "status"),
            "ok");
    }
}

// spec 19 (27)
void TestE2eLimits::messagesPerConnection()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-message-max=3"), QStringLiteral("--ssma-message-window=1h")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    for (int i = 0; i < 3; ++i)
        QVERIFY(!client.ask(json(R"({"type":"ping"})"), QStringLiteral("pong")).isEmpty());
    const QJsonObject error = client.ask(json(R"({"type":"ping"})"), QStringLiteral("error"));
    QCOMPARE(textAt(error, "code"), "RATE_LIMITED");
    QVERIFY(numberAt(error, "retryAfterMs") > 3'000'000);
    QVERIFY(client.isOpen());
    WsClient other;
    QVERIFY(other.join(gateway.webSocketUrl()));
    QVERIFY(!other.ask(json(R"({"type":"ping"})"), QStringLiteral("pong")).isEmpty());
}

void TestE2eLimits::resyncAndCommandsAreNotSubscribes()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-subscribe-max=1"), QStringLiteral("--ssma-subscribe-window=1h")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    for (int i = 0; i < 5; ++i) {
        client.markAllRead();
        QCOMPARE(
            textAt(client.ask(channelFrame("channel.resync", "global"), QStringLiteral("channel.replay")), "status"),
            "ok");
        QCOMPARE(textAt(client.ask(channelFrame("channel.command", "global", R"(,"command":"resend")"),
                                   QStringLiteral("channel.command")),
                        "status"),
                 "ok");
    }
}

// spec 19 (28)
void TestE2eLimits::deadPeersAreClosed()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ws-ping-interval=1s")}));
    WsClient alive; // answers pings by itself
    QVERIFY(alive.join(gateway.webSocketUrl()));
    const QByteArray bytes =
        rawExchange(gateway.port(), "GET /optimistic/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    QVERIFY(bytes.startsWith("HTTP/1.1 101 "));
    QVERIFY2(bytes.contains('\x89'), bytes.toPercentEncoding().constData()); // a ping that nobody answered
    HttpClient http(gateway.url());
    QCOMPARE(numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "transport.unresponsiveClosed"), 1);
    QVERIFY(alive.isOpen());
}

QTEST_GUILESS_MAIN(TestE2eLimits)
#include "tst_e2e_limits.moc"
