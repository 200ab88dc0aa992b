// SPDX-License-Identifier: MIT
#include "support/httpclient.h"
#include "support/meshgateway.h"
#include "support/waiting.h"

#include "mesh/encoder.h"

#include <QSignalSpy>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

//! MottoMesh spec sections 1 to 3: addresses, packets, the WebSocket.
class TestMeshWire : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void healthIsPlainOk();
    void otherPathsAre404WithCors();
    void preflightIsAnswered();
    void aPlainGetOfTheSocketIs400();
    void anotherMethodIs405();
    void anotherWebSocketVersionIs426();
    void anUpgradeElsewhereIs404();
    void nothingIsNegotiated();

    void whatIsNoPacketIsAnswered400AndTheSocketStays_data();
    void whatIsNoPacketIsAnswered400AndTheSocketStays();
    void bytesBehindAPacketAreIgnored();
    void twoPacketsInAFrameAreOne();
    void textFramesAreIgnored();
    void fragmentsArePutTogether();
    void hostileLengthsCostNothing();
    void otherVersionBytesAreAnsweredWithTheirOwn();

    void controlPingsAreAnsweredWithTheirBody();
    void messagesOverTheCapEndWith1009();
    void theClientsCloseIsAnswered();
    void anIdleConnectionStaysAndIsPinged();
    void packetsAreAnsweredInOrder();

private:
    QByteArray upgradeRequest(const QByteArray &path, const QByteArray &extra = {}) const
    {
        return "GET " + path +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               extra + "\r\n";
    }
    quint16 port() const { return quint16(m_gateway.url().port()); }

    MeshGateway m_gateway;
};

void TestMeshWire::initTestCase()
{
    QVERIFY(m_gateway.start({QStringLiteral("--mesh-version-bytes=6d,42"), QStringLiteral("--ws-ping-interval=1s")}));
}

void TestMeshWire::healthIsPlainOk()
{
    HttpClient client(m_gateway.httpUrl(QStringLiteral("/")));
    const HttpAnswer answer = client.get(QStringLiteral("/health"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, QByteArray("OK"));
    QVERIFY(answer.header("Content-Type").startsWith("text/plain"));
    QCOMPARE(answer.header("Access-Control-Allow-Origin"), QByteArray("*"));
    QCOMPARE(answer.header("X-Broker"), QByteArray("embedded"));
}

void TestMeshWire::otherPathsAre404WithCors()
{
    HttpClient client(m_gateway.httpUrl(QStringLiteral("/")));
    for (const char *path : {"/", "/optimistic/ws", "/admin/v1", "/ws/more"}) {
        const HttpAnswer answer = client.get(QString::fromLatin1(path));
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.header("Access-Control-Allow-Origin"), QByteArray("*"));
    }
}

void TestMeshWire::preflightIsAnswered()
{
    HttpClient client(m_gateway.httpUrl(QStringLiteral("/")));
    const HttpAnswer answer = client.send("OPTIONS", QStringLiteral("/health"), {}, {{"Origin", "https://x.example"}});
    QCOMPARE(answer.status, 204);
    QCOMPARE(answer.header("Access-Control-Allow-Methods"), QByteArray("*"));
}

void TestMeshWire::aPlainGetOfTheSocketIs400()
{
    HttpClient client(m_gateway.httpUrl(QStringLiteral("/")));
    const HttpAnswer answer = client.get(QStringLiteral("/ws"));
    QCOMPARE(answer.status, 400);
    QVERIFY(!answer.body.isEmpty());
}

void TestMeshWire::anotherMethodIs405()
{
    HttpClient client(m_gateway.httpUrl(QStringLiteral("/")));
    QCOMPARE(client.send("POST", QStringLiteral("/ws"), "x").status, 405);
}

void TestMeshWire::anotherWebSocketVersionIs426()
{
    const QByteArray answer = rawExchange(port(), upgradeRequest("/ws", "Sec-WebSocket-Version: 12\r\n"));
    QVERIFY2(answer.startsWith("HTTP/1.1 426 "), answer.constData());
}

void TestMeshWire::anUpgradeElsewhereIs404()
{
    const QByteArray answer = rawExchange(port(), upgradeRequest("/optimistic/ws", "Sec-WebSocket-Version: 13\r\n"));
    QVERIFY2(answer.startsWith("HTTP/1.1 404 "), answer.constData());
}

void TestMeshWire::nothingIsNegotiated()
{
    // A close frame behind the request ends the exchange.
    const QByteArray answer =
        rawExchange(port(), upgradeRequest("/ws", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n"
                                                  "Sec-WebSocket-Extensions: permessage-deflate\r\n") +
                                QByteArray::fromHex("888200000000") + QByteArray::fromHex("03e8"));
    QVERIFY2(answer.startsWith("HTTP/1.1 101 "), answer.constData());
    QVERIFY(!answer.toLower().contains("sec-websocket-protocol"));
    QVERIFY(!answer.toLower().contains("sec-websocket-extensions"));
    QVERIFY(answer.toLower().contains("access-control-allow-origin: *"));
}

void TestMeshWire::whatIsNoPacketIsAnswered400AndTheSocketStays_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("an empty frame") << QByteArray("");
    QTest::newRow("the version byte alone") << QByteArray("6d");
    QTest::newRow("another version byte") << QByteArray("0305");
    QTest::newRow("tag 6") << QByteArray("6d06");
    QTest::newRow("tag 255") << QByteArray("6dff");
    QTest::newRow("a token that runs past the end") << QByteArray("6d000500000061");
    QTest::newRow("a length of 4 GiB") << QByteArray("6d00ffffffff61");
    QTest::newRow("a subject that is not UTF-8") << QByteArray("6d0302000000c32800000000");
    QTest::newRow("a token that is not UTF-8") << QByteArray("6d0001000000ff");
    QTest::newRow("an id cut short") << QByteArray("6d0201000000");
    QTest::newRow("a payload length cut short") << QByteArray("6d030100000078000000");
    QTest::newRow("a payload that runs past the end") << QByteArray("6d0301000000780200000001");
    QTest::newRow("a request without its id") << QByteArray("6d04010000007200000000e8030000");
}

void TestMeshWire::whatIsNoPacketIsAnswered400AndTheSocketStays()
{
    QFETCH(QByteArray, hex);
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    for (int round = 0; round < 2; ++round) { // before login 400 too, not 401
        client.sendBytes(QByteArray::fromHex(hex));
        const auto error = client.next<ServerError>();
        QVERIFY(error);
        QCOMPARE(error->code, 400u);
        QCOMPARE(error->message, QByteArrayView("Invalid message format"));
        QVERIFY(client.login());
    }
}

void TestMeshWire::bytesBehindAPacketAreIgnored()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    client.sendBytes(QByteArray::fromHex("6d05deadbeef"));
    QVERIFY(client.next<Pong>());
    QCOMPARE(client.packetCount(), 1);
}

void TestMeshWire::twoPacketsInAFrameAreOne()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.sendBytes(encode(ClientMessage(Subscribe{"two", 1})) + encode(ClientMessage(Subscribe{"two", 2})));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<SubscribeOk>(), 1);
}

void TestMeshWire::textFramesAreIgnored()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.socket().sendTextMessage(QStringLiteral("{\"type\":\"ping\"}"));
    QVERIFY(client.settle());
    QCOMPARE(client.packetCount(), 2);
    QCOMPARE(client.textFrames(), 0);
}

void TestMeshWire::fragmentsArePutTogether()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("fragments", 1));
    client.socket().setOutgoingFrameSize(100);
    const QByteArray payload(10'000, 'f');
    client.send(Publish{"fragments", payload});
    const auto message = client.next<Message>();
    QVERIFY(message && message->payload == payload);
}

void TestMeshWire::hostileLengthsCostNothing()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    for (int i = 0; i < 1000; ++i)
        client.sendBytes(QByteArray::fromHex("6d03ffffffff"));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<ServerError>(), 1000);
}

void TestMeshWire::otherVersionBytesAreAnsweredWithTheirOwn()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    client.send(Auth{MeshClient::token()}, 0x42);
    QVERIFY(client.next<AuthOk>());
    client.send(Subscribe{"versions", 1}, 0x42);
    QVERIFY(client.next<SubscribeOk>());
    MeshClient other;
    QVERIFY(other.join(m_gateway.url()) && other.subscribe("versions", 1));
    other.send(Publish{"versions", "x"});
    QVERIFY(client.next<Message>() && other.next<Message>());
    for (const QByteArray &packet : client.packets())
        QCOMPARE(packet.front(), '\x42');
    for (const QByteArray &packet : other.packets())
        QCOMPARE(packet.front(), '\x6d');
}

void TestMeshWire::controlPingsAreAnsweredWithTheirBody()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    QSignalSpy pong(&client.socket(), &QWebSocket::pong);
    client.socket().ping("tide");
    QVERIFY(pong.wait(WaitMs));
    QCOMPARE(pong.first().at(1).toByteArray(), QByteArray("tide"));
}

void TestMeshWire::messagesOverTheCapEndWith1009()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.send(Publish{"large", QByteArray(5 * 1024 * 1024, 'x')});
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 1009);
}

void TestMeshWire::theClientsCloseIsAnswered()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    client.socket().close(QWebSocketProtocol::CloseCodeNormal, QStringLiteral("Client disconnect"));
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 1000);
}

void TestMeshWire::anIdleConnectionStaysAndIsPinged()
{
    // The client answers control pings by itself and sends nothing else; ours come every second here.
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(!QTest::qWaitFor([&] { return !client.isOpen(); }, 3'500));
    QVERIFY(client.settle());
}

void TestMeshWire::packetsAreAnsweredInOrder()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    for (quint64 id = 1; id <= 200; ++id) {
        client.send(Subscribe{"in.order", id});
        client.send(Ping{});
    }
    QVERIFY(client.settle());
    for (quint64 id = 1; id <= 200; ++id) {
        const qsizetype at = qsizetype(2 * id - 1);
        QCOMPARE(client.packets().at(at), encode(ServerMessage(SubscribeOk{id})));
        QCOMPARE(client.packets().at(at + 1), encode(ServerMessage(Pong{})));
    }
}

QTEST_GUILESS_MAIN(TestMeshWire)
#include "tst_wire.moc"
