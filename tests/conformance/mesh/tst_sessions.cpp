// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"
#include "support/waiting.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec sections 9, 10 and 13: how the unmodified client comes, goes and comes back.
class TestMeshSessions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void threeClientsHaveThreeSessions();
    void oneUserMayHaveManySessions();
    void aSessionThatNeverLogsInIsTolerated();
    void closingTheProbeDoesNotHarmTheSecondConnection();
    void interestEndsWithTheConnection();
    void aReconnectRestoresTheSameIdsWithoutWaiting();
    void nothingIsReplayedAfterAReconnect();
    void openRequestsEndWithTheirConnection();
    void aConnectionCutDuringDeliveryHarmsNobody();
    void stoppingSaysGoingAway();

private:
    MeshGateway m_gateway;
};

void TestMeshSessions::initTestCase()
{
    QVERIFY(m_gateway.start());
}

void TestMeshSessions::threeClientsHaveThreeSessions()
{
    MeshClient clients[3];
    QByteArrayList ids;
    for (MeshClient &client : clients) {
        QVERIFY(client.open(m_gateway.url()));
        ids += client.ask<AuthOk>(Auth{MeshClient::token()})->sessionId.toByteArray();
    }
    QVERIFY(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

void TestMeshSessions::oneUserMayHaveManySessions()
{
    const QByteArray token = MeshClient::token();
    MeshClient clients[20];
    for (MeshClient &client : clients)
        QVERIFY(client.join(m_gateway.url(), token) && client.subscribe("many", 1));
    clients[0].send(Publish{"many", {}});
    for (MeshClient &client : clients)
        QVERIFY(client.next<Message>());
}

void TestMeshSessions::aSessionThatNeverLogsInIsTolerated()
{
    MeshClient probe;
    MeshClient client;
    QVERIFY(probe.open(m_gateway.url()) && client.join(m_gateway.url()));
    QVERIFY(client.subscribe("probe", 1));
    client.send(Publish{"probe", {}});
    QVERIFY(client.next<Message>());
    QVERIFY(probe.settle());
    QCOMPARE(probe.packetCount(), 1);
}

void TestMeshSessions::closingTheProbeDoesNotHarmTheSecondConnection()
{
    MeshClient client;
    {
        MeshClient probe;
        QVERIFY(probe.open(m_gateway.url()) && client.join(m_gateway.url()));
        probe.socket().close();
        QVERIFY(probe.waitForClose());
    }
    QVERIFY(client.settle());
}

void TestMeshSessions::interestEndsWithTheConnection()
{
    MeshClient asker;
    QVERIFY(asker.join(m_gateway.url()));
    {
        MeshClient gone;
        QVERIFY(gone.join(m_gateway.url()) && gone.subscribe("rpc.gone", 1));
        QCOMPARE(asker.ask<RequestError>(Request{"rpc.gone", {}, 50, 1})->reason, QByteArrayView("Request timed out"));
        gone.socket().close();
        QVERIFY(gone.waitForClose());
    }
    // Nobody listens any more: the request fails at once instead of timing out.
    QVERIFY(QTest::qWaitFor(
        [&] {
            const auto error = asker.ask<RequestError>(Request{"rpc.gone", {}, 50, 2});
            return error && error->reason.startsWith(QByteArrayView("Request failed: no responders"));
        },
        WaitMs));
}

void TestMeshSessions::aReconnectRestoresTheSameIdsWithoutWaiting()
{
    {
        MeshClient before;
        QVERIFY(before.join(m_gateway.url()) && before.subscribe("again.a", 1) && before.subscribe("again.b", 2));
    }
    MeshClient after;
    QVERIFY(after.join(m_gateway.url()));
    after.send(Subscribe{"again.a", 1});
    after.send(Subscribe{"again.b", 2});
    after.send(Publish{"again.a", {}});
    after.send(Publish{"again.b", {}});
    QCOMPARE(after.next<Message>()->subscriptionId, 1u);
    QCOMPARE(after.next<Message>()->subscriptionId, 2u);
    QCOMPARE(after.unread<SubscribeOk>(), 2);
}

void TestMeshSessions::nothingIsReplayedAfterAReconnect()
{
    MeshClient publisher;
    QVERIFY(publisher.join(m_gateway.url()));
    publisher.send(Publish{"missed", "old"});
    QVERIFY(publisher.settle());
    MeshClient late;
    QVERIFY(late.join(m_gateway.url()) && late.subscribe("missed", 1));
    publisher.send(Publish{"missed", "new"});
    QCOMPARE(late.next<Message>()->payload, QByteArrayView("new"));
}

void TestMeshSessions::openRequestsEndWithTheirConnection()
{
    MeshClient silent;
    QVERIFY(silent.join(m_gateway.url()) && silent.subscribe("rpc.cut", 1));
    {
        MeshClient asker;
        QVERIFY(asker.join(m_gateway.url()));
        asker.send(Request{"rpc.cut", {}, 300, 1});
        QVERIFY(silent.next<Message>());
        asker.socket().abort();
    }
    // The answer finds nobody and the gateway goes on.
    QCOMPARE(silent.ask<RequestError>(Request{"rpc.cut", {}, 600, 2})->reason, QByteArrayView("Request timed out"));
}

void TestMeshSessions::aConnectionCutDuringDeliveryHarmsNobody()
{
    MeshClient steady;
    MeshClient publisher;
    QVERIFY(steady.join(m_gateway.url()) && publisher.join(m_gateway.url()) && steady.subscribe("storm.>", 1));
    constexpr int Rounds = 20;
    constexpr int PerRound = 50;
    for (int round = 0; round < Rounds; ++round) {
        MeshClient passing;
        QVERIFY(passing.join(m_gateway.url()) && passing.subscribe("storm.>", 1));
        for (int i = 0; i < PerRound; ++i)
            publisher.send(Publish{"storm.a", QByteArray::number(round * PerRound + i)});
        passing.socket().abort();
    }
    for (int i = 0; i < Rounds * PerRound; ++i)
        QCOMPARE(steady.next<Message>()->payload, QByteArray::number(i));
}

void TestMeshSessions::stoppingSaysGoingAway()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    MeshClient client;
    QVERIFY(client.join(gateway.url()) && client.subscribe("a", 1));
    QCOMPARE(gateway.process().terminate(), 0);
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 1001);
}

QTEST_GUILESS_MAIN(TestMeshSessions)
#include "tst_sessions.moc"
