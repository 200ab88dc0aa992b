// SPDX-License-Identifier: MIT
#include "support/httpclient.h"
#include "support/meshgateway.h"
#include "support/natsserver.h"
#include "support/waiting.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec section 6, "NATS mapping", and row 17 of section 14: two gateways on one real server.
class TestMeshNats : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void messagesReachClientsOfTheOtherGateway();
    void aPublisherHearsItselfOnce();
    void overlappingSubscriptionsGetOneCopyEach();
    void orderOfOnePublisherIsKeptAcross();
    void aRequestNobodyHearsFailsAtOnce();
    void aClientAnswersRequestsOfTheOtherGateway();
    void aSilentSubscriberElsewhereMakesARequestTimeOut();
    void anOutageIsVisibleAndSurvived();
    void requestsFailFastDuringAnOutage();
    void itStartsWithoutTheServer();
    void withoutTheDialectNothingIsConnected();

private:
    bool isBroker(MeshGateway &gateway, const QByteArray &state)
    {
        HttpClient http(gateway.httpUrl(QStringLiteral("/")));
        return QTest::qWaitFor([&] { return http.get(QStringLiteral("/health")).header("X-Broker") == state; }, WaitMs);
    }
    //! Comes back when \p to hears what \p from publishes.
    bool settle(MeshClient &from, MeshClient &to)
    {
        const QByteArray subject = "fence." + QByteArray::number(++m_fences);
        const quint64 id = 1'000'000 + quint64(m_fences);
        if (!to.subscribe(subject, id))
            return false;
        const int before = to.unread<Message>();
        const bool isThere = QTest::qWaitFor(
            [&] {
                from.send(Publish{subject, {}});
                QTest::qWait(10);
                return to.settle() && to.unread<Message>() > before;
            },
            WaitMs);
        to.send(Unsubscribe{id});
        const bool isSettled = to.settle();
        while (to.unread<Message>() > before && to.waitFor([&](const ServerMessage &packet) {
            const auto *message = std::get_if<Message>(&packet);
            return message && message->subscriptionId == id;
        })) {
        }
        return isThere && isSettled;
    }

    NatsServer m_server;
    MeshGateway m_gateways[2];
    int m_fences = 0;
};

void TestMeshNats::initTestCase()
{
    if (!NatsServer::isInstalled())
        QSKIP("nats-server is not installed");
    QVERIFY(m_server.start());
    for (MeshGateway &gateway : m_gateways) {
        QVERIFY(gateway.start({QStringLiteral("--mesh-services=true")},
                              {{QStringLiteral("NATS_URL"), QString::fromUtf8(m_server.url())}}));
        QVERIFY(isBroker(gateway, "nats"));
    }
}

void TestMeshNats::init()
{
    QVERIFY(isBroker(m_gateways[0], "nats") && isBroker(m_gateways[1], "nats"));
}

void TestMeshNats::messagesReachClientsOfTheOtherGateway()
{
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(there.subscribe("dock.*", 7) && settle(here, there));
    const QByteArray payload("bytes \0 and \xff", 13);
    here.send(Publish{"dock.7", payload});
    const auto message = there.next<Message>();
    QVERIFY(message && message->subscriptionId == 7);
    QCOMPARE(message->subject, QByteArrayView("dock.7"));
    QCOMPARE(message->payload, payload);
}

void TestMeshNats::aPublisherHearsItselfOnce()
{
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(here.subscribe("self", 1) && there.subscribe("self", 1) && settle(here, there) && settle(there, here));
    here.send(Publish{"self", "one"});
    there.send(Publish{"self", "two"});
    for (MeshClient *client : {&here, &there}) {
        QVERIFY(client->next<Message>() && client->next<Message>());
        QVERIFY(client->settle());
        QCOMPARE(client->unread<Message>(), 0);
    }
}

void TestMeshNats::overlappingSubscriptionsGetOneCopyEach()
{
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(there.subscribe("lap.a", 1) && there.subscribe("lap.*", 2) && there.subscribe("lap.>", 3));
    QVERIFY(settle(here, there));
    here.send(Publish{"lap.a", {}});
    QList<quint64> ids;
    for (int i = 0; i < 3; ++i)
        ids += there.next<Message>()->subscriptionId;
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids, (QList<quint64>{1, 2, 3}));
    QVERIFY(settle(here, there));
    QCOMPARE(there.unread<Message>(), 0);
}

void TestMeshNats::orderOfOnePublisherIsKeptAcross()
{
    constexpr int Count = 1000;
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(there.subscribe("order", 1) && settle(here, there));
    for (int i = 0; i < Count; ++i)
        here.send(Publish{"order", QByteArray::number(i)});
    for (int i = 0; i < Count; ++i)
        QCOMPARE(there.next<Message>()->payload, QByteArray::number(i));
}

void TestMeshNats::aRequestNobodyHearsFailsAtOnce()
{
    MeshClient client;
    QVERIFY(client.join(m_gateways[0].url()));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(client.ask<RequestError>(Request{"rpc.nobody", {}, 8000, 1})->reason,
             QByteArrayView("Request failed: no responders: no responders"));
    QVERIFY(timer.elapsed() < 6000);
}

void TestMeshNats::aClientAnswersRequestsOfTheOtherGateway()
{
    QJsonObject claims = MeshClient::everything();
    claims.insert(QStringLiteral("permissions"), QJsonArray{QStringLiteral("serve"), QStringLiteral("publish")});
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateways[0].url(), MeshClient::token(claims)) && client.join(m_gateways[1].url()));
    QVERIFY(service.subscribe("_SERVE.far", 1));
    quint64 id = 0;
    const auto isAsked = [&] { // the subscription may still be on its way to the server
        const int before = client.unread<RequestError>();
        client.send(Request{"far", "away", 5000, ++id});
        return QTest::qWaitFor([&] { return service.unread<Message>() > 0 || client.unread<RequestError>() > before; },
                               WaitMs) &&
               service.unread<Message>() > 0;
    };
    QTRY_VERIFY(isAsked());
    const auto request = service.next<Message>();
    QVERIFY(request->subject.startsWith("_REPLY.") && request->subject.endsWith(".far"));
    const QByteArray reply = request->subject.toByteArray().chopped(int(qstrlen(".far")));
    service.send(Publish{reply, "heard"});
    const auto response = client.next<Response>();
    QVERIFY(response);
    QVERIFY(response->requestId >= 1 && response->requestId <= id); // the first that was heard
    QCOMPARE(response->payload, QByteArrayView("heard"));
}

void TestMeshNats::aSilentSubscriberElsewhereMakesARequestTimeOut()
{
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(there.subscribe("rpc.silent", 1) && settle(here, there));
    QCOMPARE(here.ask<RequestError>(Request{"rpc.silent", "q", 300, 1})->reason, QByteArrayView("Request timed out"));
    QCOMPARE(there.next<Message>()->payload, QByteArrayView("q"));
}

void TestMeshNats::anOutageIsVisibleAndSurvived()
{
    MeshClient here;
    MeshClient beside;
    MeshClient there;
    QVERIFY(here.join(m_gateways[0].url()) && beside.join(m_gateways[0].url()) && there.join(m_gateways[1].url()));
    QVERIFY(beside.subscribe("out", 1) && there.subscribe("out", 1) && settle(here, there));
    m_server.kill();
    QVERIFY(isBroker(m_gateways[0], "nats, lost") && isBroker(m_gateways[1], "nats, lost"));
    HttpClient http(m_gateways[0].process().url());
    QCOMPARE(http.get(QStringLiteral("/health")).json()[QStringLiteral("broker")].toString(),
             QStringLiteral("nats, lost"));
    QVERIFY(m_gateways[0].process().waitForErrorText("\"type\":\"BROKER_LOST\""));
    QVERIFY(here.isOpen() && there.isOpen());
    here.send(Publish{"out", "meanwhile"});
    QCOMPARE(beside.next<Message>()->payload, QByteArrayView("meanwhile"));
    QVERIFY(m_server.start());
    QVERIFY(isBroker(m_gateways[0], "nats") && isBroker(m_gateways[1], "nats"));
    QVERIFY(m_gateways[0].process().waitForErrorText("connected again after"));
    QCOMPARE(http.get(QStringLiteral("/health")).json()[QStringLiteral("broker")].toString(), QStringLiteral("nats"));
    QVERIFY(settle(here, there));
    here.send(Publish{"out", "afterwards"});
    QVERIFY(there.waitFor([](const ServerMessage &packet) {
        const auto *message = std::get_if<Message>(&packet);
        return message && message->payload == QByteArrayView("afterwards");
    }));
}

void TestMeshNats::requestsFailFastDuringAnOutage()
{
    MeshClient client;
    QVERIFY(client.join(m_gateways[0].url()));
    m_server.kill();
    QVERIFY(isBroker(m_gateways[0], "nats, lost"));
    QCOMPARE(client.ask<RequestError>(Request{"rpc", {}, 8000, 1})->reason,
             QByteArrayView("Request failed: the broker cannot be reached"));
    QVERIFY(m_server.start());
}

void TestMeshNats::itStartsWithoutTheServer()
{
    NatsServer late;
    QVERIFY(late.start()); // to have a port that is its own
    late.kill();
    MeshGateway gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("NATS_URL"), QString::fromUtf8(late.url())}}));
    QVERIFY(isBroker(gateway, "nats, lost"));
    MeshClient client;
    QVERIFY(client.join(gateway.url()) && client.subscribe("a", 1));
    client.send(Publish{"a", {}});
    QVERIFY(client.next<Message>());
    QVERIFY(late.start());
    QVERIFY(isBroker(gateway, "nats"));
}

void TestMeshNats::withoutTheDialectNothingIsConnected()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("NATS_URL"), QStringLiteral("nats://127.0.0.1:1")}}));
    QVERIFY(!gateway.errorText().contains("nats:"));
}

QTEST_GUILESS_MAIN(TestMeshNats)
#include "tst_nats.moc"
