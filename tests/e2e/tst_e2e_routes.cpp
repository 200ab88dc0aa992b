// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

namespace {

const QString Rework = QStringLiteral("/optimistic/rework");
const QString Undo = QStringLiteral("/optimistic/undo");
const QString Intents = QStringLiteral("/admin/optimistic/intents");

const QByteArray UndoMeta = R"({"clock":1,"undo":{"intent":"TODO_DELETE","payload":{"id":"t1","deep":[1]}}})";

} // namespace

//! SSMA spec sections 5 and 8.4 against the real binary.
class TestE2eRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void healthHasTheDocumentedShape();
    void logBatchIsAccepted();
    void logBatchIsRefusedFor_data();
    void logBatchIsRefusedFor();
    void pendingListsTheRowsOfASite();
    void pendingSinceATime();
    void pendingHidesProtectedChannels();
    void pendingOfABoundSessionIsItsSite();
    void adminRoutesNeedStaff_data();
    void adminRoutesNeedStaff();
    void adminChannelsListSubscribers();
    void adminIntentsFilterCountAndLimit();

    // 8.4
    void reworkErrors_data();
    void reworkErrors();
    void reworkTellsStreamsAndChannels();
    void undoErrors_data();
    void undoErrors();
    void undoTellsStreamsAndChannels();
    void undoKeepsTheRowAndReplaysIt();
    void undoComparesValuesNotText();
    void undoIsForTheOwnerOrStaff();

private:
    void write(const QString &site, const QByteArray &id, const QByteArray &meta = UndoMeta,
               const QByteArray &token = {}, const QByteArray &name = "TODO_CREATE")
    {
        WsClient client;
        QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=") + site), token));
        QVERIFY(!client.ask(batch({entry(id, name, R"({"id":"t1"})", meta)}), QStringLiteral("ack")).isEmpty());
    }

    GatewayProcess m_gateway;
    BackendProcess m_backend;
    HttpClient m_http;
};

void TestE2eRoutes::initTestCase()
{
    QVERIFY(m_backend.start());
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() +
                            QStringList{QStringLiteral("--backend-url"), m_backend.url()}));
    m_http.setBase(m_gateway.url());
}

void TestE2eRoutes::cleanup()
{
    m_http.setToken({});
}

void TestE2eRoutes::healthHasTheDocumentedShape()
{
    const HttpAnswer answer = m_http.get(QStringLiteral("/health"));
    QCOMPARE(answer.status, 200);
    VERIFY_HAS(answer.json(), R"({"status":"ok","service":"ssma","logPipeline":{"status":"ok","exporter":"console"}})");
    QVERIFY(numberAt(answer.json(), "timestamp") > 1'600'000'000'000);
    for (const char *metric : {"ingested", "exported", "errors"})
        QVERIFY2(hasAt(answer.json(), QByteArray("logPipeline.metrics.") + metric), metric);
    const QJsonObject pipeline = m_http.get(QStringLiteral("/logs/health")).json();
    VERIFY_HAS(pipeline, R"({"status":"ok","exporter":"console"})");
    QVERIFY(hasAt(pipeline, "bufferSize") && hasAt(pipeline, "filePath"));
}

void TestE2eRoutes::logBatchIsAccepted()
{
    const HttpAnswer answer =
        m_http.post(QStringLiteral("/logs/batch"),
                    json(R"({"batchId":"batch-0001","entries":[{"event":"CLICK","level":"info","timestamp":1},
                 {"event":"CLICK","level":"warn","timestamp":2,"context":{"a":1}}]})"));
    QCOMPARE(answer.status, 202);
    VERIFY_HAS(answer.json(), R"({"success":true,"accepted":2})");
    QVERIFY(hasAt(answer.json(), "bufferSize"));
}

void TestE2eRoutes::logBatchIsRefusedFor_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("an array") << QByteArray("[]") << 400;
    QTest::newRow("no entries") << QByteArray(R"({"batchId":"batch-0001"})") << 422;
    QTest::newRow("unknown level")
        << QByteArray(R"({"batchId":"batch-0001","entries":[{"event":"A","level":"fatal","timestamp":1}]})") << 422;
    QTest::newRow("extra field")
        << QByteArray(R"({"batchId":"batch-0001","x":1,"entries":[{"event":"A","level":"info","timestamp":1}]})")
        << 422;
}

void TestE2eRoutes::logBatchIsRefusedFor()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const HttpAnswer answer = m_http.send("POST", QStringLiteral("/logs/batch"), body);
    QCOMPARE(answer.status, status);
    QVERIFY(hasAt(answer.json(), "error") && hasAt(answer.json(), "code"));
    QCOMPARE(arrayAt(answer.json(), "details").isEmpty(), status == 400);
}

void TestE2eRoutes::pendingListsTheRowsOfASite()
{
    write(QStringLiteral("pend-a"), "pen-00001");
    write(QStringLiteral("pend-b"), "pen-00002");
    write(QStringLiteral("pend-a"), "pen-00003", UndoMeta, {}, "A_REJECT");
    const QJsonObject answer = m_http.get(QStringLiteral("/optimistic/pending?site=pend-a")).json();
    QCOMPARE(column(arrayAt(answer, "pending"), "id"), (QByteArrayList{"pen-00001", "pen-00003"}));
    QCOMPARE(column(arrayAt(answer, "pending"), "status"), (QByteArrayList{"acked", "rejected"}));
    QVERIFY(hasAt(answer, "pending.0.insertedAt"));
}

void TestE2eRoutes::pendingSinceATime()
{
    write(QStringLiteral("since"), "sin-00001");
    const qint64 first =
        numberAt(m_http.get(QStringLiteral("/optimistic/pending?site=since")).json(), "pending.0.insertedAt");
    const auto count = [&](qint64 since) {
        const QString path = QStringLiteral("/optimistic/pending?site=since&since=%1").arg(since);
        return arrayAt(m_http.get(path).json(), "pending").size();
    };
    QCOMPARE(count(first), 1);
    QCOMPARE(count(first + 1), 0);
}

// spec 19 (3)
void TestE2eRoutes::pendingHidesProtectedChannels()
{
    write(QStringLiteral("hidden"), "hid-00001", R"({"clock":1,"channels":["ops.audit"]})");
    const QString path = QStringLiteral("/optimistic/pending?site=hidden");
    QCOMPARE(arrayAt(m_http.get(path).json(), "pending").size(), 0);
    m_http.setToken(m_gateway.mintToken("staff"));
    QCOMPARE(arrayAt(m_http.get(path).json(), "pending").size(), 1);
}

// spec 19 (3), (7)
void TestE2eRoutes::pendingOfABoundSessionIsItsSite()
{
    write(QStringLiteral("bound-a"), "bou-00001");
    write(QStringLiteral("bound-b"), "bou-00002");
    m_http.setToken(m_gateway.mintToken("user", "ann", "bound-a"));
    const QJsonObject answer = m_http.get(QStringLiteral("/optimistic/pending?site=bound-b")).json();
    QCOMPARE(column(arrayAt(answer, "pending"), "id"), QByteArrayList{"bou-00001"});
}

void TestE2eRoutes::adminRoutesNeedStaff_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::newRow("channels") << QByteArray("GET") << QStringLiteral("/admin/optimistic/channels");
    QTest::newRow("intents") << QByteArray("GET") << Intents;
    QTest::newRow("rework") << QByteArray("POST") << Rework;
    QTest::newRow("invalidate") << QByteArray("POST") << QStringLiteral("/islands/invalidate");
}

void TestE2eRoutes::adminRoutesNeedStaff()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    for (const QByteArray &token : {QByteArray(), m_gateway.mintToken("user")}) {
        m_http.setToken(token);
        const HttpAnswer answer = m_http.send(verb, path);
        QCOMPARE(answer.status, 403);
        QCOMPARE(answer.body, R"({"error":"FORBIDDEN","requiredRole":"staff"})");
    }
}

void TestE2eRoutes::adminChannelsListSubscribers()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=listed")),
                        m_gateway.mintToken("user", "ann")));
    client.ask(channelFrame("channel.subscribe", "global", R"(,"params":{"a":1})"), QStringLiteral("channel.snapshot"));
    m_http.setToken(m_gateway.mintToken("staff"));
    const QJsonObject answer = m_http.get(QStringLiteral("/admin/optimistic/channels")).json();
    VERIFY_HAS(answer, R"({"totalSubscriptions":1,"channels":[{"channel":"global","total":1,"subscribers":[
        {"params":{"a":1},"connectionRole":"leader","site":"listed","user":{"id":"ann","role":"user"}}]}]})");
    QCOMPARE(valueAt(answer, "channels.0.subscribers.0.connectionId").toString(), client.connectionId());
    QVERIFY(hasAt(answer, "updatedAt") && hasAt(answer, "channels.0.subscribers.0.subscribedAt"));
}

void TestE2eRoutes::adminIntentsFilterCountAndLimit()
{
    write(QStringLiteral("admin"), "adm-00001", R"({"clock":1,"reasons":["special"]})");
    write(QStringLiteral("admin"), "adm-00002", R"({"clock":1,"reasons":["special","more"]})");
    m_http.setToken(m_gateway.mintToken("staff"));
    const QJsonObject all = m_http.get(Intents + QStringLiteral("?reason=special")).json();
    QCOMPARE(column(arrayAt(all, "pending"), "id"), (QByteArrayList{"adm-00001", "adm-00002"}));
    QCOMPARE(numberAt(all, "total"), 2);
    VERIFY_HAS(valueAt(all, "pending.0").toObject(),
               R"({"intent":"TODO_CREATE","channels":["global"],"site":"admin","status":"acked"})");
    QVERIFY(arrayAt(all, "reasonSummary").contains(json(R"({"reason":"special","count":2})")));
    QVERIFY(arrayAt(all, "reasonSummary").contains(json(R"({"reason":"more","count":1})")));
    const QJsonObject one = m_http.get(Intents + QStringLiteral("?reason=special&limit=1")).json();
    QCOMPARE(column(arrayAt(one, "pending"), "id"), QByteArrayList{"adm-00001"});
    QCOMPARE(numberAt(one, "total"), 2); // the summary covers all filtered rows
}

void TestE2eRoutes::reworkErrors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("unknown id") << QByteArray(R"({"id":"nobody-01"})") << 404 << QByteArray("NOT_FOUND");
    QTest::newRow("no id") << QByteArray("{}") << 404 << QByteArray("NOT_FOUND");
    QTest::newRow("row without undo") << QByteArray(R"({"id":"rwe-00001"})") << 400 << QByteArray("UNDO_NOT_AVAILABLE");
}

void TestE2eRoutes::reworkErrors()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    write(QStringLiteral("rework-errors"), "rwe-00001", R"({"clock":1})");
    m_http.setToken(m_gateway.mintToken("staff"));
    const HttpAnswer answer = m_http.post(Rework, json(body));
    QCOMPARE(answer.status, status);
    QCOMPARE(textAt(answer.json(), "error"), error);
}

void TestE2eRoutes::reworkTellsStreamsAndChannels()
{
    write(QStringLiteral("rework"), "rew-00001");
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("site=rework"))));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events?site=rework")), {}, true));
    m_http.setToken(m_gateway.mintToken("staff"));
    const HttpAnswer answer = m_http.post(Rework, json(R"({"id":"rew-00001"})"));
    QCOMPARE(answer.status, 202);
    QCOMPARE(answer.json(), json(R"({"status":"scheduled","id":"rew-00001"})"));
    VERIFY_HAS(client.next(QStringLiteral("channel.invalidate")),
               R"({"reason":"intent-rework","channel":"global","intents":[{"id":"rew-00001"}]})");
    VERIFY_HAS(stream.next("rework").json(), R"({"reason":"manual-rework","intents":[{"id":"rew-00001",
        "intent":"TODO_CREATE","undo":{"intent":"TODO_DELETE"},"payload":{"id":"t1"},"channels":["global"],
        "site":"rework"}]})");
    m_http.post(Rework, json(R"({"id":"rew-00001","reason":"again"})"));
    QCOMPARE(textAt(stream.next("rework").json(), "reason"), "again");
    const QJsonObject pending = m_http.get(QStringLiteral("/optimistic/pending?site=rework")).json();
    QCOMPARE(arrayAt(pending, "pending").size(), 1);
    QVERIFY(arrayAt(pending, "pending.0.meta.reasons").contains(QStringLiteral("rework")));
}

void TestE2eRoutes::undoErrors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *body, int status, const char *error) {
        QTest::newRow(name) << QByteArray(body) << status << QByteArray(error);
    };
    row("no id", R"({"intent":"TODO_DELETE"})", 400, "INVALID_PAYLOAD");
    row("no intent", R"({"id":"une-00001"})", 400, "INVALID_PAYLOAD");
    row("unknown id", R"({"id":"nobody-01","intent":"TODO_DELETE"})", 404, "NOT_FOUND");
    row("row without undo", R"({"id":"une-00002","intent":"TODO_DELETE"})", 404, "NOT_FOUND");
    row("another intent", R"({"id":"une-00001","intent":"OTHER","payload":{"id":"t1","deep":[1]}})", 409,
        "UNDO_MISMATCH");
    row("another payload", R"({"id":"une-00001","intent":"TODO_DELETE","payload":{"id":"t2"}})", 409, "UNDO_MISMATCH");
}

void TestE2eRoutes::undoErrors()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    write(QStringLiteral("undo-errors"), "une-00001");
    write(QStringLiteral("undo-errors"), "une-00002", R"({"clock":1})");
    m_http.setToken(m_gateway.mintToken("user"));
    const HttpAnswer answer = m_http.post(Undo, json(body));
    QCOMPARE(answer.status, status);
    QCOMPARE(textAt(answer.json(), "error"), error);
}

void TestE2eRoutes::undoTellsStreamsAndChannels()
{
    write(QStringLiteral("undo"), "und-00001");
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("site=undo"))));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events?site=undo")), {}, true));
    m_http.setToken(m_gateway.mintToken("user"));
    const HttpAnswer answer =
        m_http.post(Undo, json(R"({"id":"und-00001","intent":"TODO_DELETE","payload":{"id":"t1","deep":[1]}})"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json(), json(R"({"status":"reverted","id":"und-00001"})"));
    VERIFY_HAS(client.next(QStringLiteral("channel.invalidate")),
               R"({"reason":"intent-undo","intents":[{"id":"und-00001"}]})");
    VERIFY_HAS(stream.next("undo").json(), R"({"id":"und-00001","intent":"TODO_CREATE","reason":"client-undo"})");
}

void TestE2eRoutes::undoKeepsTheRowAndReplaysIt()
{
    write(QStringLiteral("keeps"), "kee-00001");
    m_http.setToken(m_gateway.mintToken("user"));
    QCOMPARE(
        m_http.post(Undo, json(R"({"id":"kee-00001","intent":"TODO_DELETE","payload":{"id":"t1","deep":[1]}})")).status,
        200);
    WsClient reader;
    QVERIFY(reader.open(m_gateway.webSocketUrl(QStringLiteral("site=keeps"))));
    const QJsonObject replay = reader.next(QStringLiteral("replay"));
    QCOMPARE(column(arrayAt(replay, "intents"), "id"), QByteArrayList{"kee-00001"});
    for (const char *reason : {"replay", "rework", "channel:global"})
        QVERIFY2(!arrayAt(replay, "intents.0.meta.reasons").contains(QLatin1StringView(reason)), reason);
}

void TestE2eRoutes::undoComparesValuesNotText()
{
    write(QStringLiteral("values"), "val-00001");
    m_http.setToken(m_gateway.mintToken("user"));
    QCOMPARE(
        m_http.send("POST", Undo, R"({"payload": {"deep":[1.0], "id":"t1"}, "intent":"TODO_DELETE", "id":"val-00001"})")
            .status,
        200);
}

// spec 19 (7)
void TestE2eRoutes::undoIsForTheOwnerOrStaff()
{
    write(QStringLiteral("owner"), "own-00001", UndoMeta, m_gateway.mintToken("user", "ann"));
    const QJsonObject body = json(R"({"id":"own-00001","intent":"TODO_DELETE","payload":{"id":"t1","deep":[1]}})");
    QCOMPARE(m_http.post(Undo, body).status, 403); // guest
    m_http.setToken(m_gateway.mintToken("user", "eve"));
    QCOMPARE(m_http.post(Undo, body).status, 403);
    m_http.setToken(m_gateway.mintToken("user", "ann"));
    QCOMPARE(m_http.post(Undo, body).status, 200);
    m_http.setToken(m_gateway.mintToken("staff", "sue"));
    QCOMPARE(m_http.post(Undo, body).status, 200);
}

QTEST_GUILESS_MAIN(TestE2eRoutes)
#include "tst_e2e_routes.moc"
