// SPDX-License-Identifier: MIT
#include "support/httpclient.h"
#include "support/json.h"
#include "support/meshgateway.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;
using namespace Qt::StringLiterals;

//! MottoMesh spec section 14, rows 11 and 21, and the one event model: mesh clients beside everybody else.
class TestMeshConsole : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void meshClientsAreAmongTheLinks();
    void operatorsMayKickAndThrottle();
    void statisticsCountThem();

    void channelEventsReachMeshClientsThatMayHearThem();
    void meshMessagesReachTheirChannel();
    void nothingElseCrosses();
    void theBridgeIsClosedByDefault();
    void theBridgeStandsInThePrintedConfiguration();
    void aBridgeThatWouldGoInCirclesIsRefused();

private:
    QJsonArray meshLinks()
    {
        const auto answer = m_http.get(u"/admin/v1/links?filter=dialect:eq:mesh"_s, bearer("admin"));
        return answer.json()[u"rows"_s].toArray();
    }
    HttpClient::Headers bearer(const QByteArray &role)
    {
        return {{"Authorization", "Bearer " + m_gateway.process().mintToken(role)}};
    }
    bool command(const QString &name, const QString &key, const QJsonObject &args)
    {
        const QJsonObject body{{u"command"_s, name}, {u"keys"_s, QJsonArray{key}}, {u"args"_s, args}};
        return m_http.post(u"/admin/v1/links"_s, body, bearer("admin")).json()[u"affected"_s].toInt() == 1;
    }

    MeshGateway m_gateway;
    HttpClient m_http;
};

void TestMeshConsole::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() +
                            QStringList{u"--mesh-bridge-out=ssma.default.>"_s, u"--ssma-channels=orders=user"_s,
                                        u"--mesh-bridge-in=orders.new=default/global"_s}));
    m_http.setBase(m_gateway.process().url());
}

void TestMeshConsole::meshClientsAreAmongTheLinks()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    const QString session = QString::fromUtf8(client.ask<AuthOk>(Auth{MeshClient::token()})->sessionId.toByteArray());
    QVERIFY(client.subscribe("a", 1) && client.subscribe("b.>", 2));
    const auto mine = [&] {
        for (const QJsonValue &row : meshLinks()) {
            if (row[u"connection"].toString() == session)
                return row.toObject();
        }
        return QJsonObject();
    };
    QTRY_COMPARE(mine()[u"subscriptions"_s].toInt(), 2);
    const QJsonObject row = mine();
    QCOMPARE(row[u"user"_s].toString(), u"tester"_s);
    QCOMPARE(row[u"transport"_s].toString(), u"websocket"_s);
    QCOMPARE(row[u"address"_s].toString(), u"127.0.0.1"_s);
    QVERIFY(row[u"bytesIn"_s].toInteger() > 0 && row[u"bytesOut"_s].toInteger() > 0);
}

void TestMeshConsole::operatorsMayKickAndThrottle()
{
    QTRY_VERIFY(meshLinks().isEmpty());
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QTRY_COMPARE(meshLinks().size(), 1);
    const QString key = meshLinks().first()[u"id"].toString();
    QVERIFY(command(u"throttle"_s, key, {{u"max"_s, 3}}));
    for (int i = 0; i < 20; ++i)
        client.send(Publish{"a", {}});
    QCOMPARE(client.next<ServerError>()->code, 429u);
    QVERIFY(command(u"kick"_s, key, {{u"reason"_s, u"enough"_s}}));
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 1008);
}

void TestMeshConsole::statisticsCountThem()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("a", 1));
    QVERIFY(QTest::qWaitFor(
        [&] {
            const auto history = m_http.get(u"/admin/v1/history"_s, bearer("staff")).json();
            const QJsonArray values = history[u"series"_s].toObject()[u"mesh.subscriptions"_s].toArray();
            return !values.isEmpty() && values.last().toDouble() >= 1;
        },
        WaitMs));
}

void TestMeshConsole::channelEventsReachMeshClientsThatMayHearThem()
{
    QJsonObject narrow = MeshClient::everything();
    narrow.insert(u"allowed_subjects"_s, QJsonArray{u"ssma.default.>"_s});
    MeshClient mesh;
    MeshClient deaf;
    QVERIFY(mesh.join(m_gateway.url(), MeshClient::token(narrow)) && mesh.subscribe("ssma.default.>", 1));
    narrow.insert(u"deny_subjects"_s, QJsonArray{u"ssma.default.global"_s});
    QVERIFY(deaf.join(m_gateway.url(), MeshClient::token(narrow)) && deaf.subscribe("ssma.default.>", 1));
    WsClient leader;
    QVERIFY(leader.join(m_gateway.process().webSocketUrl()));
    QVERIFY(!leader.ask(batch({entry("bridge-1")}), u"ack"_s).isEmpty());
    const auto message = mesh.next<Message>();
    QVERIFY(message);
    QCOMPARE(message->subject, QByteArrayView("ssma.default.global"));
    QCOMPARE(QJsonDocument::fromJson(message->payload.toByteArray()).object()[u"id"_s].toString(), u"bridge-1"_s);
    QVERIFY(deaf.settle());
    QCOMPARE(deaf.unread<Message>(), 0);
}

void TestMeshConsole::meshMessagesReachTheirChannel()
{
    WsClient channel;
    QVERIFY(channel.join(m_gateway.process().webSocketUrl(u"role=follower"_s)));
    channel.send(channelFrame("channel.subscribe", "global"));
    QVERIFY(!channel.next(u"channel.snapshot"_s).isEmpty());
    MeshClient mesh;
    QVERIFY(mesh.join(m_gateway.url()));
    mesh.send(Publish{"orders.new", R"({"item":"rope","count":3})"});
    mesh.send(Publish{"orders.new", QByteArray("\xff\x00", 2)});
    const QByteArray first = QJsonDocument(channel.next(u"channel.invalidate"_s)).toJson(QJsonDocument::Compact);
    QVERIFY2(first.contains("orders.new") && first.contains("rope"), first.constData());
    const QByteArray second = QJsonDocument(channel.next(u"channel.invalidate"_s)).toJson(QJsonDocument::Compact);
    QVERIFY2(second.contains("base64"), second.constData());
}

void TestMeshConsole::nothingElseCrosses()
{
    MeshClient mesh;
    QVERIFY(mesh.join(m_gateway.url()) && mesh.subscribe(">", 1));
    WsClient leader;
    QVERIFY(leader.join(m_gateway.process().webSocketUrl(u"role=leader&site=other"_s)));
    QVERIFY(!leader.ask(batch({entry("elsewhere")}), u"ack"_s).isEmpty());
    mesh.send(Publish{"orders.old", "{}"});
    QCOMPARE(mesh.next<Message>()->subject, QByteArrayView("orders.old"));
    QVERIFY(mesh.settle() && leader.settle());
    QCOMPARE(mesh.unread<Message>(), 0);
    QCOMPARE(leader.unread(u"channel.invalidate"_s), 0);
}

void TestMeshConsole::theBridgeIsClosedByDefault()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    MeshClient mesh;
    QVERIFY(mesh.join(gateway.url()) && mesh.subscribe(">", 1));
    WsClient leader;
    QVERIFY(leader.join(gateway.process().webSocketUrl()));
    QVERIFY(!leader.ask(batch({entry("closed-1")}), u"ack"_s).isEmpty());
    QVERIFY(leader.settle() && mesh.settle());
    QCOMPARE(mesh.unread<Message>(), 0);
}

void TestMeshConsole::theBridgeStandsInThePrintedConfiguration()
{
    const auto printed = m_gateway.process().run({u"config"_s, u"print"_s, u"--mesh-bridge-out=ssma.default.>"_s,
                                                  u"--mesh-bridge-in=orders.new=default/global"_s});
    QVERIFY2(printed.output.contains("bridge_out") && printed.output.contains("ssma.default.>"),
             printed.output.constData());
    QVERIFY(printed.output.contains("default/global"));
}

void TestMeshConsole::aBridgeThatWouldGoInCirclesIsRefused()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start({u"--mesh-bridge-in=ssma.>=default/global"_s}));
    QVERIFY(!gateway.start({u"--mesh-bridge-out=dock.>"_s}));
    QVERIFY(!gateway.start({u"--mesh-bridge-in=orders=nochannel"_s}));
}

QTEST_GUILESS_MAIN(TestMeshConsole)
#include "tst_console.moc"
