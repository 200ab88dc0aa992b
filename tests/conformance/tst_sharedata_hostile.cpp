// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "fault/memory.h"
#include "support/backendprocess.h"
#include "transport/rawpeer.h"

#include <QTest>

using namespace Tidegate;

namespace {

constexpr qsizetype MiB = 1024 * 1024;
constexpr qint64 GrowthLimit = 64 * MiB;

} // namespace

//! Bad and huge input: each has its answer, a bound in memory, and a neighbour that notices nothing.
class TestShareDataHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void brokenFramingClosesWithItsCode_data();
    void brokenFramingClosesWithItsCode();
    void hostileTextIsInvalidAndEndsTheConnection_data();
    void hostileTextIsInvalidAndEndsTheConnection();
    void oddIdsAreIdsLikeOthers_data();
    void oddIdsAreIdsLikeOthers();
    void tenMebibytesOverTheLimitAreRefused();
    void tenMebibytesWithinTheLimitAreServed();
    void hugeAnswersOfAFunctionAreDropped();
    void framesWithoutEndAreLimited();

private:
    bool start(const QStringList &more = {});
    qint64 grownBytes() const { return residentBytes(m_gateway->processId()) - m_bytesBefore; }

    std::unique_ptr<GatewayProcess> m_gateway;
    std::unique_ptr<RealtimeClient> m_neighbour;
    qint64 m_bytesBefore = 0;
    int m_count = 0;
};

bool TestShareDataHostile::start(const QStringList &more)
{
    m_neighbour.reset();
    m_gateway = std::make_unique<GatewayProcess>();
    m_neighbour = std::make_unique<RealtimeClient>();
    if (!m_gateway->start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--ws-ping-interval=0")} + more) ||
        !m_neighbour->open(*m_gateway) || m_neighbour->subscribe("tg-counter").isEmpty())
        return false;
    m_count = 0;
    m_bytesBefore = residentBytes(m_gateway->processId());
    return true;
}

void TestShareDataHostile::init()
{
    QVERIFY(start());
}

//! The neighbour still gets what it follows, and its proposals are decided.
void TestShareDataHostile::cleanup()
{
    ++m_count;
    VERIFY_HAS(m_neighbour->propose("tg-counter", "increment", compact(Realtime::count(m_count))),
               R"({"accepted":true})");
    QCOMPARE(m_neighbour->frames(QStringLiteral("transaction")).size(), m_count);
    QVERIFY(m_neighbour->ws.isOpen());
    QVERIFY2(!IsMemoryMeasurable || grownBytes() < GrowthLimit, QByteArray::number(grownBytes()).constData());
    m_neighbour.reset();
    m_gateway.reset();
}

void TestShareDataHostile::brokenFramingClosesWithItsCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const QByteArray ping = R"({"v":1,"type":"ping","correlationId":"p"})";
    QTest::newRow("unmasked") << clientFrame(OpText, ping, {.isMasked = false}) << 1002;
    QTest::newRow("reserved bit") << clientFrame(OpText, ping, {.reservedBits = 4}) << 1002;
    QTest::newRow("unknown opcode") << clientFrame(3, ping) << 1002;
    QTest::newRow("continuation of nothing") << clientFrame(OpContinuation, ping) << 1002;
    QTest::newRow("text that is not UTF-8") << clientFrame(OpText, "\xff\xfe") << 1007;
    QTest::newRow("text cut inside a character") << clientFrame(OpText, "{\"v\":\"\xc3") << 1007;
    QTest::newRow("over the limit") << clientFrame(OpText, QByteArray(3 * MiB, 'x')) << 1009;
    QTest::newRow("announced length over the limit")
        << QByteArray("\x81\xff\x00\x00\x00\x7f\xff\xff\xff\xff", 10) << 1009;
}

void TestShareDataHostile::brokenFramingClosesWithItsCode()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_gateway->port()));
    QVERIFY(peer.upgrade("/realtime?token=tg-user"));
    peer.send(bytes);
    QCOMPARE(peer.takeCloseCode(), code);
}

void TestShareDataHostile::hostileTextIsInvalidAndEndsTheConnection_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray head = R"({"v":1,"type":"subscribe","shareDataId":)";
    QTest::newRow("cut off") << head + "\"tg-cou";
    QTest::newRow("two values") << head + "\"a\"}{}";
    QTest::newRow("comma at the end") << head + "\"a\",}";
    QTest::newRow("very deep") << R"({"v":1,"type":"ping","correlationId":"c","x":)" + QByteArray(100'000, '[');
    QTest::newRow("half a surrogate as the id") << head + R"("\ud800"})";
    QTest::newRow("number that is none") << head + "01}";
    QTest::newRow("byte order mark") << "\xef\xbb\xbf" + head + "\"a\"}";
    QTest::newRow("NUL") << QByteArray("\0", 1);
    QTest::newRow("a proof that is an array")
        << R"({"v":1,"type":"propose","shareDataId":"d","functionId":"f","correlationId":"c","proposedData":1,)"
           R"("proof":[]})";
    QTest::newRow("a proof whose time is out of range")
        << R"({"v":1,"type":"propose","shareDataId":"d","functionId":"f","correlationId":"c","proposedData":1,)"
           R"("proof":{"publicKey":"","shareDataHash":"","shareDataPreviousHash":"","shareDataSignature":"",)"
           R"("purpose":"","timestamp":1e999}})";
}

void TestShareDataHostile::hostileTextIsInvalidAndEndsTheConnection()
{
    QFETCH(QByteArray, text);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_gateway->port()));
    QVERIFY(peer.upgrade("/realtime?token=tg-user"));
    peer.send(textFrame(text));
    const auto answer = peer.takeFrame();
    QVERIFY(answer);
    QVERIFY2(answer->payload.contains("\"code\":\"invalid-message\""), answer->payload.constData());
    QVERIFY(answer->payload.size() < 1024);
    QCOMPARE(peer.takeCloseCode(), 4004);
}

void TestShareDataHostile::oddIdsAreIdsLikeOthers_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("a mebibyte long") << QByteArray(MiB, 'x');
    QTest::newRow("wildcards") << QByteArray("*.>");
    QTest::newRow("a path") << QByteArray("../../etc/passwd");
    QTest::newRow("SQL") << QByteArray("'; DROP TABLE documents; --");
    QTest::newRow("control characters") << QByteArray("\x01\x02\n\t");
}

void TestShareDataHostile::oddIdsAreIdsLikeOthers()
{
    QFETCH(QByteArray, id);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    const QJsonObject result = client.propose(id, "set", "1");
    QCOMPARE(result.value(u"accepted").toBool(true), false);
    QVERIFY(textAt(result, "error").endsWith("not found"));
    QVERIFY(compact(result).size() < 2048);
    client.ws.send(Realtime::unsubscribe(id));
    client.ws.send(Realtime::subscribe(id));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4003);
    QVERIFY(compact(client.ws.frames().last()).size() < 2048);
}

void TestShareDataHostile::tenMebibytesOverTheLimitAreRefused()
{
    const QByteArray huge = '"' + QByteArray(10 * MiB, 'x') + '"';
    for (int i = 0; i < 5; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(*m_gateway));
        client.ws.send(Realtime::propose("tg-blob", "set", huge, "c"));
        QVERIFY(client.ws.waitForClose());
        QCOMPARE(client.ws.closeCode(), 1009);
    }
    // Messages may be so large, documents may not.
    QVERIFY(start({QStringLiteral("--ws-max-message=16MiB")}));
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.propose("tg-blob", "set", huge),
               R"({"accepted":false,"error":"the state is larger than documents may be"})");
}

void TestShareDataHostile::tenMebibytesWithinTheLimitAreServed()
{
    QVERIFY(start({QStringLiteral("--ws-max-message=16MiB"), QStringLiteral("--sharedata-max-document=16MiB")}));
    const QByteArray huge = '"' + QByteArray(10 * MiB, 'x') + '"';
    RealtimeClient watcher;
    RealtimeClient writer;
    QVERIFY(watcher.open(*m_gateway));
    QVERIFY(writer.open(*m_gateway));
    watcher.subscribe("tg-blob");
    VERIFY_HAS(writer.propose("tg-blob", "set", huge), R"({"accepted":true,"transactionId":"1"})");
    const QJsonObject told = watcher.ws.next(QStringLiteral("transaction"));
    QCOMPARE(textAt(told, "currentState").size(), 10 * MiB);
    VERIFY_HAS(writer.propose("tg-blob", "set", "null"), R"({"accepted":true,"transactionId":"2"})");
    VERIFY_HAS(watcher.ws.next(QStringLiteral("transaction")), R"({"transactionId":"2","currentState":null})");
}

void TestShareDataHostile::hugeAnswersOfAFunctionAreDropped()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hugeBytes":50000000})"));
    QVERIFY(start({QStringLiteral("--sharedata-functions=increment=counter-increment,set=http=") + backend.url() +
                   QStringLiteral("/decide")}));
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    for (int i = 0; i < 3; ++i) {
        const QJsonObject result = client.propose("tg-blob", "set", "1");
        QCOMPARE(result.value(u"accepted").toBool(true), false);
        QVERIFY2(textAt(result, "error").startsWith("the function "), compact(result).constData());
    }
    VERIFY_HAS(client.subscribe("tg-blob"), R"({"currentState":null,"lastTransactionId":null})");
}

void TestShareDataHostile::framesWithoutEndAreLimited()
{
    QVERIFY(start({QStringLiteral("--sharedata-message-max=1000")}));
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    for (int i = 0; i < 5000; ++i)
        client.ws.send(Realtime::propose("tg-blob", "set", "1", "c"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 1008);
}

QTEST_GUILESS_MAIN(TestShareDataHostile)
#include "tst_sharedata_hostile.moc"
