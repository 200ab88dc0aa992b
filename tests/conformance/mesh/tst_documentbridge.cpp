// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/httpclient.h"
#include "support/meshgateway.h"
#include "support/waiting.h"

#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;
using namespace Qt::StringLiterals;

//! The one event model: documents and mesh clients meet where the configuration says so, and nowhere else.
class TestDocumentBridge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void documentEventsReachMeshClientsThatMayHearThem();
    void meshMessagesBecomeProposals();
    void nothingElseCrosses();
    void theBridgeIsClosedByDefault();
    void theBridgeStandsInThePrintedConfiguration();
    void aBridgeThatWouldGoInCirclesIsRefused();

private:
    static QStringList documents() { return Realtime::fixtureArgs() + GatewayProcess::withoutLimits(); }
    static QStringList bridge()
    {
        return {u"--mesh-documents-out=doc.tg-counter"_s,
                u"--mesh-documents-in=blob.*=set/tg-blob,odd=forbidden/nowhere"_s};
    }
    static QJsonObject json(const Message &message)
    {
        return QJsonDocument::fromJson(message.payload.toByteArray()).object();
    }

    MeshGateway m_gateway;
};

void TestDocumentBridge::initTestCase()
{
    QVERIFY2(m_gateway.start(documents() + bridge()), m_gateway.process().errorText().constData());
}

void TestDocumentBridge::documentEventsReachMeshClientsThatMayHearThem()
{
    MeshClient mesh;
    QVERIFY(mesh.join(m_gateway.url()) && mesh.subscribe("doc.>", 1));
    RealtimeClient client;
    QVERIFY(client.open(m_gateway.process()));
    const QJsonObject result = client.propose("tg-counter", "increment", R"({"count":1})");
    QVERIFY(result[u"accepted"_s].toBool());
    const auto message = mesh.next<Message>();
    QVERIFY(message);
    QCOMPARE(message->subject, QByteArrayView("doc.tg-counter"));
    const QJsonObject event = json(*message);
    QCOMPARE(event[u"shareDataId"_s].toString(), u"tg-counter"_s);
    QCOMPARE(event[u"event"_s].toString(), u"accepted"_s);
    QCOMPARE(event[u"lastTransactionId"_s], result[u"transactionId"_s]);
    QCOMPARE(event[u"state"_s].toObject(), Realtime::count(1));
}

void TestDocumentBridge::meshMessagesBecomeProposals()
{
    RealtimeClient client;
    QVERIFY(client.open(m_gateway.process()));
    QVERIFY(!client.subscribe("tg-blob").isEmpty());
    MeshClient mesh;
    QVERIFY(mesh.join(m_gateway.url()));
    mesh.send(Publish{"blob.one", R"({"item": "rope"})"});
    QCOMPARE(client.ws.next(u"transaction"_s)[u"currentState"_s], QJsonValue(QJsonObject{{u"item"_s, u"rope"_s}}));
    mesh.send(Publish{"blob.two", "7"});
    QCOMPARE(client.ws.next(u"transaction"_s)[u"currentState"_s], QJsonValue(7));
    mesh.send(Publish{"blob.three", QByteArray("\xff\x00", 2)});
    QCOMPARE(client.ws.next(u"transaction"_s)[u"currentState"_s], QJsonValue(QJsonObject{{u"base64"_s, u"/wA="_s}}));
    mesh.send(Publish{"odd", "{}"});
    QVERIFY(m_gateway.process().waitForErrorText("mesh message on odd not proposed to nowhere"));
}

void TestDocumentBridge::nothingElseCrosses()
{
    MeshClient mesh;
    QVERIFY(mesh.join(m_gateway.url()) && mesh.subscribe(">", 1));
    RealtimeClient client;
    QVERIFY(client.open(m_gateway.process()));
    QVERIFY(!client.subscribe("tg-blob").isEmpty());
    QVERIFY(client.propose("tg-blob", "set", "1")[u"accepted"_s].toBool());
    const qsizetype seen = client.frames(u"transaction"_s).size();
    mesh.send(Publish{"blob", "2"});
    QCOMPARE(mesh.next<Message>()->subject, QByteArrayView("blob"));
    QVERIFY(mesh.settle() && client.settle());
    QCOMPARE(mesh.unread<Message>(), 0);
    QCOMPARE(client.frames(u"transaction"_s).size(), seen);
}

void TestDocumentBridge::theBridgeIsClosedByDefault()
{
    MeshGateway gateway;
    QVERIFY(gateway.start(documents()));
    MeshClient mesh;
    QVERIFY(mesh.join(gateway.url()) && mesh.subscribe(">", 1));
    RealtimeClient client;
    QVERIFY(client.open(gateway.process()));
    QVERIFY(client.propose("tg-counter", "increment", R"({"count":1})")[u"accepted"_s].toBool());
    QVERIFY(client.settle() && mesh.settle());
    QCOMPARE(mesh.unread<Message>(), 0);
}

void TestDocumentBridge::theBridgeStandsInThePrintedConfiguration()
{
    const auto printed = m_gateway.process().run(QStringList{u"config"_s, u"print"_s} + bridge());
    QVERIFY2(printed.output.contains("documents_out") && printed.output.contains("doc.tg-counter"),
             printed.output.constData());
    QVERIFY(printed.output.contains("set/tg-blob"));
}

void TestDocumentBridge::aBridgeThatWouldGoInCirclesIsRefused()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start(documents() + QStringList{u"--mesh-documents-in=doc.>=set/tg-blob"_s}));
    QVERIFY(!gateway.start(documents() + QStringList{u"--mesh-documents-out=dock.>"_s}));
    MeshGateway withoutDocuments;
    QVERIFY(!withoutDocuments.start({u"--mesh-documents-out=doc.>"_s}));
    QVERIFY(withoutDocuments.process().errorText().contains("set sharedata.enabled"));
}

QTEST_GUILESS_MAIN(TestDocumentBridge)
#include "tst_documentbridge.moc"
