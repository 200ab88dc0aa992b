// SPDX-License-Identifier: MIT
#include "support/httpclient.h"
#include "support/meshgateway.h"
#include "support/waiting.h"

#include "transport/certificate.h"

#include <QFile>
#include <QTcpServer>
#include <QTest>

#include <csignal>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec section 8: a deployment's own variables; and row 15 of section 14.
class TestMeshConfiguration : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withoutTheFlagThereIsNoMesh();
    void withoutAKeyItDoesNotStart();
    void anEmptySecretIsNone();
    void hostAndPortOfTheDeployment();
    void aPortThatIsNoneEndsTheStart();
    void aPortInUseEndsTheStart();
    void thePortWithoutAHostIsLoopbackAndTold();
    void theDocumentedPortVariableIsToldToBeUnread();
    void certificateVariablesMakeWss();
    void wssAndWsSideBySide();
    void halfACertificateIsRefused();
    void originsAreOpenUnlessNamed();
    void theSecretIsNeverPrinted();
    void limitsChangeOnReload();
    void theExampleOfASiteWorks();

private:
    static QString name(const char *text) { return QString::fromLatin1(text); }
};

void TestMeshConfiguration::withoutTheFlagThereIsNoMesh()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{name("JWT_SECRET"), name("x")}}));
    QVERIFY(!gateway.errorText().contains("mesh listening"));
}

void TestMeshConfiguration::withoutAKeyItDoesNotStart()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start({name("--mesh")}));
    QCOMPARE(gateway.waitForExit(), 2);
    QVERIFY2(gateway.errorText().contains("JWT_SECRET"), gateway.errorText().constData());
}

void TestMeshConfiguration::anEmptySecretIsNone()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start({name("--mesh")}, {{name("JWT_SECRET"), QString()}}));
    QCOMPARE(gateway.waitForExit(), 2);
}

void TestMeshConfiguration::hostAndPortOfTheDeployment()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({}, {{name("GATEWAY_HOST"), name("127.0.0.2")}, {name("GATEWAY_WS_PORT"), name("0")}}));
    QCOMPARE(gateway.url().host(), name("127.0.0.2"));
    MeshClient client;
    QVERIFY(client.join(gateway.url()));
}

void TestMeshConfiguration::aPortThatIsNoneEndsTheStart()
{
    MeshGateway gateway;
    QVERIFY(!gateway.start({}, {{name("GATEWAY_WS_PORT"), name("tide")}}));
    QCOMPARE(gateway.process().waitForExit(), 2);
    QVERIFY(gateway.process().errorText().contains("GATEWAY_WS_PORT"));
}

void TestMeshConfiguration::aPortInUseEndsTheStart()
{
    QTcpServer occupant;
    QVERIFY(occupant.listen(QHostAddress::LocalHost));
    MeshGateway gateway;
    QVERIFY(!gateway.start({}, {{name("GATEWAY_WS_PORT"), QString::number(occupant.serverPort())}}));
    QCOMPARE(gateway.process().waitForExit(), 1);
}

void TestMeshConfiguration::thePortWithoutAHostIsLoopbackAndTold()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({}, {{name("GATEWAY_WS_PORT"), name("0")}}));
    QCOMPARE(gateway.url().host(), name("127.0.0.1"));
    QVERIFY(gateway.process().errorText().contains("GATEWAY_HOST=0.0.0.0"));
}

void TestMeshConfiguration::theDocumentedPortVariableIsToldToBeUnread()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({}, {{name("GATEWAY_PORT"), name("4433")}}));
    QVERIFY(gateway.process().errorText().contains("GATEWAY_WS_PORT"));
}

void TestMeshConfiguration::certificateVariablesMakeWss()
{
    const Certificate certificate;
    QVERIFY(certificate.isValid());
    MeshGateway gateway;
    QVERIFY(gateway.start(
        {}, {{name("TLS_CERT_PATH"), certificate.certificateFile()}, {name("TLS_KEY_PATH"), certificate.keyFile()}}));
    QCOMPARE(gateway.url().scheme(), name("wss"));
    MeshClient client;
    QVERIFY(client.join(gateway.url()) && client.subscribe("a", 1));
    client.send(Publish{"a", QByteArray(300'000, 't')});
    QCOMPARE(client.next<Message>()->payload.size(), 300'000);
}

void TestMeshConfiguration::wssAndWsSideBySide()
{
    const Certificate certificate;
    MeshGateway gateway;
    QVERIFY(gateway.start(
        {name("--mesh-plain-listen=127.0.0.1:0")},
        {{name("TLS_CERT_PATH"), certificate.certificateFile()}, {name("TLS_KEY_PATH"), certificate.keyFile()}}));
    QCOMPARE(gateway.url(1).scheme(), name("ws"));
    MeshClient safe;
    MeshClient plain;
    QVERIFY(safe.join(gateway.url(0)) && plain.join(gateway.url(1)) && safe.subscribe("a", 1));
    plain.send(Publish{"a", {}});
    QVERIFY(safe.next<Message>());
    HttpClient http(gateway.httpUrl(name("/"), 1));
    QCOMPARE(http.get(name("/health")).body, QByteArray("OK"));
}

void TestMeshConfiguration::halfACertificateIsRefused()
{
    MeshGateway gateway;
    QVERIFY(!gateway.start({}, {{name("TLS_CERT_PATH"), name("/none.pem")}}));
    QCOMPARE(gateway.process().waitForExit(), 2);
    QVERIFY(
        !gateway.start({}, {{name("TLS_CERT_PATH"), name("/none.pem")}, {name("TLS_KEY_PATH"), name("/none.key")}}));
    QCOMPARE(gateway.process().waitForExit(), 1);
    QVERIFY(gateway.process().errorText().contains("/none.pem"));
}

void TestMeshConfiguration::originsAreOpenUnlessNamed()
{
    MeshGateway open;
    QVERIFY(open.start());
    MeshClient anyPage;
    QVERIFY(anyPage.open(open.url(), "https://any.example"));
    MeshGateway closed;
    QVERIFY(closed.start({name("--mesh-allowed-origins=https://app.example")}));
    MeshClient good;
    MeshClient bad;
    MeshClient noBrowser;
    QVERIFY(good.open(closed.url(), "https://app.example"));
    QVERIFY(!bad.open(closed.url(), "https://any.example"));
    QVERIFY(noBrowser.open(closed.url()));
}

void TestMeshConfiguration::theSecretIsNeverPrinted()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({}, {{name("TIDEGATE_MESH_KEYS"), name("k=very secret text")}}));
    QFile file(gateway.process().workDir() + name("/tidegate.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly) &&
            file.write("[mesh]\nsecret = 'first secret text'\nkeys = 'k=other secret text'\n") > 0);
    file.close();
    const auto printed = gateway.process().run({name("config"), name("print")});
    QCOMPARE(printed.exitCode, 0);
    QVERIFY(printed.output.contains("version_bytes"));
    QVERIFY(!printed.output.contains("secret text"));
    QVERIFY(!gateway.process().errorText().contains("secret text"));
}

void TestMeshConfiguration::limitsChangeOnReload()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    MeshClient client;
    QVERIFY(client.join(gateway.url()));
    QFile file(gateway.process().workDir() + name("/tidegate.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("[mesh]\nmax_payload = 10\n") > 0);
    file.close();
    gateway.process().sendSignal(SIGHUP);
    QVERIFY(gateway.process().waitForErrorText("reloaded"));
    QVERIFY(client.settle());
    QCOMPARE(client.ask<ServerError>(Publish{"a", "eleven byte"})->code, 500u);
}

void TestMeshConfiguration::theExampleOfASiteWorks()
{
    MeshGateway gateway;
    QVERIFY(
        gateway.start({name("--config"), name(TIDEGATE_MESH_EXAMPLE), name("--cluster-nats-url=nats://127.0.0.1:1")}));
    QVERIFY2(!gateway.process().errorText().contains("tidegate.config"), "no warnings");
    MeshClient publisher;
    QVERIFY(publisher.join(gateway.url()));
    for (const char *level : {"1", "2", "3", "4"})
        publisher.send(Publish{"tide.pier", level});
    QVERIFY(publisher.settle());
    MeshClient late;
    QVERIFY(late.join(gateway.url()) && late.subscribe("tide.>", 1));
    QCOMPARE(late.next<Message>()->payload, QByteArrayView("2"));
}

QTEST_GUILESS_MAIN(TestMeshConfiguration)
#include "tst_configuration.moc"
