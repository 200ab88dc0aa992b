// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/backendprocess.h"
#include "support/httpclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec section 11: functions, identities and rights that another program decides.
class TestShareDataFunctions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_backend.start()); }
    void init();
    void cleanup() { m_gateway.reset(); }

    void evaluationIsSentWhole();
    void decisionIsTaken_data();
    void decisionIsTaken();
    void functionThatHangsHoldsUpItsDocumentAlone();
    void proposalsOfADocumentAreDecidedOneAfterTheOther();
    void removalWhileItIsDecidedWins();
    void errorTextsCanBeHidden();

    void identityIsAskedForAndKept();
    void doubtfulIdentityIsRefused_data();
    void doubtfulIdentityIsRefused();
    void accessIsAskedForInOrder();
    void doubtfulAccessIsDenied_data();
    void doubtfulAccessIsDenied();

private:
    QString at(const char *path) { return m_backend.url() + QLatin1StringView(path); }
    bool start(const QStringList &more = {});
    int put(const QByteArray &id, const QByteArray &state);
    bool open(RealtimeClient &client, const QByteArray &token = "tg-user") { return client.open(*m_gateway, token); }

    BackendProcess m_backend;
    std::unique_ptr<GatewayProcess> m_gateway;
};

void TestShareDataFunctions::init()
{
    m_backend.reset();
    QVERIFY(start());
}

bool TestShareDataFunctions::start(const QStringList &more)
{
    m_gateway = std::make_unique<GatewayProcess>();
    const QStringList args{QStringLiteral("--sharedata-enabled=true"),
                           QStringLiteral("--http-rate-max=0"),
                           QStringLiteral("--sharedata-function-timeout=700ms"),
                           QStringLiteral("--sharedata-auth-timeout=700ms"),
                           QStringLiteral("--sharedata-functions=set=accept-any,ask=http=") + at("/decide"),
                           QStringLiteral("--sharedata-documents=*=set ask")};
    return m_gateway->start(args + more,
                            {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("tg-user=ann:editor")},
                             {QStringLiteral("TIDEGATE_SHAREDATA_ADMIN_TOKEN"), QStringLiteral("tg-admin")}}) &&
           put("d", "0") == 200 && put("e", "0") == 200;
}

int TestShareDataFunctions::put(const QByteArray &id, const QByteArray &state)
{
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    return admin
        .send("PUT", QStringLiteral("/admin/sharedata/") + QString::fromUtf8(id), state,
              {{"x-admin-token", "tg-admin"}})
        .status;
}

void TestShareDataFunctions::evaluationIsSentWhole()
{
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"json":{"decision":"accepted","state":{"s":[1]}}})"));
    RealtimeClient client;
    QVERIFY(open(client));
    VERIFY_HAS(client.propose("d", "ask", R"({"a":null})"), R"({"accepted":true,"transactionId":"1"})");
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/decide")),
               R"({"documentId":"d","state":0,"lastTransactionId":null,"functionId":"ask","proposedData":{"a":null},)"
               R"("attemptedSeq":1,"proof":{"purpose":"ask","publicKey":"key"},)"
               R"("context":{"subject":"ann","claims":{"role":"editor"}}})");
    VERIFY_HAS(client.propose("d", "ask", "2"), R"({"transactionId":"2"})");
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/decide")), R"({"state":{"s":[1]},"lastTransactionId":"1"})");
    const QJsonObject call = m_backend.calls().value(u"last").toObject().value(u"/decide").toObject();
    QVERIFY(textAt(call, "headers.idempotency-key").startsWith("d."));
}

void TestShareDataFunctions::decisionIsTaken_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *name, const char *behaviour, const char *outcome) {
        QTest::newRow(name) << QByteArray(behaviour) << QByteArray(outcome);
    };
    const char *unusable = R"({"accepted":false,"error":"the function's answer is unusable"})";
    row("rejected", R"({"json":{"decision":"rejected","reason":"no"}})", R"({"accepted":false,"transactionId":"1"})");
    row("failed with a text", R"({"json":{"decision":"failed","error":"boom"}})",
        R"({"accepted":false,"error":"boom"})");
    row("failed without a text", R"({"json":{"decision":"failed"}})",
        R"({"accepted":false,"error":"the function failed"})");
    row("accepted without a state", R"({"json":{"decision":"accepted"}})", unusable);
    row("no decision", R"({"json":{}})", unusable);
    row("garbage", R"({"raw":"<html>secret</html>"})", unusable);
    row("half an answer", R"({"raw":"{\"decision\":\"accepted\",\"state\":"})", unusable);
    row("server error", R"({"httpStatus":500,"json":{"error":"stack trace"}})", unusable);
    row("redirect", R"({"httpStatus":302})", unusable);
    row("never", R"({"hang":true})", R"({"accepted":false,"error":"the function did not answer in time"})");
    row("cut off", R"({"close":"inside"})", R"({"accepted":false,"error":"the function did not answer in time"})");
    row("without end", R"({"hugeBytes":10000000})",
        R"({"accepted":false,"error":"the function did not answer in time"})");
}

void TestShareDataFunctions::decisionIsTaken()
{
    QFETCH(QByteArray, behaviour);
    QFETCH(QByteArray, outcome);
    m_backend.setBehaviour(QStringLiteral("/decide"), json(behaviour));
    RealtimeClient client;
    QVERIFY(open(client));
    VERIFY_HAS(client.propose("d", "ask", "1"), outcome);
    VERIFY_HAS(client.propose("e", "set", "1"), R"({"accepted":true})");
    VERIFY_HAS(client.propose("d", "set", "1"), R"({"accepted":true})");
}

void TestShareDataFunctions::functionThatHangsHoldsUpItsDocumentAlone()
{
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hang":true})"));
    RealtimeClient client;
    QVERIFY(open(client));
    client.ws.send(Realtime::propose("d", "ask", "1", "hangs"));
    client.ws.send(Realtime::propose("d", "set", "2", "behind"));
    for (int i = 0; i < 20; ++i)
        VERIFY_HAS(client.propose("e", "set", "1"), R"({"accepted":true})");
    QVERIFY(client.ws.indexOf(
                [](const QJsonObject &frame) { return frame.value(u"correlationId").toString() == u"hangs"; }) < 0);
    VERIFY_HAS(client.resultOf("hangs"), R"({"error":"the function did not answer in time"})");
    VERIFY_HAS(client.resultOf("behind"), R"({"accepted":true,"transactionId":"1"})");
}

void TestShareDataFunctions::proposalsOfADocumentAreDecidedOneAfterTheOther()
{
    m_backend.setBehaviour(QStringLiteral("/decide"),
                           json(R"({"delayMs":20,"json":{"decision":"accepted","state":1}})"));
    RealtimeClient client;
    QVERIFY(open(client));
    for (int i = 1; i <= 5; ++i)
        client.ws.send(Realtime::propose("d", "ask", "1", "n-" + QByteArray::number(i)));
    for (int i = 1; i <= 5; ++i)
        QCOMPARE(textAt(client.resultOf("n-" + QByteArray::number(i)), "transactionId"), QByteArray::number(i));
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/decide")), R"({"attemptedSeq":5,"lastTransactionId":"4"})");
}

void TestShareDataFunctions::removalWhileItIsDecidedWins()
{
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hang":true})"));
    RealtimeClient client;
    QVERIFY(open(client));
    client.subscribe("d");
    client.ws.send(Realtime::propose("d", "ask", "1", "c"));
    QTRY_COMPARE(m_backend.callCount(QStringLiteral("/decide")), 1);
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    QCOMPARE(admin.send("DELETE", QStringLiteral("/admin/sharedata/d"), {}, {{"x-admin-token", "tg-admin"}}).status,
             200);
    VERIFY_HAS(client.resultOf("c"), R"({"accepted":false,"error":"shareDataId d not found"})");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 0);
}

void TestShareDataFunctions::errorTextsCanBeHidden()
{
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"json":{"decision":"failed","error":"secret"}})"));
    QVERIFY(start({QStringLiteral("--sharedata-hide-error-texts=true")}));
    RealtimeClient client;
    QVERIFY(open(client));
    VERIFY_HAS(client.propose("d", "ask", "1"), R"({"accepted":false,"error":"the proposal failed"})");
}

void TestShareDataFunctions::identityIsAskedForAndKept()
{
    m_backend.setBehaviour(QStringLiteral("/who"), json(R"({"json":{"subject":"bob","claims":{"team":["x","y"]}}})"));
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"json":{"decision":"rejected"}})"));
    QVERIFY(start({QStringLiteral("--sharedata-auth-url=") + at("/who"),
                   QStringLiteral("--sharedata-propose-rules=allow claim.team=y")}));
    RealtimeClient known;
    QVERIFY(open(known)); // what the table knows is not asked about
    QCOMPARE(m_backend.callCount(QStringLiteral("/who")), 0);
    VERIFY_HAS(known.propose("d", "ask", "1"), R"({"error":"unauthorized-propose: not allowed to invoke ask on d"})");
    RealtimeClient client;
    QVERIFY(open(client, "a token of theirs"));
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/who")), R"({"token":"a token of theirs","address":"127.0.0.1"})");
    QVERIFY(!client.propose("d", "ask", "1").isEmpty());
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/decide")),
               R"({"context":{"subject":"bob","claims":{"team":["x","y"]}}})");
    QCOMPARE(m_backend.callCount(QStringLiteral("/who")), 1);
}

void TestShareDataFunctions::doubtfulIdentityIsRefused_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::newRow("401") << QByteArray(R"({"httpStatus":401,"json":{"subject":"bob"}})");
    QTest::newRow("201") << QByteArray(R"({"httpStatus":201,"json":{"subject":"bob"}})");
    QTest::newRow("no subject") << QByteArray(R"({"json":{"claims":{}}})");
    QTest::newRow("empty subject") << QByteArray(R"({"json":{"subject":""}})");
    QTest::newRow("claims are no object") << QByteArray(R"({"json":{"subject":"bob","claims":[]}})");
    QTest::newRow("garbage") << QByteArray(R"({"raw":"yes"})");
    QTest::newRow("never") << QByteArray(R"({"hang":true})");
    QTest::newRow("cut off") << QByteArray(R"({"close":"before"})");
}

void TestShareDataFunctions::doubtfulIdentityIsRefused()
{
    QFETCH(QByteArray, behaviour);
    m_backend.setBehaviour(QStringLiteral("/who"), json(behaviour));
    QVERIFY(start({QStringLiteral("--sharedata-auth-url=") + at("/who")}));
    RealtimeClient client;
    QVERIFY(!open(client, "theirs"));
    QVERIFY(open(client));
}

void TestShareDataFunctions::accessIsAskedForInOrder()
{
    m_backend.setBehaviour(QStringLiteral("/may"), json(R"({"delayMs":50,"json":{"allowed":true}})"));
    QVERIFY(start({QStringLiteral("--sharedata-access-url=") + at("/may")}));
    RealtimeClient client;
    QVERIFY(open(client));
    client.ws.send(Realtime::subscribe("d"));
    client.ws.send(Realtime::unsubscribe("d"));
    client.ws.send(Realtime::subscribe("e"));
    VERIFY_HAS(client.propose("d", "set", "1"), R"({"accepted":true})");
    VERIFY_HAS(m_backend.lastBody(QStringLiteral("/may")),
               R"({"action":"propose","documentId":"d","functionId":"set","context":{"subject":"ann"}})");
    VERIFY_HAS(client.propose("e", "set", "1"), R"({"accepted":true})");
    QCOMPARE(client.frames(QStringLiteral("state")).size(), 2);
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 1); // of e: the unsubscribe came last for d
    // Whoever leaves while it is asked about leaves nothing behind.
    RealtimeClient gone;
    QVERIFY(open(gone));
    gone.ws.send(Realtime::subscribe("d"));
    gone.ws.close();
    VERIFY_HAS(client.propose("d", "set", "2"), R"({"accepted":true})");
}

void TestShareDataFunctions::doubtfulAccessIsDenied_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::newRow("no") << QByteArray(R"({"json":{"allowed":false}})");
    QTest::newRow("text") << QByteArray(R"({"json":{"allowed":"true"}})");
    QTest::newRow("nothing") << QByteArray(R"({"json":{}})");
    QTest::newRow("500") << QByteArray(R"({"httpStatus":500,"json":{"allowed":true}})");
    QTest::newRow("never") << QByteArray(R"({"hang":true})");
}

void TestShareDataFunctions::doubtfulAccessIsDenied()
{
    QFETCH(QByteArray, behaviour);
    m_backend.setBehaviour(QStringLiteral("/may"), json(behaviour));
    QVERIFY(start({QStringLiteral("--sharedata-access-url=") + at("/may")}));
    RealtimeClient client;
    QVERIFY(open(client));
    VERIFY_HAS(client.ws.ask(Realtime::subscribe("d"), QStringLiteral("error")),
               R"({"code":"unauthorized-subscribe"})");
    VERIFY_HAS(client.propose("d", "set", "1"), R"({"error":"unauthorized-propose: not allowed to invoke set on d"})");
}

QTEST_GUILESS_MAIN(TestShareDataFunctions)
#include "tst_sharedata_functions.moc"
