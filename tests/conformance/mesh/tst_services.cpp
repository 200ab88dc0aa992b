// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"

#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec section 14, row 19: WebSocket clients that answer requests.
class TestMeshServices : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void aClientAnswersRequests();
    void requestsGoToOneOfSeveralInTurn();
    void messagesWithoutAQuestionDoNotReachIt();
    void aPatternMayBeOffered();
    void anAnswerIsTakenOnce();
    void nobodyElseCanAnswer();
    void itNeedsThePermissionToServe();
    void anotherLoginMayEndTheOffer();
    void whoLeavesOffersNoMore();
    void anAnswerOverTheLimitIsRefused();
    void withoutTheSettingItIsAnOrdinarySubject();

private:
    static QString name(const char *text) { return QString::fromLatin1(text); }
    static QByteArray servingToken(const QJsonArray &allowed = {})
    {
        QJsonObject claims = MeshClient::everything();
        claims.insert(name("permissions"),
                      QJsonArray{name("publish"), name("subscribe"), name("request"), name("serve")});
        claims.insert(name("allowed_subjects"), allowed);
        return MeshClient::token(claims);
    }
    //! Takes the next request that \p service is asked; its token and subject.
    static QByteArrayList asked(MeshClient &service)
    {
        const auto message = service.next<Message>();
        if (!message || !message->subject.startsWith("_REPLY."))
            return {};
        const QByteArray rest = message->subject.sliced(7).toByteArray();
        return {rest.first(rest.indexOf('.')), rest.sliced(rest.indexOf('.') + 1), message->payload.toByteArray()};
    }
    static void reply(MeshClient &service, const QByteArrayList &request, const QByteArray &payload)
    {
        service.send(Publish{"_REPLY." + request.value(0), payload});
    }

    MeshGateway m_gateway;
};

void TestMeshServices::initTestCase()
{
    QVERIFY(m_gateway.start({name("--mesh-services=true"), name("--mesh-max-payload=1000")}));
}

void TestMeshServices::aClientAnswersRequests()
{
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QCOMPARE(client.ask<RequestError>(Request{"rpc.sum", "1,2", 5000, 1})->reason,
             QByteArrayView("Request failed: no responders: no responders"));
    QVERIFY(service.subscribe("_SERVE.rpc.sum", 4) && service.settle());
    client.send(Request{"rpc.sum", "1,2", 5000, 2});
    const QByteArrayList request = asked(service);
    QCOMPARE(request.mid(1), (QByteArrayList{"rpc.sum", "1,2"}));
    reply(service, request, "3");
    const auto response = client.next<Response>();
    QVERIFY(response);
    QCOMPARE(response->requestId, 2u);
    QCOMPARE(response->payload, QByteArrayView("3"));
    QVERIFY(service.settle());
    QCOMPARE(service.unread<ServerError>(), 0);
}

void TestMeshServices::requestsGoToOneOfSeveralInTurn()
{
    MeshClient services[2];
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    for (MeshClient &service : services)
        QVERIFY(service.join(m_gateway.url(), servingToken()) && service.subscribe("_SERVE.turn", 1));
    QVERIFY(services[0].settle() && services[1].settle());
    for (quint64 i = 0; i < 10; ++i)
        client.send(Request{"turn", {}, 5000, i});
    QVERIFY(client.settle());
    for (MeshClient &service : services) {
        for (int i = 0; i < 5; ++i)
            reply(service, asked(service), "done");
        QVERIFY(service.settle());
        QCOMPARE(service.unread<Message>(), 0);
    }
    for (int i = 0; i < 10; ++i)
        QVERIFY(client.next<Response>());
}

void TestMeshServices::messagesWithoutAQuestionDoNotReachIt()
{
    MeshClient service;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && service.subscribe("_SERVE.quiet", 1));
    service.send(Publish{"quiet", "x"});
    QVERIFY(service.settle());
    QCOMPARE(service.unread<Message>(), 0);
}

void TestMeshServices::aPatternMayBeOffered()
{
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QCOMPARE(service.ask<SubscribeError>(Subscribe{"_SERVE.a..b", 1})->reason, QByteArrayView("Invalid subject"));
    QVERIFY(service.subscribe("_SERVE.api.*.get", 1) && service.settle());
    client.send(Request{"api.ships.get", {}, 5000, 1});
    const QByteArrayList request = asked(service);
    QCOMPARE(request.value(1), QByteArray("api.ships.get"));
    reply(service, request, {});
    QVERIFY(client.next<Response>());
}

void TestMeshServices::anAnswerIsTakenOnce()
{
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QVERIFY(service.subscribe("_SERVE.once", 1) && service.settle());
    client.send(Request{"once", {}, 5000, 1});
    const QByteArrayList request = asked(service);
    reply(service, request, "first");
    reply(service, request, "second");
    QCOMPARE(client.next<Response>()->payload, QByteArrayView("first"));
    QVERIFY(service.settle() && client.settle());
    QCOMPARE(client.unread<Response>(), 0);
    QCOMPARE(service.unread<ServerError>(), 0);
}

void TestMeshServices::nobodyElseCanAnswer()
{
    MeshClient service;
    MeshClient stranger;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QVERIFY(stranger.join(m_gateway.url(), servingToken()));
    QVERIFY(service.subscribe("_SERVE.mine", 1) && service.settle());
    client.send(Request{"mine", {}, 5000, 1});
    const QByteArrayList request = asked(service);
    reply(stranger, request, "false");
    QVERIFY(stranger.settle());
    reply(service, request, "true");
    QCOMPARE(client.next<Response>()->payload, QByteArrayView("true"));
}

void TestMeshServices::itNeedsThePermissionToServe()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QCOMPARE(client.ask<SubscribeError>(Subscribe{"_SERVE.rpc", 1})->reason, QByteArrayView("Permission denied"));
    MeshClient narrow;
    QVERIFY(narrow.join(m_gateway.url(), servingToken({name("rpc.>")})));
    QVERIFY(narrow.subscribe("_SERVE.rpc.a", 1));
    QVERIFY(narrow.ask<SubscribeError>(Subscribe{"_SERVE.>", 2}));
}

void TestMeshServices::anotherLoginMayEndTheOffer()
{
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QVERIFY(service.subscribe("_SERVE.relogin", 5));
    QVERIFY(service.login());
    QCOMPARE(service.next<SubscribeError>()->id, 5u);
    QVERIFY(service.settle());
    QVERIFY(client.ask<RequestError>(Request{"relogin", {}, 5000, 1})->reason.contains("no responders"));
}

void TestMeshServices::whoLeavesOffersNoMore()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    {
        MeshClient service;
        QVERIFY(service.join(m_gateway.url(), servingToken()) && service.subscribe("_SERVE.left", 1));
        service.socket().close();
        QVERIFY(service.waitForClose());
    }
    const auto isUnheard = [&] {
        const auto error = client.ask<RequestError>(Request{"left", {}, 200, 1});
        return error && error->reason.contains("no responders");
    };
    QTRY_VERIFY(isUnheard());
}

void TestMeshServices::anAnswerOverTheLimitIsRefused()
{
    MeshClient service;
    MeshClient client;
    QVERIFY(service.join(m_gateway.url(), servingToken()) && client.join(m_gateway.url()));
    QVERIFY(service.subscribe("_SERVE.large", 1) && service.settle());
    client.send(Request{"large", {}, 5000, 1});
    const QByteArrayList request = asked(service);
    reply(service, request, QByteArray(1001, 'x'));
    QCOMPARE(service.next<ServerError>()->code, 500u);
    reply(service, request, QByteArray(1000, 'x'));
    QCOMPARE(client.next<Response>()->payload.size(), 1000);
}

void TestMeshServices::withoutTheSettingItIsAnOrdinarySubject()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    MeshClient client;
    QVERIFY(client.join(gateway.url()) && client.subscribe("_SERVE.x", 1));
    client.send(Publish{"_SERVE.x", "plain"});
    QCOMPARE(client.next<Message>()->payload, QByteArrayView("plain"));
    QVERIFY(client.ask<RequestError>(Request{"x", {}, 5000, 1})->reason.contains("no responders"));
}

QTEST_GUILESS_MAIN(TestMeshServices)
#include "tst_services.moc"
