// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"
#include "support/waiting.h"

#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec section 14, row 16: what was published before a client came (back).
class TestMeshRetain : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void aLateSubscriberGetsTheNewestOfEachSubject();
    void itComesAfterSubscribeOkAndBeforeWhatIsNew();
    void aClientThatComesBackHasNoGap();
    void subjectsThatAreNotNamedHaveNoPast();
    void whatATokenDeniesIsNotReplayed();
    void aLoginInBetweenDecides();
    void unsubscribingAtOnceIsQuiet();
    void nothingIsLostOrDoubledWhileOthersPublish();
    void overlappingPatternsAreRefused();

private:
    static QString name(const char *text) { return QString::fromLatin1(text); }
    static QByteArrayList payloads(MeshClient &client, int count)
    {
        QByteArrayList found;
        for (int i = 0; i < count; ++i) {
            const auto message = client.next<Message>();
            if (!message)
                break;
            found += message->payload.toByteArray();
        }
        return found;
    }
    void publish(const QByteArray &subject, const QByteArray &payload)
    {
        m_publisher.send(Publish{subject, payload});
        QVERIFY(m_publisher.settle());
    }

    MeshGateway m_gateway;
    MeshClient m_publisher;
};

void TestMeshRetain::initTestCase()
{
    QVERIFY(m_gateway.start({name("--mesh-retain=tide.>,ring.*"), name("--mesh-retain-messages=3")}));
    QVERIFY(m_publisher.join(m_gateway.url()));
}

void TestMeshRetain::aLateSubscriberGetsTheNewestOfEachSubject()
{
    for (int i = 0; i < 5; ++i)
        publish("tide.late.a", QByteArray::number(i));
    publish("tide.late.b", "b");
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.subscribe("tide.late.*", 7));
    QCOMPARE(payloads(client, 4), (QByteArrayList{"2", "3", "4", "b"}));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshRetain::itComesAfterSubscribeOkAndBeforeWhatIsNew()
{
    publish("tide.order", "before");
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.send(Subscribe{"tide.order", 1});
    client.send(Publish{"tide.order", "own"});
    QVERIFY(client.next<SubscribeOk>());
    const auto first = client.next<Message>();
    QVERIFY(first);
    QCOMPARE(first->payload, QByteArrayView("before"));
    QCOMPARE(first->subject, QByteArrayView("tide.order"));
    QCOMPARE(first->subscriptionId, 1u);
    QCOMPARE(payloads(client, 1), QByteArrayList{"own"});
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshRetain::aClientThatComesBackHasNoGap()
{
    {
        MeshClient client;
        QVERIFY(client.join(m_gateway.url()) && client.subscribe("tide.back", 1));
        publish("tide.back", "seen");
        QCOMPARE(payloads(client, 1), QByteArrayList{"seen"});
    }
    publish("tide.back", "missed 1");
    publish("tide.back", "missed 2");
    MeshClient again;
    QVERIFY(again.join(m_gateway.url()) && again.subscribe("tide.back", 1));
    QCOMPARE(payloads(again, 3), (QByteArrayList{"seen", "missed 1", "missed 2"}));
}

void TestMeshRetain::subjectsThatAreNotNamedHaveNoPast()
{
    publish("wind.a", "x");
    publish("ring.a.b", "x");
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("wind.>", 1) && client.subscribe("ring.*.b", 2));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshRetain::whatATokenDeniesIsNotReplayed()
{
    publish("tide.deny.open", "open");
    publish("tide.deny.secret", "secret");
    QJsonObject claims = MeshClient::everything();
    claims.insert(name("deny_subjects"), QJsonArray{name("tide.deny.secret")});
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), MeshClient::token(claims)) && client.subscribe("tide.deny.*", 1));
    QCOMPARE(payloads(client, 1), QByteArrayList{"open"});
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), 0);
}

void TestMeshRetain::aLoginInBetweenDecides()
{
    publish("tide.login", "x");
    QJsonObject claims = MeshClient::everything();
    claims.insert(name("allowed_subjects"), QJsonArray{name("other")});
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.send(Subscribe{"tide.login", 1});
    client.send(Auth{MeshClient::token(claims)});
    QVERIFY(client.next<SubscribeError>());
    QVERIFY(client.settle());
    publish("tide.login", "y");
    QVERIFY(client.settle());
    // What had been handed over before the login took effect may have come; nothing may follow.
    QVERIFY(client.unread<Message>() <= 1);
}

void TestMeshRetain::unsubscribingAtOnceIsQuiet()
{
    publish("tide.gone", "x");
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    for (int i = 0; i < 100; ++i) {
        client.send(Subscribe{"tide.gone", 1});
        client.send(Unsubscribe{1});
    }
    QVERIFY(client.settle());
    const int seen = client.unread<Message>();
    publish("tide.gone", "y");
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>(), seen);
    QVERIFY(client.subscribe("tide.gone", 1));
    QTRY_COMPARE(client.unread<Message>(), seen + 2);
}

void TestMeshRetain::nothingIsLostOrDoubledWhileOthersPublish()
{
    // With three kept, whoever subscribes at any moment sees consecutive numbers.
    MeshClient neighbour; // so that the pattern is there already on the shard
    QVERIFY(neighbour.join(m_gateway.url()) && neighbour.subscribe("tide.race", 1));
    int next = 0;
    for (int round = 0; round < 20; ++round) {
        MeshClient client;
        QVERIFY(client.join(m_gateway.url()));
        for (int i = 0; i < 10; ++i)
            m_publisher.send(Publish{"tide.race", QByteArray::number(next++)});
        client.send(Subscribe{"tide.race", 2});
        for (int i = 0; i < 10; ++i)
            m_publisher.send(Publish{"tide.race", QByteArray::number(next++)});
        const QByteArray last = QByteArray::number(next - 1);
        QByteArrayList seen;
        while (seen.isEmpty() || seen.constLast() != last) {
            const auto message = client.next<Message>();
            QVERIFY(message);
            seen += message->payload.toByteArray();
        }
        for (qsizetype i = 1; i < seen.size(); ++i)
            QCOMPARE(seen[i].toInt(), seen[i - 1].toInt() + 1);
    }
}

void TestMeshRetain::overlappingPatternsAreRefused()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start({name("--mesh"), name("--mesh-retain=a.*,a.>")},
                           {{name("JWT_SECRET"), QString::fromUtf8(MeshClient::secret())}}));
    QVERIFY(gateway.errorText().contains("overlap"));
}

QTEST_GUILESS_MAIN(TestMeshRetain)
#include "tst_retain.moc"
