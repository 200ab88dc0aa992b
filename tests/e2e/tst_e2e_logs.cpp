// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;

//! SSMA spec section 15 against the real binary: lines of the file exporter.
class TestE2eLogs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void everyLineHasTheDocumentedMembers();
    void happeningsAreLogged_data();
    void happeningsAreLogged();
    void clientLogsAreAppended();
    void whoAClientSaysItIsStaysInsideData();
    void lineBreaksOfClientsCannotForgeLines();
    void linesAreWrittenAtOnceWhenABatchIsFull();
    void linesSurviveShutdown();
    void noTokenIsEverLogged();

private:
    void makeThingsHappen();
    QString logFile() const { return m_gateway.dataDir() + QStringLiteral("/events.log"); }
    QList<QJsonObject> lines() const;
    QJsonObject lineOf(const QByteArray &type) const;

    GatewayProcess m_gateway;
    BackendProcess m_backend;
    QByteArray m_token;
    QList<QJsonObject> m_lines;
};

void TestE2eLogs::initTestCase()
{
    QVERIFY(m_backend.start());
    QVERIFY(m_gateway.start(
        {QStringLiteral("--backend-url"), m_backend.url(), QStringLiteral("--ssma-disabled-islands=off-island"),
         QStringLiteral("--ssma-islands-demo"), QStringLiteral("--ssma-subscribe-max=4"),
         QStringLiteral("--ssma-subscribe-window=1h"), QStringLiteral("--ssma-rework-max=2"),
         QStringLiteral("--ssma-rework-window=1h"), QStringLiteral("--http-rate-max=24"),
         QStringLiteral("--http-rate-window=1h"), QStringLiteral("--monitor-backlog-threshold=1")},
        {{QStringLiteral("SSMA_LOG_EXPORTER"), QStringLiteral("file")}, {QStringLiteral("SSMA_LOG_FILE"), logFile()}}));
    m_token = m_gateway.mintToken("staff", "sue");
    makeThingsHappen();
    // Stopping writes out what is buffered (spec 19 (29)).
    QCOMPARE(m_gateway.terminate(), 0);
    m_lines = lines();
    QVERIFY(!m_lines.isEmpty());
}

void TestE2eLogs::makeThingsHappen()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_token));
    WsClient guest;
    QVERIFY(guest.join(m_gateway.webSocketUrl()));
    m_backend.setBehaviour(QStringLiteral("/subscribe"), json(R"({"httpStatus":500})"));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    client.ask(channelFrame("channel.unsubscribe", "global"), QStringLiteral("channel.close"));
    guest.ask(channelFrame("channel.subscribe", "ops.audit"), QStringLiteral("channel.close"));
    for (int i = 0; i < 4; ++i)
        guest.ask(channelFrame("channel.subscribe", "nowhere"), QStringLiteral("channel.ack"));
    const QByteArray undo = R"({"clock":1,"undo":{"intent":"B","payload":1}})";
    client.ask(
        batch({entry("log-00001", "A", "1", undo), entry("log-00002", "A_REJECT"), entry("log-00003", "A_FAIL")}),
        QStringLiteral("ack"));
    HttpClient http(m_gateway.url());
    http.setToken(m_token);
    http.post(QStringLiteral("/optimistic/rework"), json(R"({"id":"log-00001"})"));
    http.post(QStringLiteral("/optimistic/undo"), json(R"({"id":"log-00001","intent":"B","payload":1})"));
    http.post(QStringLiteral("/optimistic/undo"), json(R"({"id":"log-00001","intent":"B","payload":1})"));
    http.post(QStringLiteral("/islands/invalidate"), json(R"({"islandId":"off-island"})"));
    http.post(QStringLiteral("/islands/inventory/p"), json(R"({"quantity":1})"));
    http.post(QStringLiteral("/islands/reviews/p"), json(R"({"rating":1,"headline":"h","body":"b"})"));
    http.post(QStringLiteral("/islands/blog/p/comments"), json(R"({"body":"b"})"));
    http.post(QStringLiteral("/internal/backend/events"),
              json(R"({"event":{"eventId":"e1","islandId":"late","timestamp":1600000000000}})"));
    http.post(QStringLiteral("/logs/batch"), json(R"({"batchId":"batch-0001","sessionId":"claimed","userId":"claimed",
        "entries":[{"event":"CLIENT_EVENT","level":"warn","timestamp":7,"message":"a\nb","context":{"k":"v"}}]})"));
    for (int i = 0; i < 30; ++i)
        http.get(QStringLiteral("/health"));
}

QList<QJsonObject> TestE2eLogs::lines() const
{
    QFile file(logFile());
    QList<QJsonObject> all;
    if (!file.open(QIODevice::ReadOnly))
        return all;
    while (!file.atEnd())
        all.append(QJsonDocument::fromJson(file.readLine()).object());
    return all;
}

QJsonObject TestE2eLogs::lineOf(const QByteArray &type) const
{
    for (const QJsonObject &line : m_lines) {
        if (textAt(line, "type") == type)
            return line;
    }
    return {};
}

void TestE2eLogs::everyLineHasTheDocumentedMembers()
{
    for (const QJsonObject &line : m_lines) {
        for (const char *member : {"timestamp", "type", "level", "data", "userId", "sessionId"})
            QVERIFY2(hasAt(line, member), compact(line).constData());
        QVERIFY(valueAt(line, "data").isObject());
        QVERIFY(QByteArrayList({"debug", "info", "warn", "error"}).contains(textAt(line, "level")));
    }
}

void TestE2eLogs::happeningsAreLogged_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("level");
    const auto row = [](const char *type, const char *level) {
        QTest::newRow(type) << QByteArray(type) << QByteArray(level);
    };
    row("RATE_LIMIT_HIT", "warn");
    row("OPTIMISTIC_REWORK_RATE_LIMIT", "warn");
    row("CHANNEL_SUBSCRIBE", "info");
    row("CHANNEL_SUBSCRIBE_RATE_LIMIT", "warn");
    row("CHANNEL_SUBSCRIBE_BACKEND_SNAPSHOT_FAILED", "warn");
    row("CHANNEL_UNSUBSCRIBE", "info");
    row("CHANNEL_ACCESS_DENIED", "warn");
    row("INTENT_ACCEPTED", "info");
    row("INTENT_FORWARDED", "info");
    row("INTENT_ACKED", "info");
    row("CHANNEL_INVALIDATE", "info");
    row("INTENT_REJECTED", "info");
    row("OPTIMISTIC_REWORK_ENQUEUED", "info");
    row("OPTIMISTIC_UNDO_CONFIRMED", "info");
    row("BACKEND_EVENT_INGESTED", "info");
    row("ISLAND_INVALIDATED", "info");
    row("ISLAND_INVALIDATION_SKIPPED", "warn");
    row("INVENTORY_UPDATED", "info");
    row("PRODUCT_REVIEW_RECORDED", "info");
    row("BLOG_COMMENT_ADDED", "info");
    row("HYBRID_BACKLOG_THRESHOLD_EXCEEDED", "warn");
    row("HYBRID_INVALIDATION_LATENCY_BUDGET_EXCEEDED", "warn");
}

void TestE2eLogs::happeningsAreLogged()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, level);
    const QJsonObject line = lineOf(type);
    QVERIFY(!line.isEmpty());
    QCOMPARE(textAt(line, "level"), level);
}

void TestE2eLogs::clientLogsAreAppended()
{
    VERIFY_HAS(lineOf("CLIENT_EVENT"),
               R"({"timestamp":7,"level":"warn","userId":"sue","data":{"message":"a\nb","context":{"k":"v"}}})");
}

void TestE2eLogs::whoAClientSaysItIsStaysInsideData()
{
    VERIFY_HAS(lineOf("CLIENT_EVENT"), R"({"userId":"sue","data":{"userId":"claimed","sessionId":"claimed"}})");
}

void TestE2eLogs::lineBreaksOfClientsCannotForgeLines()
{
    QFile file(logFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    while (!file.atEnd())
        QVERIFY(!QJsonDocument::fromJson(file.readLine()).object().isEmpty());
}

void TestE2eLogs::linesAreWrittenAtOnceWhenABatchIsFull()
{
    GatewayProcess gateway;
    const QString path = gateway.workDir() + QStringLiteral("/full.log");
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_LOG_EXPORTER"), QStringLiteral("file")},
                               {QStringLiteral("SSMA_LOG_FILE"), path},
                               {QStringLiteral("SSMA_LOG_MAX_BATCH"), QStringLiteral("2")}}));
    HttpClient http(gateway.url());
    http.post(QStringLiteral("/logs/batch"), json(R"({"batchId":"batch-0001","entries":[
        {"event":"ONE","level":"info","timestamp":1},{"event":"TWO","level":"info","timestamp":2}]})"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QVERIFY(written.contains("ONE") && written.contains("TWO"));
    VERIFY_HAS(http.get(QStringLiteral("/logs/health")).json(), R"({"exporter":"file","status":"ok","bufferSize":0})");
}

// spec 19 (29)
void TestE2eLogs::linesSurviveShutdown()
{
    GatewayProcess gateway;
    const QString path = gateway.workDir() + QStringLiteral("/kept.log");
    QVERIFY(gateway.start(
        {}, {{QStringLiteral("SSMA_LOG_EXPORTER"), QStringLiteral("file")}, {QStringLiteral("SSMA_LOG_FILE"), path}}));
    HttpClient http(gateway.url());
    http.post(QStringLiteral("/logs/batch"),
              json(R"({"batchId":"batch-0001","entries":[{"event":"LAST_WORDS","level":"info","timestamp":1}]})"));
    QCOMPARE(gateway.terminate(), 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("LAST_WORDS"));
}

void TestE2eLogs::noTokenIsEverLogged()
{
    QFile file(logFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray signature = m_token.split('.').last();
    QVERIFY(!file.readAll().contains(signature));
    QVERIFY(!m_gateway.errorText().contains(signature));
}

QTEST_GUILESS_MAIN(TestE2eLogs)
#include "tst_e2e_logs.moc"
