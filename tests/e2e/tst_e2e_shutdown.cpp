// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

using namespace Tidegate;

//! SSMA spec section 16 against the real binary, and reload.
class TestE2eShutdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signalClosesEveryConnectionAndExits0_data();
    void signalClosesEveryConnectionAndExits0();
    void openStreamsDoNotHoldUpTheExit();
    void hangingBackendDoesNotHoldUpTheExit();
    void stoppedClientDoesNotHoldUpTheExit();
    void ackedIntentsAreThereAfterKill();
    void undecidedIntentIsForwardedAgainAfterKill();
    void exitAfterStartStopsByItself();
    void takenPortIsAnErrorAndNotACrash();

    // Reload
    void hangUpReloadsAndKeepsConnections();
    void reloadTakesNewChannelRulesIntoForce();
    void brokenConfigurationIsNotReloaded();

private:
    static bool writeConfig(const GatewayProcess &gateway, const QByteArray &toml)
    {
        QFile file(gateway.workDir() + QStringLiteral("/tidegate.toml"));
        return file.open(QIODevice::WriteOnly) && file.write(toml) == toml.size();
    }
};

void TestE2eShutdown::signalClosesEveryConnectionAndExits0_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestE2eShutdown::signalClosesEveryConnectionAndExits0()
{
    QFETCH(int, signal);
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    WsClient one;
    WsClient two;
    QVERIFY(one.join(gateway.webSocketUrl()));
    QVERIFY(two.join(gateway.webSocketUrl(QStringLiteral("site=other"))));
    gateway.sendSignal(signal);
    QVERIFY(one.waitForClose());
    QVERIFY(two.waitForClose());
    QCOMPARE(one.closeCode(), 1001);
    QCOMPARE(one.closeReason(), QStringLiteral("SERVER_SHUTDOWN"));
    QCOMPARE(two.closeCode(), 1001);
    QCOMPARE(gateway.waitForExit(), 0);
}

// spec 19 (29)
void TestE2eShutdown::openStreamsDoNotHoldUpTheExit()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(gateway.terminate(), 0);
    QVERIFY(stream.waitForEnd());
    QVERIFY2(timer.elapsed() < 2'000, QByteArray::number(timer.elapsed()).constData()); // the promise of section 16
}

void TestE2eShutdown::hangingBackendDoesNotHoldUpTheExit()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--backend-url"), backend.url(), QStringLiteral("--backend-timeout=1h")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    client.send(batch({entry("han-00001", "A_HANG")}));
    QTRY_COMPARE(backend.timesSeen(QStringLiteral("han-00001")), 1);
    QCOMPARE(gateway.terminate(), 0);
    QCOMPARE(client.unread(QStringLiteral("ack")), 0);
}

void TestE2eShutdown::stoppedClientDoesNotHoldUpTheExit()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    QTcpSocket silent;
    silent.connectToHost(QHostAddress(QHostAddress::LocalHost), gateway.port());
    QVERIFY(silent.waitForConnected());
    silent.write("GET /health HTTP/1.1\r\nHost:"); // and never the rest
    QVERIFY(silent.waitForBytesWritten());
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl())); // by now the first socket was accepted
    QCOMPARE(gateway.terminate(), 0);
}

void TestE2eShutdown::ackedIntentsAreThereAfterKill()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    QByteArrayList ids;
    for (int i = 0; i < 20; ++i) {
        ids.append("kil-" + QByteArray::number(10000 + i));
        client.ask(batch({entry(ids.last())}), QStringLiteral("ack"));
    }
    gateway.kill();
    QVERIFY(gateway.restart());
    WsClient reader;
    QVERIFY(reader.open(gateway.webSocketUrl()));
    QCOMPARE(column(arrayAt(reader.next(QStringLiteral("replay")), "intents"), "id"), ids);
}

// spec 19 (9)
void TestE2eShutdown::undecidedIntentIsForwardedAgainAfterKill()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--backend-url"), backend.url()}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    backend.setBehaviour(QStringLiteral("DECIDE"), json(R"({"hang":true})"));
    client.send(batch({entry("und-00001", "DECIDE")}));
    QTRY_COMPARE(backend.timesSeen(QStringLiteral("und-00001")), 1);
    gateway.kill();
    backend.setBehaviour(QStringLiteral("DECIDE"), json(R"({"status":"rejected"})"));
    QVERIFY(gateway.restart());
    QTRY_COMPARE(backend.timesSeen(QStringLiteral("und-00001")), 2);
    WsClient again;
    QVERIFY(again.join(gateway.webSocketUrl()));
    QCOMPARE(textAt(again.ask(batch({entry("und-00001", "DECIDE")}), QStringLiteral("ack")), "intents.0.status"),
             "rejected");
    QCOMPARE(backend.timesSeen(QStringLiteral("und-00001")), 2);
}

void TestE2eShutdown::exitAfterStartStopsByItself()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_EXIT_AFTER_START"), QStringLiteral("true")}}));
    QCOMPARE(gateway.waitForExit(), 0);
}

void TestE2eShutdown::takenPortIsAnErrorAndNotACrash()
{
    GatewayProcess one;
    QVERIFY(one.start());
    GatewayProcess two;
    two.setListen(QStringLiteral("127.0.0.1:%1").arg(one.port()));
    QVERIFY(!two.start());
    QVERIFY(two.waitForExit() > 0);
}

void TestE2eShutdown::hangUpReloadsAndKeepsConnections()
{
    GatewayProcess gateway;
    QVERIFY(writeConfig(gateway, "[ssma]\nsubscribe_max = 1\nsubscribe_window = \"1h\"\n"));
    QVERIFY(gateway.start());
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    const auto subscribe = [&](const QByteArray &params) {
        return client.ask(channelFrame("channel.subscribe", "global", ",\"params\":" + params),
                          QStringLiteral("channel.ack"));
    };
    QCOMPARE(textAt(subscribe(R"({"a":1})"), "status"), "ok");
    QCOMPARE(textAt(subscribe(R"({"a":2})"), "code"), "RATE_LIMITED");
    QVERIFY(writeConfig(gateway, "[ssma]\nsubscribe_max = 0\n"));
    gateway.sendSignal(SIGHUP);
    QVERIFY(gateway.waitForErrorText("configuration reloaded"));
    QCOMPARE(textAt(subscribe(R"({"a":3})"), "status"), "ok");
    client.ask(batch({entry("rel-00001")}), QStringLiteral("ack"));
    QCOMPARE(textAt(client.next(QStringLiteral("channel.invalidate")), "intents.0.id"), "rel-00001");
    QCOMPARE(textAt(stream.next("invalidate").json(), "intents.0.id"), "rel-00001");
}

void TestE2eShutdown::reloadTakesNewChannelRulesIntoForce()
{
    GatewayProcess gateway;
    QVERIFY(writeConfig(gateway, "[ssma.channels]\nroom = \"guest\"\n"));
    QVERIFY(gateway.start());
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    client.ask(channelFrame("channel.subscribe", "room"), QStringLiteral("channel.snapshot"));
    QVERIFY(writeConfig(gateway, "[ssma.channels]\nroom = \"staff\"\n"));
    gateway.sendSignal(SIGHUP);
    VERIFY_HAS(client.next(QStringLiteral("channel.close")), R"({"channel":"room","code":"ACCESS_DENIED"})");
    client.send(channelFrame("channel.subscribe", "room"));
    QCOMPARE(textAt(client.waitFor([](const QJsonObject &frame) {
                 return textAt(frame, "type") == "channel.ack" && textAt(frame, "status") == "error";
             }),
                    "code"),
             "ACCESS_DENIED");
}

void TestE2eShutdown::brokenConfigurationIsNotReloaded()
{
    GatewayProcess gateway;
    QVERIFY(writeConfig(gateway, "[http]\nrate_max = 0\n"));
    QVERIFY(gateway.start());
    QVERIFY(writeConfig(gateway, "[http]\nrate_max = \"many\"\n"));
    gateway.sendSignal(SIGHUP);
    QVERIFY(gateway.waitForErrorText("not reloaded"));
    HttpClient http(gateway.url());
    QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
}

QTEST_GUILESS_MAIN(TestE2eShutdown)
#include "tst_e2e_shutdown.moc"
