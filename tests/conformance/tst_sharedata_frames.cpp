// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/httpclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec sections 2 to 4, and hostile input.
class TestShareDataFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_gateway.start(Realtime::fixtureArgs())); }

    void invalidMessageIsAnsweredAndEndsTheConnection_data();
    void invalidMessageIsAnsweredAndEndsTheConnection();
    void nothingBehindAnInvalidMessageIsExecuted();
    void binaryMessagesAreReadAsText();
    void binaryMessageOfOtherBytesIsInvalid();
    void extraFieldsAreIgnored();
    void pongRepeatsTheCorrelationId_data();
    void pongRepeatsTheCorrelationId();
    void oversizedMessageEndsTheConnectionAlone();
    void otherConnectionsAreUnharmed();

private:
    GatewayProcess m_gateway;
};

void TestShareDataFrames::invalidMessageIsAnsweredAndEndsTheConnection_data()
{
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *message) { QTest::newRow(name) << QString::fromUtf8(message); };
    row("empty", "");
    row("not JSON", "hello");
    row("array", "[]");
    row("scalar", "7");
    row("null", "null");
    row("no version", R"({"type":"ping","correlationId":"c"})");
    row("version as text", R"({"v":"1","type":"ping","correlationId":"c"})");
    row("version 2", R"({"v":2,"type":"ping","correlationId":"c"})");
    row("unknown type", R"({"v":1,"type":"hello"})");
    row("type of the server's", R"({"v":1,"type":"pong","correlationId":"c"})");
    row("subscribe without id", R"({"v":1,"type":"subscribe"})");
    row("subscribe with empty id", R"({"v":1,"type":"subscribe","shareDataId":""})");
    row("since is null", R"({"v":1,"type":"subscribe","shareDataId":"tg-counter","since":null})");
    row("unsubscribe without id", R"({"v":1,"type":"unsubscribe"})");
    row("ping with empty correlation id", R"({"v":1,"type":"ping","correlationId":""})");
    row("propose without proof",
        R"({"v":1,"type":"propose","shareDataId":"tg-counter","functionId":"f","correlationId":"c","proposedData":1})");
    row("propose without data",
        R"({"v":1,"type":"propose","shareDataId":"tg-counter","functionId":"f","correlationId":"c","proof":{}})");
}

void TestShareDataFrames::invalidMessageIsAnsweredAndEndsTheConnection()
{
    QFETCH(QString, message);
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.sendText(message);
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.frames().size(), 1);
    VERIFY_HAS(client.ws.frames().first(), R"({"v":1,"type":"error","code":"invalid-message"})");
    QVERIFY(!textAt(client.ws.frames().first(), "message").isEmpty());
    QCOMPARE(client.ws.closeCode(), 4004);
    QCOMPARE(client.ws.closeReason(), QStringLiteral("invalid message"));
}

void TestShareDataFrames::nothingBehindAnInvalidMessageIsExecuted()
{
    RealtimeClient watcher;
    QVERIFY(watcher.open(m_gateway));
    watcher.subscribe("tg-blob");
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.sendText(QStringLiteral("no frame"));
    client.ws.send(Realtime::propose("tg-blob", "set", "\"behind\"", "c"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.types(), QStringList{QStringLiteral("error")});
    QVERIFY(watcher.settle());
    QCOMPARE(watcher.frames(QStringLiteral("transaction")).size(), 0);
}

void TestShareDataFrames::binaryMessagesAreReadAsText()
{
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.sendBinary(R"({"v":1,"type":"ping","correlationId":"binary"})");
    // WsClient keeps text frames only: a binary answer would be missed here.
    VERIFY_HAS(client.ws.next(QStringLiteral("pong")), R"({"correlationId":"binary"})");
}

void TestShareDataFrames::binaryMessageOfOtherBytesIsInvalid()
{
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.sendBinary("\xff\xfe");
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4004);
}

void TestShareDataFrames::extraFieldsAreIgnored()
{
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.sendText(QStringLiteral(R"( {"type":"ping","type":"ping","x":[{}],"v":1.0,"correlationId":"c"} )"));
    QCOMPARE(client.ws.next(QStringLiteral("pong")), json(R"({"v":1,"type":"pong","correlationId":"c"})"));
}

void TestShareDataFrames::pongRepeatsTheCorrelationId_data()
{
    QTest::addColumn<QString>("id");
    QTest::newRow("plain") << QStringLiteral("c-1");
    QTest::newRow("quotes and escapes") << QStringLiteral("\"\\\n\t/");
    QTest::newRow("any script") << QString::fromUtf8("\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x8C\x8A");
    QTest::newRow("long") << QString(100'000, u'x');
}

void TestShareDataFrames::pongRepeatsTheCorrelationId()
{
    QFETCH(QString, id);
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    QJsonObject ping = json(R"({"v":1,"type":"ping"})");
    ping.insert(QStringLiteral("correlationId"), id);
    QCOMPARE(client.ws.ask(ping, QStringLiteral("pong")).value(u"correlationId").toString(), id);
}

void TestShareDataFrames::oversizedMessageEndsTheConnectionAlone()
{
    RealtimeClient watcher;
    QVERIFY(watcher.open(m_gateway));
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    client.ws.send(Realtime::propose("tg-blob", "set", '"' + QByteArray(10 << 20, 'x') + '"', "c"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 1009);
    QVERIFY(watcher.settle());
}

void TestShareDataFrames::otherConnectionsAreUnharmed()
{
    RealtimeClient watcher;
    QVERIFY(watcher.open(m_gateway));
    for (int i = 0; i < 50; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(m_gateway));
        client.ws.sendText(QString(i * 100, u'['));
        QVERIFY(client.ws.waitForClose());
    }
    QVERIFY(watcher.settle());
}

QTEST_GUILESS_MAIN(TestShareDataFrames)
#include "tst_sharedata_frames.moc"
