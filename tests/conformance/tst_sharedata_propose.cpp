// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/httpclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec section 7.
class TestShareDataPropose : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_gateway.reset(); }

    void outcomeNamesATransactionOrAnError_data();
    void outcomeNamesATransactionOrAnError();
    void failureRecordsNothing();
    void rejectionIsATransactionOfItsOwn();
    void transactionComesBeforeTheResult();
    void proposingNeedsNoSubscription();
    void anyJsonBecomesTheState_data();
    void anyJsonBecomesTheState();
    void repeatedCorrelationIdIsANewProposal();
    void repeatedIdempotencyKeyIsNot();
    void oneOfManyConcurrentProposersWins();
    void stateOverTheLimitIsNoTransaction();
    void proposingIsOffWithoutFunctions();

private:
    std::unique_ptr<GatewayProcess> m_gateway;
};

void TestShareDataPropose::init()
{
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start(Realtime::fixtureArgs()));
}

void TestShareDataPropose::outcomeNamesATransactionOrAnError_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("purpose");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *name, const char *id, const char *function, const char *data, const char *outcome,
                        const QByteArray &purpose = {}) {
        QTest::newRow(name) << QByteArray(id) << QByteArray(function) << QByteArray(data) << purpose
                            << QByteArray(outcome);
    };
    row("accepted", "tg-counter", "increment", R"({"count":1})", R"({"accepted":true,"transactionId":"1"})");
    row("turned down by the rules", "tg-counter", "increment", R"({"count":2})",
        R"({"accepted":false,"transactionId":"1"})");
    row("data the function cannot read", "tg-counter", "increment", R"({"count":"1"})",
        R"({"accepted":false,"error":"expected an object with an integer \"count\""})");
    row("function that fails", "tg-counter", "explode", "null", R"({"accepted":false,"error":"boom"})");
    row("unknown document", "no-such", "increment", "null",
        R"({"accepted":false,"error":"shareDataId no-such not found"})");
    row("unknown document before the right to it", "no-such", "forbidden", "null",
        R"({"accepted":false,"error":"shareDataId no-such not found"})");
    row("forbidden function", "tg-counter", "forbidden", "null",
        R"({"accepted":false,"error":"unauthorized-propose: not allowed to invoke forbidden on tg-counter"})");
    row("forbidden function that the document has not", "tg-blob", "forbidden", "null",
        R"({"accepted":false,"error":"unauthorized-propose: not allowed to invoke forbidden on tg-blob"})");
    row("function of another document", "tg-blob", "increment", "null",
        R"({"accepted":false,"error":"unknown functionId increment for shareDataId tg-blob"})");
    row("unknown function", "tg-counter", "reset", "null",
        R"({"accepted":false,"error":"unknown functionId reset for shareDataId tg-counter"})");
    row("document without functions", "tg-pristine", "increment", "null",
        R"({"accepted":false,"error":"unknown functionId increment for shareDataId tg-pristine"})");
    row("purpose of another function", "tg-counter", "increment", R"({"count":1})",
        R"({"accepted":false,"error":"the proof's purpose is not functionId increment"})", "reset");
    row("empty purpose", "tg-counter", "increment", R"({"count":1})",
        R"({"accepted":false,"error":"the proof's purpose is not functionId increment"})", "");
}

void TestShareDataPropose::outcomeNamesATransactionOrAnError()
{
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, function);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, purpose);
    QFETCH(QByteArray, outcome);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QJsonObject expected = json(outcome);
    expected.insert(QStringLiteral("v"), 1);
    expected.insert(QStringLiteral("type"), QStringLiteral("proposal-result"));
    expected.insert(QStringLiteral("correlationId"), QStringLiteral("t-1"));
    QCOMPARE(client.propose(id, function, data, purpose), expected);
    QVERIFY(client.settle());
}

void TestShareDataPropose::failureRecordsNothing()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter");
    for (const char *function : {"explode", "forbidden", "unknown"})
        QVERIFY(!client.propose("tg-counter", function, "null").isEmpty());
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 0);
    VERIFY_HAS(client.subscribe("tg-counter"), R"({"lastTransactionId":null})");
}

void TestShareDataPropose::rejectionIsATransactionOfItsOwn()
{
    RealtimeClient client;
    RealtimeClient watcher;
    QVERIFY(client.open(*m_gateway));
    QVERIFY(watcher.open(*m_gateway));
    watcher.subscribe("tg-counter");
    client.propose("tg-counter", "increment", R"({"count":5})");
    QCOMPARE(watcher.ws.next(QStringLiteral("transaction")),
             json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"1","accepted":false,)"
                  R"("currentState":{"count":0}})"));
    VERIFY_HAS(watcher.subscribe("tg-counter"), R"({"lastTransactionId":"1"})");
}

void TestShareDataPropose::transactionComesBeforeTheResult()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter");
    for (int i = 1; i <= 20; ++i)
        client.ws.send(
            Realtime::propose("tg-counter", "increment", compact(Realtime::count(i)), "n-" + QByteArray::number(i)));
    QVERIFY(!client.resultOf("n-20").isEmpty());
    for (int i = 1; i <= 20; ++i) {
        const QString id = QString::number(i);
        const auto has = [&id](const char16_t *type) {
            return [&id, type](const QJsonObject &frame) {
                return frame.value(u"type").toString() == QStringView(type) && frame.value(u"transactionId") == id;
            };
        };
        const int transaction = client.ws.indexOf(has(u"transaction"));
        QVERIFY(transaction >= 0);
        QVERIFY(transaction < client.ws.indexOf(has(u"proposal-result")));
    }
}

void TestShareDataPropose::proposingNeedsNoSubscription()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.propose("tg-counter", "increment", R"({"count":1})");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 0);
}

void TestShareDataPropose::anyJsonBecomesTheState_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("false") << QByteArray("false");
    QTest::newRow("number") << QByteArray("-1.5e3");
    QTest::newRow("text") << QByteArray(R"("\u00e9\n\"")");
    QTest::newRow("list") << QByteArray("[1,[2,{}]]");
    QTest::newRow("object") << QByteArray(R"({"a":{"b":null}})");
    QTest::newRow("megabyte") << '"' + QByteArray(1024 * 1024 + 10, 'x') + '"';
}

void TestShareDataPropose::anyJsonBecomesTheState()
{
    QFETCH(QByteArray, state);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-blob");
    VERIFY_HAS(client.propose("tg-blob", "set", state), R"({"accepted":true,"transactionId":"1"})");
    const QJsonValue expected = valueAt(json("{\"s\":" + state + '}'), "s");
    QCOMPARE(client.ws.next(QStringLiteral("transaction")).value(u"currentState"), expected);
    QCOMPARE(client.subscribe("tg-blob").value(u"currentState"), expected);
}

void TestShareDataPropose::repeatedCorrelationIdIsANewProposal()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.ws.send(Realtime::propose("tg-blob", "set", "1", "same"));
    VERIFY_HAS(client.resultOf("same"), R"({"transactionId":"1"})");
    client.ws.send(Realtime::propose("tg-blob", "set", "1", "same"));
    VERIFY_HAS(client.resultOf("same"), R"({"transactionId":"2"})");
}

void TestShareDataPropose::repeatedIdempotencyKeyIsNot()
{
    const auto withKey = [](const QByteArray &correlationId) {
        QJsonObject frame = Realtime::propose("tg-blob", "set", "1", correlationId);
        frame.insert(QStringLiteral("idempotencyKey"), QStringLiteral("once"));
        return frame;
    };
    {
        RealtimeClient client;
        QVERIFY(client.open(*m_gateway));
        client.ws.send(withKey("a"));
        VERIFY_HAS(client.resultOf("a"), R"({"accepted":true,"transactionId":"1"})");
    }
    m_gateway->kill();
    QVERIFY(m_gateway->restart());
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.ws.send(withKey("b"));
    VERIFY_HAS(client.resultOf("b"), R"({"accepted":true,"transactionId":"1"})");
    VERIFY_HAS(client.propose("tg-blob", "set", "1"), R"({"transactionId":"2"})");
}

void TestShareDataPropose::oneOfManyConcurrentProposersWins()
{
    constexpr int Clients = 10;
    std::vector<std::unique_ptr<RealtimeClient>> clients;
    for (int i = 0; i < Clients; ++i) {
        clients.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(clients.back()->open(*m_gateway));
    }
    for (int round = 1; round <= 5; ++round) {
        const QByteArray id = "r-" + QByteArray::number(round);
        for (const auto &client : clients)
            client->ws.send(Realtime::propose("tg-counter", "increment", compact(Realtime::count(round)), id));
        int winners = 0;
        for (const auto &client : clients)
            winners += client->resultOf(id).value(u"accepted").toBool() ? 1 : 0;
        QCOMPARE(winners, 1);
    }
    VERIFY_HAS(clients.front()->subscribe("tg-counter"), R"({"currentState":{"count":5},"lastTransactionId":"50"})");
}

void TestShareDataPropose::stateOverTheLimitIsNoTransaction()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-max-document=4KiB")}));
    RealtimeClient client;
    QVERIFY(client.open(gateway));
    VERIFY_HAS(client.propose("tg-blob", "set", '"' + QByteArray(5000, 'x') + '"'),
               R"({"accepted":false,"error":"the state is larger than documents may be"})");
    VERIFY_HAS(client.propose("tg-blob", "set", "1"), R"({"accepted":true,"transactionId":"1"})");
}

void TestShareDataPropose::proposingIsOffWithoutFunctions()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--sharedata-enabled=true"), QStringLiteral("--sharedata-documents=d=x")},
                          {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("tg-user=ann")},
                           {QStringLiteral("TIDEGATE_SHAREDATA_ADMIN_TOKEN"), QStringLiteral("tg-admin")}}));
    HttpClient admin(gateway.url(QStringLiteral("/")));
    QCOMPARE(admin.send("PUT", QStringLiteral("/admin/sharedata/d"), "1", {{"x-admin-token", "tg-admin"}}).status, 200);
    RealtimeClient client;
    QVERIFY(client.open(gateway));
    VERIFY_HAS(client.propose("d", "x", "1"),
               R"x({"error":"propose is not enabled on this server (no resolveFunction configured)"})x");
}

QTEST_GUILESS_MAIN(TestShareDataPropose)
#include "tst_sharedata_propose.moc"
