// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/httpclient.h"

#include <QTest>

#include <csignal>

using namespace Tidegate;

//! ShareData spec sections 8, 9 and 14 (documents over HTTP).
class TestShareDataLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_gateway.reset(); }

    void documentIsMadeReplacedAndRemovedOverHttp();
    void replacementIsToldOnceAndMovesNoCursor();
    void removalIsToldOnceAndEndsTheSubscription();
    void documentMadeAgainStartsOver();
    void idMayHoldAnyCharacters();
    void documentsOverHttpNeedTheToken_data();
    void documentsOverHttpNeedTheToken();
    void unusableStatesAreRefused_data();
    void unusableStatesAreRefused();
    void bodyOverTheLimitIsRefusedBeforeItIsSent();
    void removedDocumentStaysAwayAndReplacementStaysAfterRestart();
    void everySubscriberGetsTheSameOrder();
    void tokenThatEndsClosesTheConnection();
    void shutdownSaysGoingAway();

private:
    int put(const QByteArray &encodedId, const QByteArray &state);
    int remove(const QByteArray &encodedId);
    QString path(const QByteArray &encodedId) const
    {
        return QStringLiteral("/admin/sharedata/") + QString::fromUtf8(encodedId);
    }

    std::unique_ptr<GatewayProcess> m_gateway;
};

void TestShareDataLifecycle::init()
{
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start(Realtime::fixtureArgs()));
}

int TestShareDataLifecycle::put(const QByteArray &encodedId, const QByteArray &state)
{
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    return admin
        .send("PUT", path(encodedId), state, {{"x-admin-token", "tg-admin"}, {"Content-Type", "application/json"}})
        .status;
}

int TestShareDataLifecycle::remove(const QByteArray &encodedId)
{
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    return admin.send("DELETE", path(encodedId), {}, {{"x-admin-token", "tg-admin"}}).status;
}

void TestShareDataLifecycle::documentIsMadeReplacedAndRemovedOverHttp()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QCOMPARE(remove("tg-disposable"), 200);
    QCOMPARE(remove("tg-disposable"), 404);
    VERIFY_HAS(client.propose("tg-disposable", "increment", R"({"count":1})"),
               R"({"error":"shareDataId tg-disposable not found"})");
    QCOMPARE(put("tg-disposable", R"({"count":6})"), 200);
    VERIFY_HAS(client.subscribe("tg-disposable"), R"({"currentState":{"count":6},"lastTransactionId":null})");
    QCOMPARE(put("tg-disposable", R"({"count":8})"), 200);
    VERIFY_HAS(client.propose("tg-disposable", "increment", R"({"count":9})"),
               R"({"accepted":true,"transactionId":"1"})");
}

void TestShareDataLifecycle::replacementIsToldOnceAndMovesNoCursor()
{
    RealtimeClient client;
    RealtimeClient other;
    QVERIFY(client.open(*m_gateway));
    QVERIFY(other.open(*m_gateway));
    client.propose("tg-counter", "increment", R"({"count":1})");
    client.subscribe("tg-counter");
    other.subscribe("tg-blob");
    QCOMPARE(put("tg-counter", "[7]"), 200);
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("lifecycle")),
             QList<QJsonObject>{json(R"({"v":1,"type":"lifecycle","shareDataId":"tg-counter","event":"updated",)"
                                     R"("currentState":[7]})")});
    VERIFY_HAS(client.subscribe("tg-counter", "1"), R"({"currentState":[7],"lastTransactionId":"1"})");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("error")).size(), 0);
    QVERIFY(other.settle());
    QCOMPARE(other.frames(QStringLiteral("lifecycle")).size(), 0);
}

void TestShareDataLifecycle::removalIsToldOnceAndEndsTheSubscription()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-disposable");
    client.subscribe("tg-counter");
    QCOMPARE(remove("tg-disposable"), 200);
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("lifecycle")),
             QList<QJsonObject>{json(R"({"v":1,"type":"lifecycle","shareDataId":"tg-disposable","event":"removed"})")});
    QCOMPARE(put("tg-disposable", "null"), 200);
    QCOMPARE(put("tg-disposable", "1"), 200);
    client.ws.send(Realtime::unsubscribe("tg-disposable"));
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("lifecycle")).size(), 1);
    client.propose("tg-counter", "increment", R"({"count":1})");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 1);
}

void TestShareDataLifecycle::documentMadeAgainStartsOver()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.propose("tg-disposable", "increment", R"({"count":1})");
    client.propose("tg-disposable", "increment", R"({"count":2})");
    QCOMPARE(remove("tg-disposable"), 200);
    QCOMPARE(put("tg-disposable", R"({"count":0})"), 200);
    VERIFY_HAS(client.subscribe("tg-disposable", "1"), R"({"lastTransactionId":null})");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("error")).size(), 1);
    VERIFY_HAS(client.propose("tg-disposable", "increment", R"({"count":1})"), R"({"transactionId":"1"})");
}

void TestShareDataLifecycle::idMayHoldAnyCharacters()
{
    const QByteArray id = "a/b c?d#\"\xC3\xA9\xF0\x9F\x8C\x8A.*>";
    QCOMPARE(put(id.toPercentEncoding(), "[1]"), 200);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.subscribe(id), R"({"currentState":[1]})");
    QCOMPARE(put(id.toPercentEncoding(), "[2]"), 200);
    VERIFY_HAS(client.ws.next(QStringLiteral("lifecycle")), R"({"currentState":[2]})");
    QCOMPARE(remove(id.toPercentEncoding()), 200);
    QCOMPARE(textAt(client.ws.next(QStringLiteral("lifecycle")), "shareDataId"), id);
}

void TestShareDataLifecycle::documentsOverHttpNeedTheToken_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("another") << QByteArray("tg-user");
}

void TestShareDataLifecycle::documentsOverHttpNeedTheToken()
{
    QFETCH(QByteArray, token);
    HttpClient client(m_gateway->url(QStringLiteral("/")));
    HttpClient::Headers headers;
    if (!token.isEmpty())
        headers.append({"x-admin-token", token});
    QCOMPARE(client.send("PUT", path("tg-counter"), "1", headers).status, 401);
    QCOMPARE(client.send("DELETE", path("tg-counter"), {}, headers).status, 401);
    RealtimeClient reader;
    QVERIFY(reader.open(*m_gateway));
    VERIFY_HAS(reader.subscribe("tg-counter"), R"({"currentState":{"count":0}})");
}

void TestShareDataLifecycle::unusableStatesAreRefused_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing") << QByteArray() << 400;
    QTest::newRow("not JSON") << QByteArray("{") << 400;
    QTest::newRow("too deep") << QByteArray(2000, '[') + QByteArray(2000, ']') << 400;
    QTest::newRow("over the document limit") << '"' + QByteArray(3 << 20, 'x') + '"' << 413;
}

void TestShareDataLifecycle::unusableStatesAreRefused()
{
    QFETCH(QByteArray, state);
    QFETCH(int, status);
    QCOMPARE(put("tg-blob", state), status);
    RealtimeClient reader;
    QVERIFY(reader.open(*m_gateway));
    VERIFY_HAS(reader.subscribe("tg-blob"), R"({"currentState":null})");
}

void TestShareDataLifecycle::bodyOverTheLimitIsRefusedBeforeItIsSent()
{
    const QByteArray answer = rawExchange(m_gateway->port(), "PUT /admin/sharedata/tg-blob HTTP/1.1\r\nHost: x\r\n"
                                                             "x-admin-token: tg-admin\r\n"
                                                             "Content-Length: 10485760\r\n\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 413 "), answer.constData());
    RealtimeClient reader;
    QVERIFY(reader.open(*m_gateway));
    VERIFY_HAS(reader.subscribe("tg-blob"), R"({"currentState":null})");
}

void TestShareDataLifecycle::removedDocumentStaysAwayAndReplacementStaysAfterRestart()
{
    QCOMPARE(put("extra", "[1]"), 200);
    QCOMPARE(put("gone", "[1]"), 200);
    QCOMPARE(put("extra", "[2]"), 200);
    QCOMPARE(remove("gone"), 200);
    m_gateway->kill();
    QVERIFY(m_gateway->restart());
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.subscribe("extra"), R"({"currentState":[2]})");
    client.ws.send(Realtime::subscribe("gone"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4003);
}

void TestShareDataLifecycle::everySubscriberGetsTheSameOrder()
{
    std::vector<std::unique_ptr<RealtimeClient>> readers;
    for (int i = 0; i < 4; ++i) {
        readers.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(readers.back()->open(*m_gateway));
        readers.back()->subscribe("tg-blob");
    }
    RealtimeClient first;
    RealtimeClient second;
    QVERIFY(first.open(*m_gateway));
    QVERIFY(second.open(*m_gateway));
    for (int i = 1; i <= 50; ++i) {
        first.ws.send(Realtime::propose("tg-blob", "set", "\"a" + QByteArray::number(i) + '"', "a"));
        second.ws.send(Realtime::propose("tg-blob", "set", "\"b" + QByteArray::number(i) + '"', "b"));
        if (i == 25)
            QCOMPARE(put("tg-blob", "\"middle\""), 200);
    }
    QVERIFY(first.settle());
    QVERIFY(second.settle());
    for (const auto &reader : readers) {
        QTRY_COMPARE(reader->frames(QStringLiteral("transaction")).size(), 100);
        QTRY_COMPARE(reader->frames(QStringLiteral("lifecycle")).size(), 1);
        QCOMPARE(reader->ws.frames(), readers.front()->ws.frames());
    }
}

void TestShareDataLifecycle::tokenThatEndsClosesTheConnection()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-accept-sessions=true")}));
    RealtimeClient client;
    QVERIFY(client.open(gateway, gateway.mintToken("user", "ann", {}, std::chrono::milliseconds(3500))));
    QVERIFY(!client.subscribe("tg-counter").isEmpty());
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4002);
    RealtimeClient again;
    QVERIFY(!again.open(gateway, gateway.mintToken("user", "ann", {}, std::chrono::milliseconds(-5000))));
}

void TestShareDataLifecycle::shutdownSaysGoingAway()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    m_gateway->sendSignal(SIGTERM);
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 1001);
    QCOMPARE(m_gateway->waitForExit(), 0);
}

QTEST_GUILESS_MAIN(TestShareDataLifecycle)
#include "tst_sharedata_lifecycle.moc"
