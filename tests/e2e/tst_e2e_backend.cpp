// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/wsclient.h"

#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;

namespace {

const QString Invalidate = QStringLiteral("channel.invalidate");
const QString Island = QStringLiteral("island.invalidate");
const QString EventsPath = QStringLiteral("/internal/backend/events");

} // namespace

//! SSMA spec sections 11 and 12 against the real binary and a real backend.
class TestE2eBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_backend.reset(); }

    // Events pushed by the backend
    void eventWithRowsReachesSubscribersAndStreams();
    void eventWithAnIslandReachesEveryone();
    void eventMayCarryBoth();
    void eventDefaultsAreFilledIn();
    void eventsAndEventAreBothTaken();
    void entriesThatAreNoObjectsAreSkipped();
    void eventIsPublishedOncePerEventId();
    void rowsOfAnEventAreReplayed();
    void cursorsOfEventRowsAreThoseOfTheLog();
    void eventStaysOnItsSite();

    // The token
    void tokenIsNeededWhenConfigured();
    void withoutATokenOnlyThisMachineMay();

    // Events inside apply results
    void eventsOfAnAnswerFollowTheFlush();
    void eventOfAnAnswerIsOnTheSiteOfTheConnection();
    void sameEventInRowAndBatchIsPublishedOnce();

    // The adapter
    void backendTokenIsSentAsBearer();
    void trailingSlashOfTheUrlIsRemoved();
    void slowBackendDoesNotHoldUpOthers();
    void gatewayStartsWithoutItsBackendAndRecovers();
    void tooManyFaultsStopTheAsking();

private:
    HttpAnswer push(const QByteArray &body) { return m_http.post(EventsPath, json(body)); }
    bool subscribe(WsClient &client, const char *site)
    {
        return client.join(
                   m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site)))) &&
               !client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot")).isEmpty();
    }

    GatewayProcess m_gateway;
    BackendProcess m_backend;
    HttpClient m_http;
};

void TestE2eBackend::initTestCase()
{
    QVERIFY(m_backend.start());
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() +
                                QStringList{QStringLiteral("--backend-url"), m_backend.url() + QStringLiteral("/")},
                            {{QStringLiteral("TIDEGATE_BACKEND_TOKEN"), QStringLiteral("to-the-backend")}}));
    m_http.setBase(m_gateway.url());
}

void TestE2eBackend::eventWithRowsReachesSubscribersAndStreams()
{
    WsClient client;
    QVERIFY(subscribe(client, "rows"));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events?site=rows"))));
    const HttpAnswer answer = push(R"({"event":{"eventId":"rows-1","site":"rows","reason":"import","intents":[
        {"id":"imp-00001","intent":"IMPORTED","payload":{"x":1},"meta":{"own":true}}]}})");
    QCOMPARE(answer.status, 202);
    QCOMPARE(answer.json(), json(R"({"status":"accepted","processed":1})"));
    const QByteArray rows =
        R"({"reason":"import","intents":[{"id":"imp-00001","intent":"IMPORTED","payload":{"x":1},"meta":{"own":true}}]})";
    VERIFY_HAS(client.next(Invalidate), rows);
    VERIFY_HAS(stream.next("invalidate").json(), rows);
}

void TestE2eBackend::eventWithAnIslandReachesEveryone()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("site=anywhere"))));
    push(R"({"event":{"eventId":"isl-1","islandId":"product-inventory","parameters":{"sku":1},"payload":{"q":2},
             "cursor":42,"timestamp":1795225538078,"reason":"stock"}})");
    VERIFY_HAS(client.next(Island), R"({"eventId":"isl-1","islandId":"product-inventory","parameters":{"sku":1},
        "payload":{"q":2},"cursor":42,"timestamp":1795225538078,"reason":"stock","site":"default"})");
}

void TestE2eBackend::eventMayCarryBoth()
{
    WsClient client;
    QVERIFY(subscribe(client, "default"));
    push(R"({"event":{"islandId":"both","intents":[{"id":"bot-00001","intent":"A","payload":1}]}})");
    QCOMPARE(textAt(client.next(Island), "islandId"), "both");
    QCOMPARE(textAt(client.next(Invalidate), "intents.0.id"), "bot-00001");
}

void TestE2eBackend::eventDefaultsAreFilledIn()
{
    WsClient client;
    QVERIFY(subscribe(client, "default"));
    push(R"({"event":{"islandId":"bare"}})");
    const QJsonObject island = client.next(Island);
    VERIFY_HAS(island, R"({"reason":"backend-event","site":"default"})");
    QVERIFY(!textAt(island, "eventId").isEmpty());
    QVERIFY(numberAt(island, "timestamp") > 1'600'000'000'000);
    push(R"({"event":{"intents":[{"intent":"A","payload":1}]}})");
    const QJsonObject rows = client.next(Invalidate);
    QCOMPARE(textAt(rows, "reason"), "backend-event");
    QVERIFY(!textAt(rows, "intents.0.id").isEmpty());
}

void TestE2eBackend::eventsAndEventAreBothTaken()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    QCOMPARE(numberAt(push(R"({"events":[{"islandId":"e1"},{"islandId":"e2"}],"event":{"islandId":"e3"}})").json(),
                      "processed"),
             3);
    for (const char *island : {"e1", "e2", "e3"})
        QCOMPARE(textAt(client.next(Island), "islandId"), island);
}

void TestE2eBackend::entriesThatAreNoObjectsAreSkipped()
{
    QCOMPARE(push(R"({"events":[1,null,"x",[],{"islandId":"ok"}]})").json(),
             json(R"({"status":"accepted","processed":1})"));
    QCOMPARE(push("{}").json(), json(R"({"status":"accepted","processed":0})"));
}

// spec 19 (17)
void TestE2eBackend::eventIsPublishedOncePerEventId()
{
    WsClient client;
    QVERIFY(subscribe(client, "default"));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(push(R"({"event":{"eventId":"once","islandId":"once",
                          "intents":[{"id":"onc-00001","intent":"A","payload":1}]}})")
                     .status,
                 202);
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Island), 1);
    QCOMPARE(client.unread(Invalidate), 1);
}

// spec 19 (17)
void TestE2eBackend::rowsOfAnEventAreReplayed()
{
    push(R"({"event":{"site":"stored","intents":[{"id":"sto-00001","intent":"A","payload":{"x":[1]}}]}})");
    WsClient client;
    QVERIFY(client.open(m_gateway.webSocketUrl(QStringLiteral("site=stored"))));
    const QJsonObject replay = client.next(QStringLiteral("replay"));
    VERIFY_HAS(replay, R"({"intents":[{"id":"sto-00001","intent":"A","payload":{"x":[1]},"status":"acked"}]})");
}

// spec 19 (17)
void TestE2eBackend::cursorsOfEventRowsAreThoseOfTheLog()
{
    WsClient client;
    QVERIFY(subscribe(client, "cursors"));
    const qint64 before = numberAt(client.ask(batch({entry("cur-00001")}), QStringLiteral("ack")), "intents.0.logSeq");
    client.next(Invalidate);
    push(R"({"event":{"site":"cursors","cursor":1795225538078,"intents":[
             {"id":"cur-00002","intent":"A","payload":1,"logSeq":999999999}]}})");
    const QJsonObject frame = client.next(Invalidate);
    QCOMPARE(numberAt(frame, "intents.0.logSeq"), before + 1);
    QCOMPARE(numberAt(frame, "cursor"), before + 1);
}

void TestE2eBackend::eventStaysOnItsSite()
{
    WsClient here;
    WsClient there;
    QVERIFY(subscribe(here, "event-a"));
    QVERIFY(subscribe(there, "event-b"));
    push(R"({"event":{"site":"event-a","intents":[{"id":"sit-00001","intent":"A","payload":1}]}})");
    QVERIFY(!here.next(Invalidate).isEmpty());
    QVERIFY(there.settle());
    QCOMPARE(there.unread(Invalidate), 0);
}

// spec 19 (6)
void TestE2eBackend::tokenIsNeededWhenConfigured()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_BACKEND_INTERNAL_TOKEN"), QStringLiteral("from-the-backend")}}));
    HttpClient http(gateway.url());
    const QJsonObject body = json(R"({"event":{"islandId":"x"}})");
    for (const QByteArray &token : {QByteArray(), QByteArray("wrong"), QByteArray("from-the-backend ")}) {
        const HttpAnswer answer = http.post(EventsPath, body, {{"x-ssma-backend-token", token}});
        if (token.trimmed() == "from-the-backend")
            continue; // white space around a header value is none of it
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.body, R"({"error":"UNAUTHORIZED_BACKEND_EVENT_SOURCE"})");
    }
    QCOMPARE(http.post(EventsPath, body, {{"x-ssma-backend-token", "from-the-backend"}}).status, 202);
}

// spec 19 (6)
void TestE2eBackend::withoutATokenOnlyThisMachineMay()
{
    const QJsonObject body = json(R"({"event":{"islandId":"x"}})");
    QCOMPARE(m_http.post(EventsPath, body).status, 202);
    QCOMPARE(m_http.post(EventsPath, body, {{"X-Forwarded-For", "203.0.113.9"}}).status, 401);
    QCOMPARE(m_http.post(EventsPath, body, {{"Origin", "http://localhost:3000"}}).status, 401);
}

void TestE2eBackend::eventsOfAnAnswerFollowTheFlush()
{
    m_backend.setBehaviour(QStringLiteral("WITH_EVENT"),
                           json(R"({"status":"acked","events":[{"islandId":"from-row","reason":"because"}]})"));
    WsClient client;
    QVERIFY(subscribe(client, "answers"));
    client.send(batch({entry("ans-00001", "WITH_EVENT")}));
    QCOMPARE(textAt(client.next(Island), "islandId"), "from-row");
    const QStringList types = client.types();
    QCOMPARE(types.mid(types.size() - 3), (QStringList{QStringLiteral("ack"), Invalidate, Island}));
}

void TestE2eBackend::eventOfAnAnswerIsOnTheSiteOfTheConnection()
{
    m_backend.setBehaviour(QStringLiteral("MORE_ROWS"), json(R"({"status":"acked","events":[{"intents":[
                                    {"id":"ext-00001","intent":"A","payload":1}]}]})"));
    WsClient client;
    QVERIFY(subscribe(client, "own-site"));
    client.send(batch({entry("own-00001", "MORE_ROWS")}));
    QCOMPARE(textAt(client.next(Invalidate), "reason"), "intent-flush");
    VERIFY_HAS(client.next(Invalidate), R"({"reason":"backend-event","intents":[{"id":"ext-00001"}]})");
}

// spec 19 (17): "the toy backend's event goes out three times"
void TestE2eBackend::sameEventInRowAndBatchIsPublishedOnce()
{
    m_backend.setBehaviour(QStringLiteral("/apply-intents"), json(R"({"json":{
        "results":[{"id":"tri-00001","status":"acked","events":[{"eventId":"tri","islandId":"tri"}]}],
        "events":[{"eventId":"tri","islandId":"tri"}]}})"));
    WsClient client;
    QVERIFY(subscribe(client, "three"));
    client.send(batch({entry("tri-00001")}));
    QVERIFY(!client.next(Island).isEmpty());
    push(R"({"event":{"eventId":"tri","islandId":"tri"}})");
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Island), 0);
}

void TestE2eBackend::backendTokenIsSentAsBearer()
{
    WsClient client;
    QVERIFY(subscribe(client, "bearer"));
    client.ask(batch({entry("bea-00001")}), QStringLiteral("ack"));
    const QJsonObject headers =
        m_backend.calls().value(u"last").toObject().value(u"/apply-intents").toObject().value(u"headers").toObject();
    QCOMPARE(textAt(headers, "authorization"), "Bearer to-the-backend");
    QVERIFY(!headers.contains(QStringLiteral("cookie")));
}

void TestE2eBackend::trailingSlashOfTheUrlIsRemoved()
{
    WsClient client;
    QVERIFY(subscribe(client, "slash"));
    client.ask(batch({entry("sla-00001")}), QStringLiteral("ack"));
    const QStringList paths = m_backend.calls().value(u"counts").toObject().keys();
    QVERIFY2(paths.contains(QStringLiteral("/apply-intents")), qPrintable(paths.join(u' ')));
}

// spec 19 (27)
void TestE2eBackend::slowBackendDoesNotHoldUpOthers()
{
    m_backend.setBehaviour(QStringLiteral("WAITING"), json(R"({"delayMs":1500})"));
    WsClient slow;
    WsClient quick;
    QVERIFY(subscribe(slow, "slow-one"));
    QVERIFY(subscribe(quick, "quick-one"));
    slow.send(batch({entry("slo-00001", "WAITING")}));
    QTRY_COMPARE(m_backend.timesSeen(QStringLiteral("slo-00001")), 1);
    QCOMPARE(textAt(quick.ask(batch({entry("qui-00001")}), QStringLiteral("ack")), "intents.0.status"), "acked");
    QCOMPARE(slow.unread(QStringLiteral("ack")), 0);
    QVERIFY(!slow.next(QStringLiteral("ack")).isEmpty());
}

// spec 19 (10)
void TestE2eBackend::gatewayStartsWithoutItsBackendAndRecovers()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    const quint16 port = backend.port();
    backend.kill();
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--backend-url=http://127.0.0.1:%1").arg(port)}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    const auto status = [&] {
        return textAt(client.ask(batch({entry("rec-00001")}), QStringLiteral("ack")), "intents.0.status");
    };
    QCOMPARE(status(), "failed");
    QVERIFY(backend.start(port));
    QTRY_COMPARE(status(), "acked");
    QCOMPARE(backend.timesSeen(QStringLiteral("rec-00001")), 1);
}

// spec 19 (27)
void TestE2eBackend::tooManyFaultsStopTheAsking()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--backend-url"), m_backend.url()}));
    m_backend.setBehaviour(QStringLiteral("*"), json(R"({"httpStatus":503})"));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    constexpr int Batches = 60;
    for (int i = 0; i < Batches; ++i) {
        const QJsonObject ack =
            client.ask(batch({entry("brk-" + QByteArray::number(1000 + i))}), QStringLiteral("ack"));
        QCOMPARE(textAt(ack, "intents.0.status"), "failed");
    }
    QVERIFY(m_backend.callCount(QStringLiteral("/apply-intents")) < Batches);
}

QTEST_GUILESS_MAIN(TestE2eBackend)
#include "tst_e2e_backend.moc"
