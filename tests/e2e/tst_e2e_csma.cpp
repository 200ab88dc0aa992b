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

const QString Ack = QStringLiteral("ack");
const QString ChannelAck = QStringLiteral("channel.ack");
const QString Invalidate = QStringLiteral("channel.invalidate");

} // namespace

//! What the browser client library relies on (SSMA spec section 17), against the real binary.
class TestE2eCsma : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void framesSentTheInstantTheSocketOpensAreAnswered();
    void helloAndReplayComeBeforeTheirAnswers();
    void oneIntentPerBatchManyInFlight();
    void acksAreFoundById();
    void unacknowledgedIntentSentAgainAfterReconnectIsOne();
    void framesAreRoutedByChannelAndParams();
    void closeEchoesTheParams();
    void refusedSubscribeNamesWhatWasRefused();
    void resendAfterLoginShowsTheNewIdentity();
    void sameRowsComeByBothDoors();
    void errorsOfABatchNameItsIntents_data();
    void errorsOfABatchNameItsIntents();
    void sessionCookieOfLoginWorksForTheSocket();
    void queryAsTheLibraryWritesIt();

private:
    bool join(WsClient &client, const char *site, const QByteArray &token = {})
    {
        return client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site))),
                           token);
    }

    GatewayProcess m_gateway;
    BackendProcess m_backend;
};

void TestE2eCsma::initTestCase()
{
    QVERIFY(m_backend.start());
    QVERIFY(
        m_gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--backend-url"), m_backend.url(),
                                                                      QStringLiteral("--ws-max-message=1MiB")}));
}

// spec 19 (15)
void TestE2eCsma::framesSentTheInstantTheSocketOpensAreAnswered()
{
    for (int round = 0; round < 20; ++round) {
        WsClient client;
        WsClient::Options options;
        options.token = m_gateway.mintToken("user");
        const QByteArray id = "fast-" + QByteArray::number(1000 + round);
        options.sendOnOpen = {batch({entry(id)}), channelFrame("channel.subscribe", "global"),
                              channelFrame("channel.subscribe", "global", R"(,"params":{"list":1})"),
                              json(R"({"type":"ping"})")};
        QVERIFY(client.open(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=fast")), options));
        QCOMPARE(textAt(client.next(Ack), "intents.0.id"), id);
        QCOMPARE(textAt(client.next(ChannelAck), "status"), "ok");
        QCOMPARE(textAt(client.next(ChannelAck), "status"), "ok");
        QVERIFY(!client.next(QStringLiteral("pong")).isEmpty());
    }
}

void TestE2eCsma::helloAndReplayComeBeforeTheirAnswers()
{
    WsClient client;
    WsClient::Options options;
    options.sendOnOpen = {json(R"({"type":"ping"})"), batch({entry("early-001")})};
    QVERIFY(client.open(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=early")), options));
    QVERIFY(!client.next(Ack).isEmpty());
    QCOMPARE(client.types().mid(0, 2), (QStringList{QStringLiteral("hello"), QStringLiteral("replay")}));
}

void TestE2eCsma::oneIntentPerBatchManyInFlight()
{
    WsClient client;
    QVERIFY(join(client, "many"));
    constexpr int Count = 300;
    for (int i = 0; i < Count; ++i)
        client.send(batch({entry("many-" + QByteArray::number(1000 + i))}));
    QByteArrayList acked;
    for (int i = 0; i < Count; ++i)
        acked.append(textAt(client.next(Ack), "intents.0.id"));
    std::sort(acked.begin(), acked.end());
    acked.erase(std::unique(acked.begin(), acked.end()), acked.end());
    QCOMPARE(acked.size(), Count);
}

void TestE2eCsma::acksAreFoundById()
{
    m_backend.setBehaviour(QStringLiteral("LATE"), json(R"({"delayMs":200})"));
    WsClient client;
    QVERIFY(join(client, "byid"));
    client.send(batch({entry("late-0001", "LATE")}));
    client.send(batch({entry("soon-0001")}));
    for (const char *id : {"late-0001", "soon-0001"}) {
        const QJsonObject ack = client.waitFor([&](const QJsonObject &frame) {
            return textAt(frame, "type") == "ack" && textAt(frame, "intents.0.id") == id;
        });
        QCOMPARE(textAt(ack, "intents.0.status"), "acked");
    }
}

void TestE2eCsma::unacknowledgedIntentSentAgainAfterReconnectIsOne()
{
    m_backend.setBehaviour(QStringLiteral("DELAYED"), json(R"({"delayMs":200})"));
    {
        WsClient client;
        QVERIFY(join(client, "again"));
        client.send(batch({entry("again-001", "DELAYED")}));
        QTRY_COMPARE(m_backend.timesSeen(QStringLiteral("again-001")), 1);
    }
    WsClient client;
    QVERIFY(join(client, "again"));
    QCOMPARE(textAt(client.ask(batch({entry("again-001", "DELAYED")}), Ack), "intents.0.status"), "acked");
    QCOMPARE(m_backend.timesSeen(QStringLiteral("again-001")), 1);
}

void TestE2eCsma::framesAreRoutedByChannelAndParams()
{
    WsClient client;
    QVERIFY(join(client, "routes"));
    const QByteArray params = R"({"list":7,"deep":{"b":[1,2],"a":null}})";
    client.send(channelFrame("channel.subscribe", "global", ",\"params\":" + params));
    QVERIFY(!client.next(QStringLiteral("channel.snapshot")).isEmpty());
    client.ask(batch({entry("rou-00001")}), Ack);
    client.ask(channelFrame("channel.command", "global", ",\"command\":\"resend\",\"params\":" + params),
               QStringLiteral("channel.command"));
    client.ask(channelFrame("channel.resync", "global", ",\"params\":" + params), QStringLiteral("channel.replay"));
    client.ask(channelFrame("channel.unsubscribe", "global", ",\"params\":" + params), QStringLiteral("channel.close"));
    int channelFrames = 0;
    for (const QJsonObject &frame : client.frames()) {
        if (!textAt(frame, "type").startsWith("channel."))
            continue;
        ++channelFrames;
        QCOMPARE(textAt(frame, "channel"), "global");
        QCOMPARE(valueAt(frame, "params").toObject(), json(params));
    }
    QVERIFY(channelFrames >= 8);
}

void TestE2eCsma::closeEchoesTheParams()
{
    WsClient client;
    QVERIFY(join(client, "close"));
    client.send(channelFrame("channel.subscribe", "ops.audit", R"(,"params":{"z":1,"a":2})"));
    const QJsonObject close = client.next(QStringLiteral("channel.close"));
    QCOMPARE(valueAt(close, "params").toObject(), json(R"({"a":2,"z":1})"));
}

void TestE2eCsma::refusedSubscribeNamesWhatWasRefused()
{
    WsClient client;
    QVERIFY(join(client, "refused"));
    VERIFY_HAS(client.ask(channelFrame("channel.subscribe", "ops.audit", R"(,"params":{"a":1})"), ChannelAck),
               R"({"status":"error","channel":"ops.audit","params":{"a":1},"code":"ACCESS_DENIED"})");
}

void TestE2eCsma::resendAfterLoginShowsTheNewIdentity()
{
    const QByteArray staff = m_gateway.mintToken("staff");
    WsClient writer;
    QVERIFY(join(writer, "login", staff));
    writer.ask(batch({entry("log-00001", "A", "1", R"({"clock":1,"channels":["ops.audit"]})")}), Ack);
    WsClient guest;
    QVERIFY(join(guest, "login"));
    QCOMPARE(textAt(guest.ask(channelFrame("channel.subscribe", "ops.audit"), ChannelAck), "code"), "ACCESS_DENIED");
    guest.close();
    QVERIFY(join(guest, "login", staff)); // the library reconnects, subscribes and asks for everything again
    guest.ask(channelFrame("channel.subscribe", "ops.audit"), QStringLiteral("channel.snapshot"));
    guest.send(channelFrame("channel.command", "ops.audit", R"(,"command":"resend","args":{"reason":"login"})"));
    VERIFY_HAS(guest.next(QStringLiteral("channel.replay")), R"({"reason":"login","intents":[{"id":"log-00001"}]})");
}

void TestE2eCsma::sameRowsComeByBothDoors()
{
    WsClient client;
    QVERIFY(join(client, "doors"));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    SseClient stream;
    QVERIFY(stream.open(m_gateway.url(QStringLiteral("/optimistic/events")))); // the library names no site
    QVERIFY(!stream.next("replay").isEmpty());
    client.ask(batch({entry("doo-00001", "A", R"({"x":[1,{"y":"ü"}]})", R"({"clock":1,"undo":{"intent":"B"}})"),
                      entry("doo-00002")}),
               Ack);
    const QJsonArray byWs = arrayAt(client.next(Invalidate), "intents");
    const QJsonArray bySse =
        arrayAt(stream.waitFor([](const auto &event) { return event.data.contains("doo-00001"); }).json(), "intents");
    QCOMPARE(byWs.size(), 2);
    QCOMPARE(bySse, byWs);
}

// spec 20: intentId on batch errors
void TestE2eCsma::errorsOfABatchNameItsIntents_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("contract") << QStringLiteral("role=leader")
                              << QByteArray(R"({"id":"err-00001","intent":"A","meta":{}})")
                              << QByteArray("INVALID_CONTRACT");
    QTest::newRow("no leader") << QStringLiteral("role=follower") << entry("err-00001") << QByteArray("NOT_LEADER");
}

void TestE2eCsma::errorsOfABatchNameItsIntents()
{
    QFETCH(QString, query);
    QFETCH(QByteArray, entry);
    QFETCH(QByteArray, code);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(query)));
    const QJsonObject error = client.ask(batch({entry}), QStringLiteral("error"));
    QCOMPARE(textAt(error, "code"), code);
    QCOMPARE(textAt(error, "intentId"), "err-00001");
}

void TestE2eCsma::sessionCookieOfLoginWorksForTheSocket()
{
    HttpClient http(m_gateway.url());
    const QJsonObject account = json(R"({"name":"Ann","email":"ann@example.com","password":"correct horse"})");
    QCOMPARE(http.post(QStringLiteral("/auth/register"), account).status, 201);
    WsClient client;
    QVERIFY(client.open(m_gateway.webSocketUrl(), http.cookie("ssma_session")));
    QCOMPARE(textAt(client.next(QStringLiteral("hello")), "authRole"), "user");
}

void TestE2eCsma::queryAsTheLibraryWritesIt()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=my%20shop&subprotocol=1.0.0"))));
    const QJsonObject ack = client.ask(batch({entry("que-00001")}), Ack);
    QCOMPARE(textAt(ack, "intents.0.site"), "my shop");
}

QTEST_GUILESS_MAIN(TestE2eCsma)
#include "tst_e2e_csma.moc"
