// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec section 14 against the real binary.
class TestE2eMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void everyDocumentedMemberIsThere_data();
    void everyDocumentedMemberIsThere();
    void connectionsAreCounted();
    void gaugesGoDownAgain();
    void islandBroadcastsAreCounted();
    void backlogAndCursorFollowTheStore();
    void backlogThresholdIsWatched();
    void lateIslandsViolateTheBudget();
    void rateLimitHitsAreCounted();
    void othersThanThisMachineNeedStaff();
    void metricsMayBeMadePublic();
    void prometheusReadsThemAsText();
    void rowsAboveARoleAreCounted();

private:
    QJsonObject metrics() { return m_http.get(QStringLiteral("/optimistic/metrics")).json(); }

    GatewayProcess m_gateway;
    HttpClient m_http;
};

void TestE2eMetrics::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits()));
    m_http.setBase(m_gateway.url());
}

void TestE2eMetrics::everyDocumentedMemberIsThere_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char *path : {"updatedAt",
                             "sse.streamsOpened",
                             "sse.streamsClosed",
                             "sse.streamsActive",
                             "sse.eventsTotal",
                             "sse.eventsByType",
                             "sse.lastIslandInvalidateAt",
                             "sse.backpressureEvents",
                             "sse.slowClientDrops",
                             "sse.unauthorizedFiltered",
                             "sse.latency.count",
                             "sse.latency.sum",
                             "sse.latency.max",
                             "sse.latency.avg",
                             "ws.broadcastsTotal",
                             "ws.broadcastsByType",
                             "ws.lastIslandInvalidateAt",
                             "ws.connectionsAccepted",
                             "ws.connectionsClosed",
                             "ws.activeConnections",
                             "ws.backpressureEvents",
                             "ws.slowConsumerDrops",
                             "ws.unauthorizedFiltered",
                             "ws.latency.avg",
                             "backlog",
                             "channelSubscriptions",
                             "hybrid.backlogDepth",
                             "hybrid.peakBacklog",
                             "hybrid.backlogBreaches",
                             "hybrid.latency.sse",
                             "hybrid.latency.ws",
                             "hybrid.lastViolationAt",
                             "hybrid.latencyBudgetMs",
                             "hybrid.backlogThreshold",
                             "status",
                             "service",
                             "active.ws",
                             "active.sse",
                             "totals.wsConnections",
                             "totals.sseConnections",
                             "totals.broadcasts",
                             "totals.rateLimitHits",
                             "totals.sseClientDropped",
                             "totals.wsUnauthorizedFiltered",
                             "totals.sseUnauthorizedFiltered",
                             "store.cursor",
                             "store.replayDepth"})
        QTest::newRow(path) << QByteArray(path);
}

void TestE2eMetrics::everyDocumentedMemberIsThere()
{
    QFETCH(QByteArray, path);
    QVERIFY(hasAt(metrics(), path));
}

void TestE2eMetrics::connectionsAreCounted()
{
    const QJsonObject before = metrics();
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events"))));
    const QJsonObject after = metrics();
    for (const char *path : {"ws.connectionsAccepted", "ws.activeConnections", "sse.streamsOpened", "sse.streamsActive",
                             "active.ws", "active.sse", "totals.wsConnections"})
        QVERIFY2(numberAt(after, path) == numberAt(before, path) + 1, path);
}

void TestE2eMetrics::gaugesGoDownAgain()
{
    QTRY_COMPARE(numberAt(metrics(), "active.ws"), 0);
    QTRY_COMPARE(numberAt(metrics(), "active.sse"), 0);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events"))));
    QCOMPARE(numberAt(metrics(), "channelSubscriptions"), 1);
    client.close();
    stream.close();
    QTRY_COMPARE(numberAt(metrics(), "active.ws"), 0);
    QTRY_COMPARE(numberAt(metrics(), "active.sse"), 0);
    QTRY_COMPARE(numberAt(metrics(), "channelSubscriptions"), 0);
}

void TestE2eMetrics::islandBroadcastsAreCounted()
{
    const QJsonObject before = metrics();
    m_http.post(QStringLiteral("/internal/backend/events"), json(R"({"event":{"islandId":"counted"}})"));
    const QJsonObject after = metrics();
    QCOMPARE(numberAt(after, "ws.broadcastsTotal"), numberAt(before, "ws.broadcastsTotal") + 1);
    QVERIFY(numberAt(after, "ws.lastIslandInvalidateAt") > 1'600'000'000'000);
    QVERIFY(numberAt(after, "ws.latency.count") > 0);
}

void TestE2eMetrics::backlogAndCursorFollowTheStore()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    const qint64 before = numberAt(metrics(), "backlog");
    const QJsonObject ack = client.ask(batch({entry("met-00001"), entry("met-00002")}), QStringLiteral("ack"));
    const QJsonObject after = metrics();
    QCOMPARE(numberAt(after, "backlog"), before + 2);
    QCOMPARE(numberAt(after, "store.cursor"), numberAt(ack, "intents.1.logSeq"));
    QCOMPARE(numberAt(after, "hybrid.backlogDepth"), before + 2);
}

void TestE2eMetrics::backlogThresholdIsWatched()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_MONITOR_BACKLOG_THRESHOLD"), QStringLiteral("2")}}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    HttpClient http(gateway.url());
    const auto breaches = [&] {
        return numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "hybrid.backlogBreaches");
    };
    client.ask(batch({entry("thr-00001"), entry("thr-00002")}), QStringLiteral("ack"));
    QCOMPARE(breaches(), 0);
    client.ask(batch({entry("thr-00003")}), QStringLiteral("ack"));
    QTRY_COMPARE(breaches(), 1);
}

void TestE2eMetrics::lateIslandsViolateTheBudget()
{
    QVERIFY(valueAt(metrics(), "hybrid.lastViolationAt").isNull());
    m_http.post(QStringLiteral("/internal/backend/events"),
                json(R"({"event":{"islandId":"late","timestamp":1600000000000}})"));
    QVERIFY(numberAt(metrics(), "hybrid.lastViolationAt") > 1'600'000'000'000);
}

void TestE2eMetrics::rateLimitHitsAreCounted()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-message-max=1"), QStringLiteral("--ssma-message-window=1h")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    client.ask(json(R"({"type":"ping"})"), QStringLiteral("pong"));
    client.ask(json(R"({"type":"ping"})"), QStringLiteral("error"));
    HttpClient http(gateway.url());
    QCOMPARE(numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "totals.rateLimitHits"), 1);
}

// spec 19 (8)
void TestE2eMetrics::othersThanThisMachineNeedStaff()
{
    const QString path = QStringLiteral("/optimistic/metrics");
    const HttpClient::Headers proxied{{"X-Forwarded-For", "203.0.113.9"}};
    QCOMPARE(m_http.get(path).status, 200);
    QCOMPARE(m_http.get(path, proxied).status, 403);
    QCOMPARE(m_http.get(path, {{"Origin", "http://localhost:3000"}}).status, 403);
    HttpClient staff(m_gateway.url());
    staff.setToken(m_gateway.mintToken("staff"));
    QCOMPARE(staff.get(path, proxied).status, 200);
}

void TestE2eMetrics::metricsMayBeMadePublic()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-metrics-public")}));
    HttpClient http(gateway.url());
    QCOMPARE(http.get(QStringLiteral("/optimistic/metrics"), {{"X-Forwarded-For", "203.0.113.9"}}).status, 200);
}

void TestE2eMetrics::prometheusReadsThemAsText()
{
    const HttpAnswer asked = m_http.get(QStringLiteral("/optimistic/metrics?format=prometheus"));
    QCOMPARE(asked.status, 200);
    QCOMPARE(asked.header("Content-Type"), QByteArray("text/plain; version=0.0.4; charset=utf-8"));
    QVERIFY2(asked.body.contains("# TYPE tidegate_links gauge\n"), asked.body.constData());
    QVERIFY(asked.body.contains("\ntidegate_connections_accepted_total "));
    const HttpAnswer accepted = m_http.get(QStringLiteral("/optimistic/metrics"), {{"Accept", "text/plain"}});
    QCOMPARE(accepted.header("Content-Type"), asked.header("Content-Type"));
    // Every name is one of Prometheus', with one type.
    QSet<QByteArray> families;
    for (const QByteArray &line : asked.body.split('\n')) {
        if (!line.startsWith("# TYPE "))
            continue;
        const QByteArray family = line.split(' ').at(2);
        QVERIFY2(!families.contains(family), family.constData());
        QVERIFY2(line.endsWith(" counter") == family.endsWith("_total"), line.constData());
        families.insert(family);
    }
    QVERIFY(families.size() > 30);
}

void TestE2eMetrics::rowsAboveARoleAreCounted()
{
    const auto filtered = [this](const char *transport) {
        return metrics()[QLatin1StringView(transport)].toObject()[QStringLiteral("unauthorizedFiltered")].toInteger();
    };
    SseClient guest;
    QVERIFY(guest.join(m_gateway.url(QStringLiteral("/optimistic/events"))));
    WsClient guestLink;
    QVERIFY(guestLink.join(m_gateway.webSocketUrl()));
    const qint64 streamsBefore = filtered("sse");
    const qint64 linksBefore = filtered("ws");
    // ops.dashboard is for staff only.
    m_http.setToken(m_gateway.mintToken("staff"));
    const HttpAnswer told = m_http.post(QStringLiteral("/islands/invalidate"),
                                        {{QStringLiteral("islandId"), QStringLiteral("ops.dashboard")}},
                                        {{"Origin", m_gateway.url().toString(QUrl::RemovePath).toUtf8()}});
    m_http.setToken({});
    QCOMPARE(told.status, 202);
    QTRY_COMPARE(filtered("sse"), streamsBefore + 1);
    QTRY_COMPARE(filtered("ws"), linksBefore + 1);
}

QTEST_GUILESS_MAIN(TestE2eMetrics)
#include "tst_e2e_metrics.moc"
