// SPDX-License-Identifier: MIT
#include "session/meshfixture.h"
#include "support/meshclient.h"
#include "support/waiting.h"

#include <QTest>

#include <atomic>

using namespace Tidegate;
using namespace Tidegate::Mesh;

namespace {

//! A bus that does as it is told and tells what it was given. Its state may be changed by any thread.
class ScriptedBus final : public ClusterBus
{
public:
    void open(BusReceiver &owner) override { receiver = &owner; }
    void subscribe(const QByteArray &pattern) override { journal += '+' + pattern; }
    void unsubscribe(const QByteArray &pattern) override { journal += '-' + pattern; }
    Result<void> publish(const BusMessage &message) override
    {
        if (isFull)
            return Error{ErrorCode::Unavailable, QStringLiteral("the queue is full"), true};
        journal += message.subject;
        return {};
    }
    BusState state() const override { return stateValue; }

    BusReceiver *receiver = nullptr;
    QByteArrayList journal; //!< core thread
    std::atomic<BusState> stateValue = BusState::Alone;
    std::atomic<bool> isFull = false;
};

} // namespace

//! The dialect on two shards and a core: what depends on the broker behind it.
class TestMeshSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void messagesCrossShards();
    void aPatternIsAttachedOnceAndDetachedWithItsLastSubscriber();
    void aRequestIsAnsweredByAConsumerInTheProcess();
    void lateAndFurtherAnswersAreDropped();
    void messagesOfTheBusReachTheirPatternOnly();
    void aFullBusIsAnError500();
    void requestsFailFastWhenTheBusIsLost();
    void countersAddUp();
    void usersAreForgottenWithTheirLastSession();

private:
    QByteArrayList journal()
    {
        QByteArrayList copy;
        m_fixture->onCore([&](Broker &) { copy = m_bus.journal; });
        return copy;
    }

    ScriptedBus m_bus;
    std::unique_ptr<MeshFixture> m_fixture;
};

void TestMeshSession::init()
{
    m_bus.journal.clear();
    m_bus.stateValue = BusState::Alone;
    m_bus.isFull = false;
    m_fixture = std::make_unique<MeshFixture>(m_bus, Profile());
}

void TestMeshSession::cleanup()
{
    m_fixture.reset();
}

void TestMeshSession::messagesCrossShards()
{
    MeshClient here;
    MeshClient there;
    QVERIFY(here.join(m_fixture->url(0)) && there.join(m_fixture->url(1)));
    QVERIFY(here.subscribe("dock.*", 1) && there.subscribe("dock.>", 2));
    here.send(Publish{"dock.7", "a"});
    there.send(Publish{"dock.8", "b"});
    for (MeshClient *client : {&here, &there}) {
        QVERIFY(client->next<Message>() && client->next<Message>());
        QVERIFY(client->settle());
        QCOMPARE(client->unread<Message>(), 0);
    }
}

void TestMeshSession::aPatternIsAttachedOnceAndDetachedWithItsLastSubscriber()
{
    MeshClient first;
    MeshClient second;
    QVERIFY(first.join(m_fixture->url(0)) && second.join(m_fixture->url(0)));
    QVERIFY(first.subscribe("a.>", 1) && first.subscribe("a.>", 2) && second.subscribe("a.>", 1));
    QCOMPARE(journal().count("+a.>"), 1);
    first.socket().close();
    QVERIFY(first.waitForClose());
    QVERIFY(second.settle());
    QCOMPARE(journal().count("-a.>"), 0);
    second.send(Unsubscribe{1});
    QVERIFY(second.settle());
    QTRY_COMPARE(journal().count("-a.>"), 1);
    m_fixture->onCore([](Broker &broker) { QCOMPARE(broker.patternCount(), 0); });
}

void TestMeshSession::aRequestIsAnsweredByAConsumerInTheProcess()
{
    m_fixture->onCore([](Broker &broker) {
        broker.subscribe("rpc.sum", [&broker](const PublicationPtr &asked) {
            auto answer = std::make_shared<Publication>();
            answer->stream = asked->reply;
            answer->body = "sum of " + asked->body;
            (void)broker.publish(answer);
        });
    });
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()));
    const auto response = client.ask<Response>(Request{"rpc.sum", "1,2", 5000, 12});
    QVERIFY(response);
    QCOMPARE(response->requestId, 12u);
    QCOMPARE(response->payload, QByteArrayView("sum of 1,2"));
}

void TestMeshSession::lateAndFurtherAnswersAreDropped()
{
    QByteArray reply;
    m_fixture->onCore([&](Broker &broker) {
        broker.subscribe("rpc.late", [&](const PublicationPtr &asked) { reply = asked->reply; });
    });
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()));
    QCOMPARE(client.ask<RequestError>(Request{"rpc.late", {}, 100, 1})->reason, QByteArrayView("Request timed out"));
    m_fixture->onCore([&](Broker &broker) {
        auto answer = std::make_shared<Publication>();
        answer->stream = reply;
        QVERIFY(broker.publish(answer));
    });
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Response>(), 0);
}

void TestMeshSession::messagesOfTheBusReachTheirPatternOnly()
{
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()) && client.subscribe("b.*", 1) && client.subscribe("b.>", 2));
    m_fixture->onCore([&](Broker &) { m_bus.receiver->busMessage("b.>", {"b.x", "from afar", {}}); });
    const auto message = client.next<Message>();
    QVERIFY(message && message->subscriptionId == 2);
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshSession::aFullBusIsAnError500()
{
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()) && client.subscribe("full", 1));
    m_bus.isFull = true;
    const auto error = client.ask<ServerError>(Publish{"full", "x"});
    QVERIFY(error && error->code == 500);
    QCOMPARE(error->message, QByteArrayView("Failed to publish: failed to send message: the queue is full"));
    QVERIFY2(client.next<Message>(), "whoever is here has got it");
}

void TestMeshSession::requestsFailFastWhenTheBusIsLost()
{
    m_bus.stateValue = BusState::Lost;
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()));
    QCOMPARE(client.ask<RequestError>(Request{"rpc", {}, 10'000, 1})->reason,
             QByteArrayView("Request failed: the broker cannot be reached"));
    // One that was sent before the loss fails with it.
    m_bus.stateValue = BusState::Connected;
    client.send(Request{"rpc", {}, 10'000, 2});
    QTRY_VERIFY(journal().contains("rpc"));
    m_fixture->onCore([&](Broker &) { m_bus.receiver->busStateChanged(BusState::Lost); });
    QCOMPARE(client.next<RequestError>()->requestId, 2u);
}

void TestMeshSession::countersAddUp()
{
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()) && client.subscribe("c.>", 1) && client.subscribe("c.a", 2));
    client.send(Publish{"c.a", {}});
    QVERIFY(client.next<Message>() && client.next<Message>());
    client.sendBytes("nonsense");
    client.send(Publish{"$SYS.x", {}});
    QVERIFY(client.settle());
    const DialectCounters &counters = m_fixture->counters;
    QCOMPARE(counters.sessionsOpen.value(), 1);
    QCOMPARE(counters.loginsAccepted.value(), 1);
    QCOMPARE(counters.subscriptions.value(), 2);
    QCOMPARE(counters.published.value(), 1);
    QCOMPARE(counters.invalid.value(), 1);
    QCOMPARE(counters.denied.value(), 1);
    client.socket().close();
    QTRY_COMPARE(counters.sessionsOpen.value(), 0);
    QCOMPARE(counters.subscriptions.value(), 0);
}

void TestMeshSession::usersAreForgottenWithTheirLastSession()
{
    MeshClient client;
    QVERIFY(client.join(m_fixture->url()));
    QCOMPARE(m_fixture->users.userCount(), 1);
    client.socket().close();
    QTRY_COMPARE(m_fixture->users.userCount(), 0);
}

QTEST_GUILESS_MAIN(TestMeshSession)
#include "tst_mesh_session.moc"
