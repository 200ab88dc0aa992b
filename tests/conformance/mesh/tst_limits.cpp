// SPDX-License-Identifier: MIT
#include "fault/memory.h"
#include "fault/stoppedreader.h"
#include "support/meshgateway.h"
#include "support/waiting.h"

#include "mesh/encoder.h"

#include <QDateTime>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

namespace {

constexpr qint64 MiB = 1024 * 1024;

//! A masked binary frame with a mask of zeros.
QByteArray clientFrame(const ClientMessage &message)
{
    const QByteArray packet = encode(message);
    QByteArray frame("\x82");
    if (packet.size() < 126) {
        frame += char(0x80 | packet.size());
    } else {
        frame += char(0xfe);
        frame += char(packet.size() >> 8);
        frame += char(packet.size());
    }
    return frame + QByteArray(4, '\0') + packet;
}

//! Logged in and subscribed, then not reading any more.
bool openStopped(StoppedReader &reader, quint16 port, const QByteArray &subject)
{
    if (!reader.open(port,
                     "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     "\r\n\r\n"))
        return false;
    reader.send(clientFrame(Auth{MeshClient::token()}) + clientFrame(Subscribe{subject, 1}));
    return reader.readUntil(encode(ServerMessage(SubscribeOk{1})));
}

} // namespace

//! MottoMesh spec section 14, rows 9 to 11 and 14: nobody's excess is anybody else's trouble.
class TestMeshLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void messagesPerSecondOfASession();
    void bytesPerSecondOfASession();
    void messagesPerSecondOfAUserOverItsSessions();
    void subscriptionsOfASession();
    void subscriptionsOfAUserOverItsSessions();
    void sessionsOfAUser();
    void openRequestsOfASession();
    void aTokenThatEndsEndsTheIdentity();
    void whoNeverLogsInIsClosedAfterTheDeadline();
    void aSlowReaderIsClosedAndCostsBoundedMemory();
    void aSlowReaderThatReadsAgainIsToldWhy();
    void aSlowReaderMayLoseTheNewestInstead();
    void aSlowReaderMayLoseTheOldestInstead();
    void whoAsksAndNeverReadsIsClosed();

private:
    static QString name(const char *text) { return QString::fromLatin1(text); }
    static QByteArray tokenOf(const char *user)
    {
        QJsonObject claims = MeshClient::everything();
        claims.insert(QStringLiteral("sub"), QString::fromLatin1(user));
        return MeshClient::token(claims);
    }
};

void TestMeshLimits::messagesPerSecondOfASession()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-messages-per-second=20")}));
    MeshClient client;
    MeshClient other;
    QVERIFY(client.join(gateway.url()) && other.join(gateway.url()));
    for (int i = 0; i < 60; ++i)
        client.send(Publish{"a", {}});
    const auto error = client.next<ServerError>();
    QVERIFY(error);
    QCOMPARE(error->code, 429u);
    QCOMPARE(error->message, QByteArrayView("Rate limit exceeded"));
    QVERIFY(other.settle());
    QCOMPARE(other.unread<ServerError>(), 0);
    // The next second is another one, and the connection still stands.
    QVERIFY(QTest::qWaitFor(
        [&] {
            client.send(Ping{});
            return client.unread<Pong>() > 0;
        },
        WaitMs));
}

void TestMeshLimits::bytesPerSecondOfASession()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-bytes-per-second=100KiB")}));
    MeshClient client;
    QVERIFY(client.join(gateway.url()));
    client.send(Request{"a", QByteArray(200 * 1024, 'x'), 100, 5});
    const auto error = client.next<RequestError>();
    QVERIFY(error && error->requestId == 5);
    QCOMPARE(error->reason, QByteArrayView("Rate limit exceeded"));
}

void TestMeshLimits::messagesPerSecondOfAUserOverItsSessions()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-user-messages-per-second=40")}));
    MeshClient first;
    MeshClient second;
    MeshClient other;
    QVERIFY(first.join(gateway.url(), tokenOf("a")) && second.join(gateway.url(), tokenOf("a")));
    QVERIFY(other.join(gateway.url(), tokenOf("b")));
    for (int i = 0; i < 60; ++i) {
        first.send(Publish{"x", {}});
        second.send(Publish{"x", {}});
    }
    QVERIFY(QTest::qWaitFor([&] { return first.unread<ServerError>() + second.unread<ServerError>() > 0; }, WaitMs));
    QVERIFY(other.settle());
    QCOMPARE(other.unread<ServerError>(), 0);
}

void TestMeshLimits::subscriptionsOfASession()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-max-subscriptions=3")}));
    MeshClient client;
    QVERIFY(client.join(gateway.url()));
    for (quint64 id = 1; id <= 3; ++id)
        QVERIFY(client.subscribe("a", id));
    const auto refused = client.ask<SubscribeError>(Subscribe{"a", 4});
    QVERIFY(refused && refused->id == 4);
    QCOMPARE(refused->reason, QByteArrayView("Too many subscriptions"));
    QVERIFY2(client.subscribe("b", 3), "replacing one takes no more");
    client.send(Unsubscribe{1});
    QVERIFY(client.subscribe("a", 4));
}

void TestMeshLimits::subscriptionsOfAUserOverItsSessions()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-user-subscriptions=2")}));
    MeshClient first;
    QVERIFY(first.join(gateway.url()) && first.subscribe("a", 1));
    {
        MeshClient second;
        QVERIFY(second.join(gateway.url()) && second.subscribe("a", 1));
        QVERIFY(second.ask<SubscribeError>(Subscribe{"b", 2}));
        second.socket().close();
        QVERIFY(second.waitForClose());
    }
    QVERIFY(QTest::qWaitFor(
        [&] {
            first.send(Subscribe{"b", 2});
            return first.settle() && first.unread<SubscribeOk>() > 0;
        },
        WaitMs));
}

void TestMeshLimits::sessionsOfAUser()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-user-sessions=1")}));
    MeshClient first;
    MeshClient second;
    QVERIFY(first.join(gateway.url(), tokenOf("a")) && second.open(gateway.url()));
    const auto refused = second.ask<AuthError>(Auth{tokenOf("a")});
    QVERIFY(refused && refused->reason == QByteArrayView("Too many sessions"));
    QVERIFY(second.login(tokenOf("b")));
    QVERIFY2(first.login(tokenOf("a")), "logging in again takes no second one");
    first.socket().close();
    QVERIFY(first.waitForClose());
    QVERIFY(QTest::qWaitFor(
        [&] {
            second.send(Auth{tokenOf("a")});
            return second.settle() && second.unread<AuthOk>() > 0;
        },
        WaitMs));
}

void TestMeshLimits::openRequestsOfASession()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-max-requests=2")}));
    MeshClient client;
    QVERIFY(client.join(gateway.url()) && client.subscribe("rpc", 1));
    for (quint64 id = 1; id <= 3; ++id)
        client.send(Request{"rpc", {}, 1000, id});
    const auto refused = client.next<RequestError>();
    QVERIFY(refused && refused->requestId == 3);
    QCOMPARE(refused->reason, QByteArrayView("Request failed: too many requests are open"));
    QVERIFY(client.next<RequestError>() && client.next<RequestError>());
    QCOMPARE(client.ask<RequestError>(Request{"rpc", {}, 10, 4})->reason, QByteArrayView("Request timed out"));
}

void TestMeshLimits::aTokenThatEndsEndsTheIdentity()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    QJsonObject claims = MeshClient::everything();
    claims.insert(QStringLiteral("exp"), QDateTime::currentSecsSinceEpoch() - 57); // with the leeway: 3 s to live
    MeshClient client;
    MeshClient publisher;
    QVERIFY(client.join(gateway.url(), MeshClient::token(claims)) && client.subscribe("a", 1));
    QVERIFY(publisher.join(gateway.url()));
    const auto error = client.next<ServerError>();
    QVERIFY(error);
    QCOMPARE(error->code, 401u);
    publisher.send(Publish{"a", {}});
    QVERIFY(publisher.settle() && client.settle());
    QCOMPARE(client.unread<Message>(), 0);
    QCOMPARE(client.ask<ServerError>(Subscribe{"a", 1})->message, QByteArrayView("Not authenticated"));
    QVERIFY2(client.login() && client.subscribe("a", 1), "and may begin again on the same socket");
}

void TestMeshLimits::whoNeverLogsInIsClosedAfterTheDeadline()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-login-deadline=1s")}));
    MeshClient idle;
    MeshClient client;
    QVERIFY(idle.open(gateway.url()) && client.join(gateway.url()));
    QVERIFY(idle.waitForClose());
    QCOMPARE(idle.closeCode(), 4401);
    QVERIFY(client.settle());
}

void TestMeshLimits::aSlowReaderIsClosedAndCostsBoundedMemory()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    StoppedReader slow;
    QVERIFY(openStopped(slow, quint16(gateway.url().port()), "flood"));
    MeshClient reader;
    MeshClient publisher;
    QVERIFY(reader.join(gateway.url()) && publisher.join(gateway.url()) && reader.subscribe("flood", 1));
    const qint64 before = residentBytes(gateway.process().processId());
    const QByteArray payload(64 * 1024, 'f');
    for (int i = 0; i < 500; ++i) {
        publisher.send(Publish{"flood", payload});
        if (i % 10 == 9)
            QVERIFY(reader.next<Message>()); // the neighbour keeps up meanwhile
    }
    QVERIFY(publisher.settle());
    QVERIFY(QTest::qWaitFor([&] { return reader.packetCount() >= 502; }, WaitMs));
    if (IsMemoryMeasurable)
        QVERIFY(residentBytes(gateway.process().processId()) - before < 24 * MiB);
    QVERIFY(gateway.process().waitForErrorText("MESH_SLOW_CONSUMER_DROPPED"));
    QVERIFY2(slow.readToEnd(), "the connection has ended");
}

void TestMeshLimits::aSlowReaderThatReadsAgainIsToldWhy()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-max-buffered=16KiB")}));
    StoppedReader slow;
    QVERIFY(openStopped(slow, quint16(gateway.url().port()), "flood"));
    MeshClient publisher;
    QVERIFY(publisher.join(gateway.url()));
    const QByteArray closed = "slow consumer closed";
    for (int i = 0; i < 10'000 && !gateway.process().errorText().contains(closed); ++i) {
        publisher.send(Publish{"flood", QByteArray(8 * 1024, 'f')});
        QVERIFY(publisher.settle());
    }
    QVERIFY(gateway.process().waitForErrorText(closed));
    QVERIFY(slow.readToEnd());
    QVERIFY(slow.received().endsWith("Slow consumer"));
}

void TestMeshLimits::aSlowReaderMayLoseTheNewestInstead()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-overflow=drop-newest")}));
    StoppedReader slow;
    QVERIFY(openStopped(slow, quint16(gateway.url().port()), "flood"));
    MeshClient publisher;
    QVERIFY(publisher.join(gateway.url()));
    for (int i = 0; i < 400; ++i)
        publisher.send(Publish{"flood", QByteArray(16 * 1024, 'f')});
    publisher.send(Publish{"flood", "last"});
    QVERIFY(publisher.settle());
    QVERIFY(slow.readUntil("messages dropped for subscription 1"));
    QVERIFY(!slow.received().contains("last"));
    publisher.send(Publish{"flood", "afterwards"});
    QVERIFY(publisher.settle()); // its socket writes in the event loop, which the blocking reader does not run
    QVERIFY(slow.readUntil("afterwards"));
}

void TestMeshLimits::aSlowReaderMayLoseTheOldestInstead()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({name("--mesh-overflow=drop-oldest")}));
    StoppedReader slow;
    QVERIFY(openStopped(slow, quint16(gateway.url().port()), "flood"));
    MeshClient publisher;
    QVERIFY(publisher.join(gateway.url()));
    for (int i = 0; i < 400; ++i)
        publisher.send(Publish{"flood", QByteArray(8 * 1024, 'f')});
    publisher.send(Publish{"flood", "last"});
    QVERIFY(publisher.settle());
    QVERIFY(slow.readUntil("last"));
    QVERIFY(slow.received().contains("messages dropped for subscription 1"));
}

void TestMeshLimits::whoAsksAndNeverReadsIsClosed()
{
    MeshGateway gateway;
    QVERIFY(gateway.start());
    StoppedReader greedy;
    QVERIFY(openStopped(greedy, quint16(gateway.url().port()), "x"));
    MeshClient bystander;
    QVERIFY(bystander.join(gateway.url()));
    QByteArray garbage;
    for (int i = 0; i < 4000; ++i)
        garbage += QByteArray::fromHex("828200000000ffff"); // two bytes that are no packet
    const qint64 before = residentBytes(gateway.process().processId());
    for (int round = 0; round < 50; ++round)
        greedy.send(garbage);
    QVERIFY(bystander.settle());
    if (IsMemoryMeasurable)
        QVERIFY(residentBytes(gateway.process().processId()) - before < 24 * MiB);
    QVERIFY(bystander.settle());
}

QTEST_GUILESS_MAIN(TestMeshLimits)
#include "tst_limits.moc"
