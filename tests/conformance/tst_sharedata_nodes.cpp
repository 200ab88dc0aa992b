// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/httpclient.h"
#include "support/natsserver.h"
#include "support/postgresserver.h"
#include "support/waiting.h"

#include <QTest>

#include <array>

using namespace Tidegate;

//! Documents on several gateways: whatever node a client is on, and wherever it comes back.
class TestShareDataNodes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aServerWithoutJetStreamIsAClearErrorAtStart();
    void aClientSeesWhatWasProposedElsewhereAndResumesOnAThirdNode();
    void documentsAreMadeAndRemovedEverywhere();
    void killMinusNineOfTheDecidingNodeLosesNothing();

private:
    static constexpr int Count = 3;

    QStringList args(const NatsServer &nats) const;
    bool start(GatewayProcess &gateway, const NatsServer &nats);
    //! The node that said last that it decides.
    int leader();
    //! Counts up by one on \p client; what it was told.
    QJsonObject countUp(RealtimeClient &client);

    PostgresServer m_postgres;
    NatsServer m_nats;
    std::array<GatewayProcess, Count> m_gateways;
    int m_count = 0;
};

void TestShareDataNodes::initTestCase()
{
    if (!PostgresServer::isInstalled() || !NatsServer::isInstalled())
        QSKIP("PostgreSQL or nats-server is not installed");
    m_nats.keepStreams();
    QVERIFY(m_postgres.start());
    QVERIFY(m_nats.start());
    for (GatewayProcess &gateway : m_gateways)
        QVERIFY2(start(gateway, m_nats), gateway.errorText().constData());
}

QStringList TestShareDataNodes::args(const NatsServer &nats) const
{
    return Realtime::fixtureArgs() +
           QStringList{QStringLiteral("--store-kind=postgres"), QStringLiteral("--cluster-name=test"),
                       QStringLiteral("--cluster-nats-url=%1").arg(QString::fromUtf8(nats.url()))};
}

bool TestShareDataNodes::start(GatewayProcess &gateway, const NatsServer &nats)
{
    return gateway.start(args(nats),
                         {{QStringLiteral("TIDEGATE_STORE_POSTGRES_URL"), QString::fromUtf8(m_postgres.url())}});
}

int TestShareDataNodes::leader()
{
    int found = -1;
    (void)QTest::qWaitFor(
        [&] {
            for (int node = 0; node < Count; ++node) {
                GatewayProcess &gateway = m_gateways[size_t(node)];
                const QByteArray log = gateway.errorText();
                if (gateway.isRunning() && log.lastIndexOf("documents: this gateway decides place") >
                                               log.lastIndexOf("documents: this gateway decides no more"))
                    found = node;
            }
            return found >= 0;
        },
        2 * WaitMs);
    return found;
}

QJsonObject TestShareDataNodes::countUp(RealtimeClient &client)
{
    return client.propose("tg-counter", "increment", compact(Realtime::count(++m_count)));
}

void TestShareDataNodes::aServerWithoutJetStreamIsAClearErrorAtStart()
{
    NatsServer plain;
    QVERIFY(plain.start());
    GatewayProcess gateway;
    QVERIFY(!start(gateway, plain));
    QVERIFY2(gateway.errorText().contains("a NATS server with JetStream (nats-server -js)"),
             gateway.errorText().constData());
}

void TestShareDataNodes::aClientSeesWhatWasProposedElsewhereAndResumesOnAThirdNode()
{
    const int deciding = leader();
    QVERIFY(deciding >= 0);
    RealtimeClient writer;
    RealtimeClient watcher;
    QVERIFY(writer.open(m_gateways[size_t(deciding + 1) % Count]));
    QVERIFY(watcher.open(m_gateways[size_t(deciding + 2) % Count]));
    VERIFY_HAS(watcher.subscribe("tg-counter"), R"({"currentState":{"count":0},"lastTransactionId":null})");
    VERIFY_HAS(writer.subscribe("tg-counter"), R"({"currentState":{"count":0},"lastTransactionId":null})");
    VERIFY_HAS(countUp(writer), R"({"accepted":true,"transactionId":"1"})");
    // A proposer sees the transaction before it is told of it, on this node as on the one that decides.
    QCOMPARE(writer.frames(QStringLiteral("transaction")).size(), 1);
    VERIFY_HAS(watcher.ws.next(QStringLiteral("transaction")),
               R"({"shareDataId":"tg-counter","transactionId":"1","accepted":true,"currentState":{"count":1}})");
    watcher.ws.close();
    VERIFY_HAS(countUp(writer), R"({"accepted":true,"transactionId":"2"})");
    VERIFY_HAS(writer.propose("tg-counter", "increment", R"({"count":99})"),
               R"({"accepted":false,"transactionId":"3"})");
    VERIFY_HAS(writer.propose("tg-counter", "explode", "{}"), R"({"accepted":false,"error":"boom"})");
    RealtimeClient again;
    QVERIFY(again.open(m_gateways[size_t(deciding)]));
    VERIFY_HAS(again.subscribe("tg-counter", "1"), R"({"currentState":{"count":2},"lastTransactionId":"3"})");
    QVERIFY(again.settle());
    QCOMPARE(again.frames(QStringLiteral("transaction")),
             (QList<QJsonObject>{json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"2",)"
                                      R"("accepted":true,"replayed":true})"),
                                 json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"3",)"
                                      R"("accepted":false,"replayed":true})")}));
}

void TestShareDataNodes::documentsAreMadeAndRemovedEverywhere()
{
    std::array<RealtimeClient, Count> clients;
    for (size_t node = 0; node < Count; ++node) {
        QVERIFY(clients[node].open(m_gateways[node]));
        QVERIFY(!clients[node].subscribe("tg-disposable").isEmpty());
    }
    for (GatewayProcess &gateway : m_gateways) {
        HttpClient staff(gateway.url(QStringLiteral("/")));
        const auto ask = [&staff](const QByteArray &verb, const QByteArray &body) {
            return staff
                .send(verb, QStringLiteral("/admin/sharedata/tg-disposable"), body,
                      {{"x-admin-token", "tg-admin"}, {"Content-Type", "application/json"}})
                .status;
        };
        QCOMPARE(ask("PUT", R"({"count":5})") / 100, 2);
        for (RealtimeClient &client : clients)
            VERIFY_HAS(client.ws.next(QStringLiteral("lifecycle")),
                       R"({"event":"updated","shareDataId":"tg-disposable","currentState":{"count":5}})");
    }
    HttpClient staff(m_gateways[0].url(QStringLiteral("/")));
    const QList<QPair<QByteArray, QByteArray>> headers{{"x-admin-token", "tg-admin"},
                                                       {"Content-Type", "application/json"}};
    const QString path = QStringLiteral("/admin/sharedata/tg-disposable");
    QCOMPARE(staff.send("DELETE", path, {}, headers).status / 100, 2);
    for (RealtimeClient &client : clients)
        VERIFY_HAS(client.ws.next(QStringLiteral("lifecycle")), R"({"event":"removed","shareDataId":"tg-disposable"})");
    QCOMPARE(staff.send("DELETE", path, {}, headers).status, 404);
    // The effect is visible on the node that was asked before it answers.
    QCOMPARE(staff.send("PUT", path, R"({"count":0})", headers).status / 100, 2);
    VERIFY_HAS(clients[0].subscribe("tg-disposable"), R"({"currentState":{"count":0},"lastTransactionId":null})");
}

void TestShareDataNodes::killMinusNineOfTheDecidingNodeLosesNothing()
{
    const int deciding = leader();
    QVERIFY(deciding >= 0);
    RealtimeClient writer;
    QVERIFY(writer.open(m_gateways[size_t(deciding + 1) % Count]));
    QVERIFY(!writer.subscribe("tg-counter").isEmpty());
    for (int i = 0; i < 20; ++i)
        VERIFY_HAS(countUp(writer), R"({"accepted":true})");
    m_gateways[size_t(deciding)].kill();
    // It waits for whoever decides next, and is answered.
    VERIFY_HAS(countUp(writer), R"({"accepted":true})");
    const int next = leader();
    QVERIFY(next >= 0 && next != deciding);
    HttpClient operators(m_gateways[size_t(next)].url(QStringLiteral("/")));
    QCOMPARE(operators.send("GET", QStringLiteral("/health")).json().value(QStringLiteral("documents")),
             QJsonValue(QStringLiteral("leading")));
    QVERIFY(m_gateways[size_t(deciding)].restart());
    RealtimeClient reader;
    QVERIFY(reader.open(m_gateways[size_t(deciding)]));
    const QJsonObject expected{{QStringLiteral("count"), m_count}};
    QCOMPARE(reader.subscribe("tg-counter").value(QStringLiteral("currentState")).toObject(), expected);
    VERIFY_HAS(countUp(reader), R"({"accepted":true})");
}

QTEST_GUILESS_MAIN(TestShareDataNodes)
#include "tst_sharedata_nodes.moc"
