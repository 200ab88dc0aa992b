// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/meshgateway.h"
#include "support/natsserver.h"
#include "support/postgresserver.h"
#include "support/waiting.h"

#include <QJsonDocument>
#include <QTest>

#include <array>

using namespace Tidegate;
using namespace Tidegate::Mesh;
using namespace Qt::StringLiterals;

//! The one event model on several gateways: whatever crosses does so once, whichever of them it came to. Two of each
//! are sent, so that a first one that came twice would stand where the second is expected.
class TestBridgeNodes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void channelEventsReachMeshClientsOfEveryNodeOnce();
    void meshMessagesBecomeOneRow();
    void documentEventsReachMeshClientsOfEveryNodeOnce();
    void meshMessagesBecomeOneProposal();

private:
    static QString idOf(const std::optional<Message> &message)
    {
        return message ? QJsonDocument::fromJson(message->payload.toByteArray()).object()[u"id"_s].toString()
                       : QString();
    }
    static QByteArray compact(const QJsonObject &object)
    {
        return QJsonDocument(object).toJson(QJsonDocument::Compact);
    }

    PostgresServer m_postgres;
    NatsServer m_nats;
    std::array<MeshGateway, 2> m_gateways;
};

void TestBridgeNodes::initTestCase()
{
    if (!PostgresServer::isInstalled() || !NatsServer::isInstalled())
        QSKIP("PostgreSQL or nats-server is not installed");
    m_nats.keepStreams();
    QVERIFY(m_postgres.start());
    QVERIFY(m_nats.start());
    const QStringList args = Realtime::fixtureArgs() + GatewayProcess::withoutLimits() +
                             QStringList{u"--store-kind=postgres"_s,
                                         u"--cluster-name=test"_s,
                                         u"--cluster-nats-url=%1"_s.arg(QString::fromUtf8(m_nats.url())),
                                         u"--mesh-bridge-out=ssma.default.>"_s,
                                         u"--mesh-bridge-in=orders.new=default/global"_s,
                                         u"--mesh-documents-out=doc.tg-counter"_s,
                                         u"--mesh-documents-in=blob=set/tg-blob"_s};
    for (MeshGateway &gateway : m_gateways)
        QVERIFY2(gateway.start(args, {{u"TIDEGATE_STORE_POSTGRES_URL"_s, QString::fromUtf8(m_postgres.url())}}),
                 gateway.process().errorText().constData());
}

void TestBridgeNodes::channelEventsReachMeshClientsOfEveryNodeOnce()
{
    std::array<MeshClient, 2> clients;
    for (size_t i = 0; i < clients.size(); ++i)
        QVERIFY(clients[i].join(m_gateways[i].url()) && clients[i].subscribe("ssma.default.>", 1) &&
                clients[i].settle());
    for (MeshGateway &gateway : m_gateways) {
        WsClient writer;
        QVERIFY(writer.join(gateway.process().webSocketUrl()));
        const QByteArray id = &gateway == &m_gateways[0] ? "bridge-1" : "bridge-2";
        QVERIFY(!writer.ask(batch({entry(id)}), u"ack"_s).isEmpty());
        for (MeshClient &client : clients)
            QCOMPARE(idOf(client.next<Message>()), QString::fromUtf8(id));
    }
}

void TestBridgeNodes::meshMessagesBecomeOneRow()
{
    std::array<WsClient, 2> channels;
    for (size_t i = 0; i < channels.size(); ++i) {
        QVERIFY(channels[i].join(m_gateways[i].process().webSocketUrl(u"role=follower"_s)));
        channels[i].send(channelFrame("channel.subscribe", "global"));
        QVERIFY(!channels[i].next(u"channel.snapshot"_s).isEmpty());
    }
    for (size_t i = 0; i < m_gateways.size(); ++i) {
        MeshClient mesh;
        QVERIFY(mesh.join(m_gateways[i].url()));
        const QByteArray item = "rope-" + QByteArray::number(i);
        mesh.send(Publish{"orders.new", R"({"item":")" + item + R"("})"});
        for (WsClient &channel : channels) {
            const QByteArray frame = compact(channel.next(u"channel.invalidate"_s));
            QVERIFY2(frame.contains(item), frame.constData());
        }
    }
}

void TestBridgeNodes::documentEventsReachMeshClientsOfEveryNodeOnce()
{
    std::array<MeshClient, 2> clients;
    for (size_t i = 0; i < clients.size(); ++i)
        QVERIFY(clients[i].join(m_gateways[i].url()) && clients[i].subscribe("doc.>", 1) && clients[i].settle());
    for (int i = 0; i < 2; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(m_gateways[size_t(i)].process()));
        const QJsonObject count = Realtime::count(i + 1);
        const QJsonObject result = client.propose("tg-counter", "increment", compact(count));
        QVERIFY2(result[u"accepted"_s].toBool(), compact(result).constData());
        for (MeshClient &mesh : clients) {
            const auto message = mesh.next<Message>();
            QVERIFY(message);
            const QJsonObject event = QJsonDocument::fromJson(message->payload.toByteArray()).object();
            QCOMPARE(event[u"state"_s].toObject(), count);
        }
    }
}

void TestBridgeNodes::meshMessagesBecomeOneProposal()
{
    std::array<RealtimeClient, 2> clients;
    for (size_t i = 0; i < clients.size(); ++i) {
        QVERIFY(clients[i].open(m_gateways[i].process()));
        QVERIFY(!clients[i].subscribe("tg-blob").isEmpty());
    }
    for (size_t i = 0; i < m_gateways.size(); ++i) {
        MeshClient mesh;
        QVERIFY(mesh.join(m_gateways[i].url()));
        mesh.send(Publish{"blob", QByteArray::number(i)});
        for (RealtimeClient &client : clients) {
            const QJsonObject frame = client.ws.next(u"transaction"_s);
            QCOMPARE(frame[u"transactionId"_s].toString(), QString::number(i + 1));
            QCOMPARE(frame[u"currentState"_s], QJsonValue(int(i)));
        }
    }
}

QTEST_GUILESS_MAIN(TestBridgeNodes)
#include "tst_bridgenodes.moc"
