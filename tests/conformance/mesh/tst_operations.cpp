// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"
#include "support/waiting.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec section 6: what clients do once they are logged in.
class TestMeshOperations : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void pingIsAnswered();
    void aPublishedMessageReachesSubscribersWithTheirOwnIds();
    void aPublisherGetsItsOwnMessages();
    void wildcardsMatchTokensAndTails();
    void orderOfOnePublisherIsKept();
    void payloadsArriveUnchanged();
    void publishingIsNotAnswered();
    void theSameIdAgainReplacesTheSubject();
    void overlappingSubscriptionsGetOneCopyEachWithItsOwnId();
    void idsMayBeAnyNumberAndAreEchoed();
    void idsAreAConnectionsOwn();
    void unsubscribeIsSilentAndEndsDelivery();
    void unsubscribingAnUnknownIdIsIgnored();
    void aPayloadAtTheLimitIsDelivered();
    void aPayloadOverTheLimitIsAnError500();
    void aRequestNobodyHearsFailsAtOnce();
    void aSilentSubscriberMakesARequestTimeOut();
    void aRequesterMayHearItsOwnRequest();
    void timeoutZeroIsSentAndTimesOut();
    void requestsDoNotBlockTheConnection();
    void anOversizeRequestIsRefused();
    void requestIdsAreEchoed();

private:
    MeshGateway m_gateway;
};

void TestMeshOperations::initTestCase()
{
    QVERIFY(m_gateway.start());
}

void TestMeshOperations::pingIsAnswered()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.ask<Pong>(Ping{}));
}

void TestMeshOperations::aPublishedMessageReachesSubscribersWithTheirOwnIds()
{
    MeshClient first;
    MeshClient second;
    MeshClient publisher;
    QVERIFY(first.join(m_gateway.url()) && second.join(m_gateway.url()) && publisher.join(m_gateway.url()));
    QVERIFY(first.subscribe("dock.7", 1));
    QVERIFY(second.subscribe("dock.7", 44));
    publisher.send(Publish{"dock.7", "cargo"});
    const auto atFirst = first.next<Message>();
    const auto atSecond = second.next<Message>();
    QVERIFY(atFirst && atSecond);
    QCOMPARE(atFirst->subscriptionId, 1u);
    QCOMPARE(atFirst->subject, QByteArrayView("dock.7"));
    QCOMPARE(atFirst->payload, QByteArrayView("cargo"));
    QCOMPARE(atSecond->subscriptionId, 44u);
    QCOMPARE(atSecond->payload, QByteArrayView("cargo"));
    QVERIFY(first.settle() && second.settle());
    QCOMPARE(first.unread<Message>() + second.unread<Message>(), 0);
}

void TestMeshOperations::aPublisherGetsItsOwnMessages()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("echo.mine", 5));
    client.send(Publish{"echo.mine", "x"});
    const auto message = client.next<Message>();
    QVERIFY(message && message->subscriptionId == 5);
}

void TestMeshOperations::wildcardsMatchTokensAndTails()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.subscribe("wild.*.tide", 1) && client.subscribe("wild.tail.>", 2));
    for (const char *subject :
         {"wild.7.tide", "wild.7.tide.deep", "wild.7", "wild.tail", "wild.tail.a", "wild.tail.a.b"})
        client.send(Publish{subject, {}});
    QByteArrayList got;
    for (int i = 0; i < 3; ++i) {
        const auto message = client.next<Message>();
        QVERIFY(message);
        got += QByteArray::number(message->subscriptionId) + ' ' + message->subject.toByteArray();
    }
    QCOMPARE(got, (QByteArrayList{"1 wild.7.tide", "2 wild.tail.a", "2 wild.tail.a.b"}));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshOperations::orderOfOnePublisherIsKept()
{
    constexpr int Count = 2000;
    MeshClient subscriber;
    MeshClient publisher;
    QVERIFY(subscriber.join(m_gateway.url()) && publisher.join(m_gateway.url()));
    QVERIFY(subscriber.subscribe("order.>", 1));
    for (int i = 0; i < Count; ++i)
        publisher.send(Publish{i % 2 ? "order.odd" : "order.even", QByteArray::number(i)});
    for (int i = 0; i < Count; ++i) {
        const auto message = subscriber.next<Message>();
        QVERIFY(message);
        QCOMPARE(message->payload, QByteArray::number(i));
    }
}

void TestMeshOperations::payloadsArriveUnchanged()
{
    QByteArray payload;
    for (int i = 0; i < 70'000; ++i)
        payload += char(i * 31);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("bytes", 1));
    client.send(Publish{"bytes", payload});
    client.send(Publish{"bytes", {}});
    QCOMPARE(client.next<Message>()->payload, payload);
    QCOMPARE(client.next<Message>()->payload.size(), 0);
}

void TestMeshOperations::publishingIsNotAnswered()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    const qsizetype before = client.packetCount();
    client.send(Publish{"nobody.hears", "x"});
    QVERIFY(client.settle());
    QCOMPARE(client.packetCount(), before + 1); // the Pong
}

void TestMeshOperations::theSameIdAgainReplacesTheSubject()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.subscribe("replace.old", 3) && client.subscribe("replace.new", 3));
    client.send(Publish{"replace.old", "old"});
    client.send(Publish{"replace.new", "new"});
    const auto message = client.next<Message>();
    QVERIFY(message && message->payload == QByteArrayView("new"));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshOperations::overlappingSubscriptionsGetOneCopyEachWithItsOwnId()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.subscribe("lap.a", 1) && client.subscribe("lap.a", 2) && client.subscribe("lap.*", 3) &&
            client.subscribe("lap.>", 4));
    client.send(Publish{"lap.a", "x"});
    QList<quint64> ids;
    for (int i = 0; i < 4; ++i)
        ids += client.next<Message>()->subscriptionId;
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids, (QList<quint64>{1, 2, 3, 4}));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshOperations::idsMayBeAnyNumberAndAreEchoed()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    const QList<quint64> ids{0, 1, (1ull << 53) - 1, ~0ull};
    for (const quint64 id : ids)
        QVERIFY(client.subscribe("ids." + QByteArray::number(id), id));
    for (const quint64 id : ids) {
        client.send(Publish{"ids." + QByteArray::number(id), {}});
        QCOMPARE(client.next<Message>()->subscriptionId, id);
    }
}

void TestMeshOperations::idsAreAConnectionsOwn()
{
    MeshClient first;
    MeshClient second;
    QVERIFY(first.join(m_gateway.url()) && second.join(m_gateway.url()));
    QVERIFY(first.subscribe("own.first", 1) && second.subscribe("own.second", 1));
    second.send(Unsubscribe{1});
    QVERIFY(second.settle());
    first.send(Publish{"own.first", "x"});
    QVERIFY(first.next<Message>());
}

void TestMeshOperations::unsubscribeIsSilentAndEndsDelivery()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("leave.a", 1) && client.subscribe("leave.b", 2));
    client.send(Unsubscribe{1});
    client.send(Publish{"leave.a", "x"});
    client.send(Publish{"leave.b", "y"});
    QCOMPARE(client.next<Message>()->subscriptionId, 2u);
    QVERIFY(client.settle());
    QCOMPARE(client.packetCount(), 5); // AuthOk, two SubscribeOk, a Message, a Pong
}

void TestMeshOperations::unsubscribingAnUnknownIdIsIgnored()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.send(Unsubscribe{12345});
    QVERIFY(client.settle());
    QCOMPARE(client.packetCount(), 2);
}

void TestMeshOperations::aPayloadAtTheLimitIsDelivered()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("large", 1));
    const QByteArray payload(1024 * 1024, 'p');
    client.send(Publish{"large", payload});
    const auto message = client.next<Message>();
    QVERIFY(message && message->payload == payload);
}

void TestMeshOperations::aPayloadOverTheLimitIsAnError500()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.send(Publish{"large", QByteArray(1024 * 1024 + 1, 'p')});
    const auto error = client.next<ServerError>();
    QVERIFY(error);
    QCOMPARE(error->code, 500u);
    QCOMPARE(error->message,
             QByteArrayView("Failed to publish: max payload size exceeded: Payload size limit of 1048576 "
                            "exceeded by message size of 1048577"));
    QVERIFY(client.settle());
}

void TestMeshOperations::aRequestNobodyHearsFailsAtOnce()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QElapsedTimer timer;
    timer.start();
    const auto error = client.ask<RequestError>(Request{"rpc.nobody", "x", 5000, 9});
    QVERIFY(error);
    QCOMPARE(error->requestId, 9u);
    QCOMPARE(error->reason, QByteArrayView("Request failed: no responders: no responders"));
    QVERIFY(timer.elapsed() < 4000);
}

void TestMeshOperations::aSilentSubscriberMakesARequestTimeOut()
{
    MeshClient silent;
    MeshClient client;
    QVERIFY(silent.join(m_gateway.url()) && silent.subscribe("rpc.silent", 1) && client.join(m_gateway.url()));
    const auto error = client.ask<RequestError>(Request{"rpc.silent", "question", 200, 7});
    QVERIFY(error);
    QCOMPARE(error->reason, QByteArrayView("Request timed out"));
    const auto heard = silent.next<Message>();
    QVERIFY(heard && heard->payload == QByteArrayView("question"));
    QCOMPARE(heard->subject, QByteArrayView("rpc.silent"));
}

void TestMeshOperations::aRequesterMayHearItsOwnRequest()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("rpc.self", 1));
    client.send(Request{"rpc.self", "x", 100, 1});
    QVERIFY(client.next<Message>());
    QCOMPARE(client.next<RequestError>()->reason, QByteArrayView("Request timed out"));
}

void TestMeshOperations::timeoutZeroIsSentAndTimesOut()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("rpc.zero", 1));
    QCOMPARE(client.ask<RequestError>(Request{"rpc.zero", "x", 0, 1})->reason, QByteArrayView("Request timed out"));
    QVERIFY(client.next<Message>());
}

void TestMeshOperations::requestsDoNotBlockTheConnection()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("rpc.slow", 1) && client.subscribe("news", 2));
    client.send(Request{"rpc.slow", "x", 1000, 1});
    client.send(Publish{"news", "y"});
    QVERIFY(client.ask<Pong>(Ping{}));
    QVERIFY(client.waitFor([](const ServerMessage &packet) {
        const auto *message = std::get_if<Message>(&packet);
        return message && message->subscriptionId == 2;
    }));
    QCOMPARE(client.unread<RequestError>(), 0);
    QVERIFY(client.next<RequestError>());
}

void TestMeshOperations::anOversizeRequestIsRefused()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("large.rpc", 1));
    const auto error = client.ask<RequestError>(Request{"large.rpc", QByteArray(1024 * 1024 + 1, 'p'), 1000, 3});
    QVERIFY(error && error->requestId == 3);
    QVERIFY(error->reason.toByteArray().contains("max payload size exceeded"));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshOperations::requestIdsAreEchoed()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    for (const quint64 id : {quint64(0), (quint64(1) << 53) - 1, ~quint64(0)})
        QCOMPARE(client.ask<RequestError>(Request{"rpc.nobody", {}, 100, id})->requestId, id);
}

QTEST_GUILESS_MAIN(TestMeshOperations)
#include "tst_operations.moc"
