// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "fault/memory.h"
#include "fault/stoppedreader.h"
#include "support/backendprocess.h"
#include "support/httpclient.h"
#include "support/waiting.h"
#include "transport/rawpeer.h"

#include <QTest>

using namespace Tidegate;

namespace {

constexpr qsizetype MiB = 1024 * 1024;

//! A JSON text of \p bytes bytes.
QByteArray blob(qsizetype bytes)
{
    return '"' + QByteArray(bytes - 2, 'x') + '"';
}

QByteArray nested(int levels)
{
    return QByteArray(levels, '[') + QByteArray(levels, ']');
}

} // namespace

//! Whatever one client or function of the ShareData dialect does, the answer is the specified one, memory has a bound,
//! and clients of other documents notice nothing.
class TestShareDataHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void brokenFramingClosesWithItsCode_data();
    void brokenFramingClosesWithItsCode();
    void invalidFrameEndsItsConnectionAlone_data();
    void invalidFrameEndsItsConnectionAlone();
    void nestingIsTakenUpToTheLimit();
    void hostileIdIsNoDocument_data();
    void hostileIdIsNoDocument();
    void hostileIdIsADocumentOfItsOwn_data();
    void hostileIdIsADocumentOfItsOwn();
    void unusableStateOfAFunctionIsNoTransaction_data();
    void unusableStateOfAFunctionIsNoTransaction();
    void documentOfTenMiBReachesEverybody();
    void documentLargerThanWhatPeersAreOwedIsSent();
    void floodOfSubscribesCostsWhoDoesNotRead();
    void floodOfSubscribesIsAnsweredToWhoReads();
    void functionThatHangsHoldsUpItsProposersAlone();
    void proposalsThatFindNoRoomFailAtOnce();

private:
    int put(const QByteArray &id, const QByteArray &state);
    bool start(const QStringList &more = {});
    //! Somebody else is served as before.
    bool isUnharmed() { return isContained(json(R"({"accepted":true})"), m_neighbour->propose("e", "set", "1")); }
    qint64 grownBytes() const { return peakBytes(m_gateway->processId()) - m_bytesAtStart; }

    BackendProcess m_backend;
    std::unique_ptr<GatewayProcess> m_gateway;
    std::unique_ptr<RealtimeClient> m_neighbour;
    qint64 m_bytesAtStart = 0;
};

void TestShareDataHostile::initTestCase()
{
    QVERIFY(m_backend.start());
}

bool TestShareDataHostile::start(const QStringList &more)
{
    m_neighbour = std::make_unique<RealtimeClient>();
    m_gateway = std::make_unique<GatewayProcess>();
    const QStringList args{QStringLiteral("--sharedata-enabled=true"),
                           QStringLiteral("--http-rate-max=0"),
                           QStringLiteral("--http-body-limit=16MiB"),
                           QStringLiteral("--ws-max-message=12MiB"),
                           QStringLiteral("--sharedata-max-document=11MiB"),
                           QStringLiteral("--sharedata-message-max=0"),
                           QStringLiteral("--sharedata-unknown-max=0"),
                           QStringLiteral("--sharedata-functions=set=accept-any,ask=http=") + m_backend.url() +
                               QStringLiteral("/decide"),
                           QStringLiteral("--sharedata-documents=*=set ask")};
    if (!m_gateway->start(args + more,
                          {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("tg-user=ann")},
                           {QStringLiteral("TIDEGATE_SHAREDATA_ADMIN_TOKEN"), QStringLiteral("tg-admin")}}))
        return false;
    m_bytesAtStart = residentBytes(m_gateway->processId());
    return put("d", "0") == 200 && put("e", "0") == 200 && m_neighbour->open(*m_gateway) && isUnharmed();
}

void TestShareDataHostile::init()
{
    m_backend.reset();
    QVERIFY(start());
}

void TestShareDataHostile::cleanup()
{
    QVERIFY(isUnharmed());
}

int TestShareDataHostile::put(const QByteArray &id, const QByteArray &state)
{
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    return admin
        .send("PUT", QStringLiteral("/admin/sharedata/") + QString::fromLatin1(id.toPercentEncoding()), state,
              {{"x-admin-token", "tg-admin"}})
        .status;
}

void TestShareDataHostile::brokenFramingClosesWithItsCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const QByteArray ping = R"({"v":1,"type":"ping","correlationId":"c"})";
    QTest::newRow("text that is not UTF-8")
        << textFrame("{\"v\":1,\"type\":\"ping\",\"correlationId\":\"\xff\"}") << 1007;
    QTest::newRow("overlong UTF-8") << textFrame("\xc0\xaf") << 1007;
    QTest::newRow("text that ends inside a character") << textFrame("\xe2\x82") << 1007;
    QTest::newRow("unmasked frame") << clientFrame(OpText, ping, {true, false, 0}) << 1002;
    QTest::newRow("opcode of nothing") << clientFrame(3, ping) << 1002;
    QTest::newRow("compressed, which nobody agreed to") << clientFrame(OpText, ping, {true, true, 4}) << 1002;
    QTest::newRow("continuation of nothing") << clientFrame(OpContinuation, ping) << 1002;
    QTest::newRow("frame that declares 4 GiB")
        << QByteArray("\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00\x01\x02\x03\x04", 14) << 1009;
    QTest::newRow("fragments that add up to too much")
        << clientFrame(OpText, QByteArray(7 * MiB, 'x'), {false, true, 0}) +
               clientFrame(OpContinuation, QByteArray(7 * MiB, 'x'))
        << 1009;
    QTest::newRow("100 000 empty fragments") << clientFrame(OpText, "x", {false, true, 0}) +
                                                    clientFrame(OpContinuation, {}, {false, true, 0}).repeated(100'000)
                                             << 1009;
}

void TestShareDataHostile::brokenFramingClosesWithItsCode()
{
    QFETCH(QByteArray, bytes);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_gateway->port()));
    QVERIFY(peer.upgrade("/realtime?token=tg-user"));
    peer.send(bytes);
    QTEST(peer.takeCloseCode(), "code");
}

void TestShareDataHostile::invalidFrameEndsItsConnectionAlone_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray sound = compact(Realtime::propose("d", "set", "1", "c"));
    const auto changed = [&sound](const QByteArray &before, const QByteArray &after) {
        return QByteArray(sound).replace(before, after);
    };
    QTest::newRow("frame of the server's") << QByteArray(R"({"v":1,"type":"lifecycle","shareDataId":"d"})");
    QTest::newRow("byte order mark") << "\xEF\xBB\xBF" + sound;
    QTest::newRow("two frames in one message") << sound + sound;
    QTest::newRow("document of a number") << changed(R"("shareDataId":"d")", R"("shareDataId":7)");
    QTest::newRow("empty function") << changed(R"("functionId":"set")", R"("functionId":"")");
    QTest::newRow("correlation id of null") << changed(R"("correlationId":"c")", R"("correlationId":null)");
    QTest::newRow("proof without a key") << changed("publicKey", "other");
    QTest::newRow("purpose of an object") << changed(R"("purpose":"set")", R"("purpose":{})");
    QTest::newRow("timestamp of text") << changed("1700000000000", "\"now\"");
    QTest::newRow("timestamp without end") << changed("1700000000000", "1e999");
    QTest::newRow("500 000 brackets") << changed(R"("proposedData":1)", "\"proposedData\":" + QByteArray(500'000, '['));
    QTest::newRow("one level too deep") << changed(R"("proposedData":1)", "\"proposedData\":" + nested(256));
    QTest::newRow("12 MiB of nothing") << QByteArray(12 * MiB - 100, ' ');
}

void TestShareDataHostile::invalidFrameEndsItsConnectionAlone()
{
    QFETCH(QByteArray, text);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_gateway->port()));
    QVERIFY(peer.upgrade("/realtime?token=tg-user"));
    peer.send(textFrame(text));
    const auto error = peer.takeFrame();
    QVERIFY(error);
    VERIFY_HAS(json(error->payload), R"({"v":1,"type":"error","code":"invalid-message"})");
    QVERIFY2(error->payload.size() < 1024, error->payload.left(1024).constData());
    QCOMPARE(peer.takeCloseCode(), 4004);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.subscribe("d"), R"({"currentState":0,"lastTransactionId":null})"); // and nothing was done
}

void TestShareDataHostile::nestingIsTakenUpToTheLimit()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("d");
    VERIFY_HAS(client.propose("d", "set", nested(255)), R"({"accepted":true})");
    VERIFY_HAS(client.ws.next(QStringLiteral("transaction")), R"({"transactionId":"1"})");
    QCOMPARE(put("d", nested(257)), 400);
}

void TestShareDataHostile::hostileIdIsNoDocument_data()
{
    QTest::addColumn<QByteArray>("id"); // as JSON
    const auto row = [](const char *name, const QByteArray &id) { QTest::newRow(name) << '"' + id + '"'; };
    row("a star", "*");
    row("an arrow", ">");
    row("the stream of a document", "doc.d");
    row("other case", "D");
    row("a blank behind it", "d ");
    row("a null byte behind it", R"(d\u0000)");
    row("a path", "../../etc/passwd");
    row("SQL", "d' OR '1'='1");
    row("a line break", R"(d\r\nx: y)");
    row("percent", "%64");
    row("lone surrogate", R"(\ud800)");
    row("any script", "\xF0\x9F\x8C\x8A");
    row("longer than ids may be", QByteArray(513, 'd'));
    row("a megabyte", QByteArray(MiB, 'd'));
}

void TestShareDataHostile::hostileIdIsNoDocument()
{
    QFETCH(QByteArray, id);
    RawPeer peer;
    QVERIFY(peer.connectTo(m_gateway->port()));
    QVERIFY(peer.upgrade("/realtime?token=tg-user"));
    const QByteArray proposal = compact(Realtime::propose("ID", "set", "1", "c")).replace("\"ID\"", id);
    peer.send(textFrame(proposal));
    const auto result = peer.takeFrame();
    QVERIFY(result);
    VERIFY_HAS(json(result->payload), R"({"type":"proposal-result","accepted":false})");
    QVERIFY2(result->payload.contains(" not found"), result->payload.left(1024).constData());
    QVERIFY(result->payload.size() < 4096);
    peer.send(textFrame(R"({"v":1,"type":"unsubscribe","shareDataId":)" + id + '}')); // harmless
    peer.send(textFrame(R"({"v":1,"type":"subscribe","shareDataId":)" + id + '}'));
    const auto error = peer.takeFrame();
    QVERIFY(error);
    VERIFY_HAS(json(error->payload), R"({"type":"error","code":"unknown-share-data"})");
    QVERIFY(error->payload.size() < 4096);
    QCOMPARE(peer.takeCloseCode(), 4003);
}

void TestShareDataHostile::hostileIdIsADocumentOfItsOwn_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char *id : {"*", ">", "doc.d", "d.d", "a b", "'; DROP TABLE documents; --", "%64", "\xF0\x9F\x8C\x8A"})
        QTest::newRow(id) << QByteArray(id);
}

void TestShareDataHostile::hostileIdIsADocumentOfItsOwn()
{
    QFETCH(QByteArray, id);
    QCOMPARE(put(id, "7"), 200);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.subscribe(id), R"({"currentState":7})");
    VERIFY_HAS(client.propose("d", "set", "1"), R"({"accepted":true})");
    VERIFY_HAS(client.propose(id, "set", "8"), R"({"accepted":true,"transactionId":"1"})");
    QVERIFY(client.settle());
    const auto transactions = client.frames(QStringLiteral("transaction"));
    QCOMPARE(transactions.size(), 1); // of its own only
    QCOMPARE(transactions.first().value(u"shareDataId").toString().toUtf8(), id);
    m_gateway->kill();
    QVERIFY(m_gateway->restart());
    RealtimeClient later;
    QVERIFY(later.open(*m_gateway));
    VERIFY_HAS(later.subscribe(id, "0"), R"({"currentState":8,"lastTransactionId":"1"})");
    m_neighbour = std::make_unique<RealtimeClient>();
    QVERIFY(m_neighbour->open(*m_gateway));
}

void TestShareDataHostile::unusableStateOfAFunctionIsNoTransaction_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<QByteArray>("error");
    const auto accepted = [](const QByteArray &state) { return R"({"decision":"accepted","state":)" + state + '}'; };
    const QByteArray unusable = "the function's answer is unusable";
    QTest::newRow("deeper than states may be") << accepted(nested(290)) << QByteArray("the state is not JSON");
    QTest::newRow("10 000 levels") << accepted(nested(10'000)) << unusable;
    QTest::newRow("no number") << accepted("NaN") << unusable;
    QTest::newRow("a number cut off") << accepted("1.") << unusable;
    QTest::newRow("a text cut off") << accepted("\"x") << unusable;
    QTest::newRow("empty") << QByteArray() << unusable;
    QTest::newRow("null") << QByteArray("null") << unusable;
    QTest::newRow("list") << QByteArray(R"(["accepted",1])") << unusable;
    QTest::newRow("decision of a number") << QByteArray(R"({"decision":1,"state":1})") << unusable;
    QTest::newRow("two answers") << accepted("1") + accepted("2") << unusable;
}

void TestShareDataHostile::unusableStateOfAFunctionIsNoTransaction()
{
    QFETCH(QByteArray, raw);
    QFETCH(QByteArray, error);
    m_backend.setBehaviour(QStringLiteral("/decide"), {{QStringLiteral("raw"), QString::fromUtf8(raw)}});
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    const QJsonObject result = client.propose("d", "ask", "1");
    QCOMPARE(textAt(result, "error"), error);
    VERIFY_HAS(client.subscribe("d"), R"({"currentState":0,"lastTransactionId":null})");
}

void TestShareDataHostile::documentOfTenMiBReachesEverybody()
{
    constexpr int Watchers = 3;
    constexpr int Rounds = 5;
    std::vector<std::unique_ptr<RealtimeClient>> watchers;
    for (int i = 0; i < Watchers; ++i) {
        watchers.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(watchers.back()->open(*m_gateway));
        watchers.back()->subscribe("d");
    }
    RealtimeClient writer;
    QVERIFY(writer.open(*m_gateway));
    for (int round = 1; round <= Rounds; ++round) {
        writer.ws.send(Realtime::propose("d", "set", blob(10 * MiB), "r"));
        QVERIFY(isUnharmed());
        VERIFY_HAS(writer.resultOf("r"), R"({"accepted":true})");
        for (const auto &watcher : watchers) {
            const QJsonObject transaction = watcher->ws.next(QStringLiteral("transaction"));
            QCOMPARE(textAt(transaction, "transactionId"), QByteArray::number(round));
            QCOMPARE(transaction.value(u"currentState").toString().size(), 10 * MiB - 2);
            QVERIFY(watcher->ws.isOpen());
        }
    }
    VERIFY_HAS(writer.propose("d", "set", blob(11 * MiB + 1)),
               R"({"accepted":false,"error":"the state is larger than documents may be"})");
    QVERIFY2(!IsMemoryMeasurable || grownBytes() < 256 * MiB, QByteArray::number(grownBytes()).constData());
}

void TestShareDataHostile::documentLargerThanWhatPeersAreOwedIsSent()
{
    constexpr qsizetype Bytes = 20 * MiB; // answers of 16 MiB may wait for a peer
    QVERIFY(start({QStringLiteral("--sharedata-max-document=24MiB"), QStringLiteral("--http-body-limit=32MiB")}));
    QCOMPARE(put("big", blob(Bytes)), 200);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QCOMPARE(client.subscribe("big").value(u"currentState").toString().size(), Bytes - 2);
    QCOMPARE(client.subscribe("big").value(u"currentState").toString().size(), Bytes - 2);
    QVERIFY(client.settle());
}

void TestShareDataHostile::floodOfSubscribesCostsWhoDoesNotRead()
{
    constexpr int Peers = 4;
    constexpr int Subscribes = 200;
    QCOMPARE(put("big", blob(4 * MiB)), 200);
    std::vector<std::unique_ptr<StoppedReader>> peers;
    for (int i = 0; i < Peers; ++i) {
        peers.push_back(std::make_unique<StoppedReader>());
        QVERIFY(peers.back()->open(m_gateway->port(),
                                   "GET /realtime?token=tg-user HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                                   "\r\n\r\n"));
        peers.back()->send(textFrame(compact(Realtime::subscribe("big"))).repeated(Subscribes));
    }
    for (int i = 0; i < 20; ++i)
        QVERIFY(isUnharmed());
    // Asked for: 3 GiB. Each peer is owed one answer, and gets the next one when it has read that.
    QVERIFY2(!IsMemoryMeasurable || grownBytes() < 128 * MiB, QByteArray::number(grownBytes()).constData());
}

void TestShareDataHostile::floodOfSubscribesIsAnsweredToWhoReads()
{
    constexpr int Subscribes = 30; // 120 MiB
    QCOMPARE(put("big", blob(4 * MiB)), 200);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    for (int i = 0; i < Subscribes; ++i)
        client.ws.send(Realtime::subscribe("big"));
    client.ws.send(Realtime::propose("d", "set", "1", "behind"));
    VERIFY_HAS(client.resultOf("behind"), R"({"accepted":true})");
    QCOMPARE(client.frames(QStringLiteral("state")).size(), Subscribes);
    QVERIFY(client.ws.isOpen());
}

void TestShareDataHostile::functionThatHangsHoldsUpItsProposersAlone()
{
    constexpr int Proposers = 8;
    constexpr int Each = 20; // of a MiB: 160 MiB in all
    QVERIFY(start({QStringLiteral("--sharedata-function-timeout=1m")}));
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hang":true})"));
    std::vector<std::unique_ptr<RealtimeClient>> proposers;
    for (int i = 0; i < Proposers; ++i) {
        proposers.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(proposers.back()->open(*m_gateway));
        for (int each = 0; each < Each; ++each)
            proposers.back()->ws.send(Realtime::propose("d", "ask", blob(MiB), "p-" + QByteArray::number(each)));
    }
    for (int i = 0; i < 50; ++i)
        QVERIFY(isUnharmed());
    Operator console(*m_gateway);
    QTRY_COMPARE_WITH_TIMEOUT(console.decided("sharedata-frames-in-flight"), qint64(Proposers), WaitMs);
    QVERIFY(isUnharmed());
    // Those who have not been here before are served as well.
    RealtimeClient newcomer;
    QVERIFY(newcomer.open(*m_gateway));
    VERIFY_HAS(newcomer.subscribe("e"), R"({"type":"state"})");
    HttpClient http(m_gateway->url(QStringLiteral("/")));
    QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
    QVERIFY2(!IsMemoryMeasurable || grownBytes() < 160 * MiB, QByteArray::number(grownBytes()).constData());
    // When the function is gone for good, everybody is told.
    m_backend.kill();
    for (const auto &proposer : proposers) {
        for (int each = 0; each < Each; ++each)
            VERIFY_HAS(proposer->resultOf("p-" + QByteArray::number(each)), R"({"accepted":false})");
    }
    QVERIFY(m_backend.start());
}

void TestShareDataHostile::proposalsThatFindNoRoomFailAtOnce()
{
    constexpr int Proposers = 5;
    constexpr int Each = 250; // one connection may have 256
    constexpr int Room = 1024 + 1;
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hang":true})"));
    QVERIFY(start({QStringLiteral("--sharedata-function-timeout=1m")}));
    std::vector<std::unique_ptr<RealtimeClient>> proposers;
    for (int i = 0; i < Proposers; ++i) {
        proposers.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(proposers.back()->open(*m_gateway));
        for (int each = 0; each < Each; ++each)
            proposers.back()->ws.send(Realtime::propose("d", "ask", "1", "p-" + QByteArray::number(each)));
    }
    const auto refused = [&proposers] {
        qsizetype count = 0;
        for (const auto &proposer : proposers) {
            for (const QJsonObject &result : proposer->frames(QStringLiteral("proposal-result")))
                count += textAt(result, "error") == "too many proposals wait for this document; try again" ? 1 : 0;
        }
        return count;
    };
    QTRY_COMPARE_WITH_TIMEOUT(refused(), qsizetype(Proposers * Each - Room), WaitMs);
}

QTEST_GUILESS_MAIN(TestShareDataHostile)
#include "tst_sharedata_hostile.moc"
