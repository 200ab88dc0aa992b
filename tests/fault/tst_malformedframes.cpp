// SPDX-License-Identifier: MIT
#include "fault/bystander.h"
#include "support/json.h"
#include "transport/rawpeer.h"

#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;

//! WebSocket frames and SSMA messages that break a rule. Each is answered with its code, and costs nobody else
//! anything.
class TestMalformedFrames : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();

    void brokenFramingClosesWithItsCode_data();
    void brokenFramingClosesWithItsCode();
    void truncatedFrameThenSilenceIsEndedByTheHeartbeat();
    void truncatedFrameThenEndIsForgotten();
    void asManyFragmentsAsAllowedAreOneMessage();
    void hundredThousandPingsAreAnswered();
    void badMessageIsAnErrorAndTheLinkStays_data();
    void badMessageIsAnErrorAndTheLinkStays();
    void hostileChannelIsUnknown_data();
    void hostileChannelIsUnknown();
    void hostileSiteIsALabel_data();
    void hostileSiteIsALabel();
    void hostileTextIsStoredAsItIs_data();
    void hostileTextIsStoredAsItIs();

private:
    //! The next frame of the dialect; pings of the heartbeat are skipped.
    QJsonObject nextMessage();
    QJsonObject nextOf(const QByteArray &type);

    Bystander m_bystander;
    std::unique_ptr<RawPeer> m_peer;
};

namespace {

QByteArray batchOf(int count, const QByteArray &members = R"("intent":"A","payload":{},"meta":{"clock":1})")
{
    return "{\"type\":\"intent.batch\",\"intents\":[" + QByteArray("{" + members + "},").repeated(count - 1) + "{" +
           members + "}]}";
}

QByteArray batchWith(const QByteArray &id)
{
    return batchOf(1, "\"id\":\"" + id + R"(","intent":"A","payload":{},"meta":{"clock":1})");
}

} // namespace

void TestMalformedFrames::initTestCase()
{
    QVERIFY(m_bystander.start({QStringLiteral("--ws-ping-interval=1s")}));
    QCOMPARE(m_bystander.complaint(), QByteArray());
}

void TestMalformedFrames::init()
{
    m_peer = std::make_unique<RawPeer>();
    QVERIFY(m_peer->connectTo(m_bystander.gateway.port()));
    if (QByteArray(QTest::currentTestFunction()) == "hostileSiteIsALabel")
        return;
    QVERIFY(m_peer->upgrade("/optimistic/ws?role=leader&cursor=999999999"));
    QCOMPARE(textAt(nextOf("replay"), "type"), QByteArray("replay"));
}

void TestMalformedFrames::cleanup()
{
    m_peer.reset();
    QCOMPARE(m_bystander.complaint(), QByteArray());
}

void TestMalformedFrames::cleanupTestCase()
{
    QVERIFY(!m_bystander.hasGrownBeyond(64 * 1024 * 1024));
}

QJsonObject TestMalformedFrames::nextMessage()
{
    while (const auto frame = m_peer->takeFrame()) {
        if (frame->opcode == OpText)
            return QJsonDocument::fromJson(frame->payload).object();
        if (frame->opcode == OpPing)
            m_peer->send(clientFrame(OpPong, frame->payload));
        if (frame->opcode == OpClose)
            return {{QStringLiteral("closed"), frame->closeCode()}};
    }
    return {};
}

QJsonObject TestMalformedFrames::nextOf(const QByteArray &type)
{
    for (;;) {
        const QJsonObject message = nextMessage();
        if (message.isEmpty() || textAt(message, "type") == type || hasAt(message, "closed"))
            return message;
    }
}

void TestMalformedFrames::brokenFramingClosesWithItsCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const QByteArray ping = R"({"type":"ping"})";
    QTest::newRow("unmasked frame") << clientFrame(OpText, ping, {true, false, 0}) << 1002;
    QTest::newRow("first reserved bit") << clientFrame(OpText, ping, {true, true, 4}) << 1002;
    QTest::newRow("second reserved bit") << clientFrame(OpText, ping, {true, true, 2}) << 1002;
    QTest::newRow("third reserved bit") << clientFrame(OpText, ping, {true, true, 1}) << 1002;
    for (int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        QTest::addRow("opcode %d", opcode) << clientFrame(opcode, ping) << 1002;
    QTest::newRow("ping over 125 bytes") << clientFrame(OpPing, QByteArray(126, 'x')) << 1002;
    QTest::newRow("close over 125 bytes") << clientFrame(OpClose, "\x03\xe8" + QByteArray(124, 'x')) << 1002;
    QTest::newRow("fragmented ping") << clientFrame(OpPing, "x", {false, true, 0}) << 1002;
    QTest::newRow("continuation of nothing") << clientFrame(OpContinuation, "x") << 1002;
    QTest::newRow("message inside a message")
        << clientFrame(OpText, "{", {false, true, 0}) + clientFrame(OpText, ping) << 1002;
    QTest::newRow("length not minimal") << QByteArray("\x81\xfe\x00\x01\x00\x00\x00\x00x", 9) << 1002;
    QTest::newRow("length with the top bit")
        << QByteArray("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 14) << 1002;
    QTest::newRow("message over 1 MiB") << clientFrame(OpText, QByteArray(1024 * 1024 + 1, 'x')) << 1009;
    QTest::newRow("message that declares 4 GiB")
        << QByteArray("\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00\x01\x02\x03\x04", 14) << 1009;
    QTest::newRow("fragments that add up to more than 1 MiB")
        << clientFrame(OpText, QByteArray(700'000, 'x'), {false, true, 0}) +
               clientFrame(OpContinuation, QByteArray(700'000, 'x'))
        << 1009;
    const QByteArray begun = clientFrame(OpText, "x", {false, true, 0});
    QTest::newRow("100 000 tiny fragments")
        << begun + clientFrame(OpContinuation, "x", {false, true, 0}).repeated(100'000) << 1009;
    QTest::newRow("100 000 empty fragments")
        << begun + clientFrame(OpContinuation, {}, {false, true, 0}).repeated(100'000) << 1009;
    QTest::newRow("text that is not UTF-8") << clientFrame(OpText, "{\"type\":\"\xff\"}") << 1007;
    QTest::newRow("overlong UTF-8") << clientFrame(OpText, "\xc0\xaf") << 1007;
    QTest::newRow("surrogate in UTF-8") << clientFrame(OpText, "\xed\xa0\x80") << 1007;
    QTest::newRow("text that ends inside a character") << clientFrame(OpText, "\xe2\x82") << 1007;
    QTest::newRow("close with half a code") << clientFrame(OpClose, "\x03") << 1002;
    QTest::newRow("close with a reserved code") << clientFrame(OpClose, "\x03\xed") << 1002;
    QTest::newRow("close with a reason that is not UTF-8") << clientFrame(OpClose, "\x03\xe8\xff") << 1007;
    QTest::newRow("proper close") << clientFrame(OpClose, "\x03\xe8") << 1000;
    QTest::newRow("HTTP after the handshake") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << 1002;
}

void TestMalformedFrames::brokenFramingClosesWithItsCode()
{
    QFETCH(QByteArray, bytes);
    m_peer->send(bytes);
    QTEST(m_peer->takeCloseCode(), "code");
    QVERIFY(m_peer->waitForEnd());
}

void TestMalformedFrames::truncatedFrameThenSilenceIsEndedByTheHeartbeat()
{
    m_peer->send(textFrame(QByteArray(1000, 'x')).first(500));
    QVERIFY(m_peer->waitForEnd());
}

void TestMalformedFrames::truncatedFrameThenEndIsForgotten()
{
    m_peer->send(textFrame(QByteArray(1000, 'x')).first(7));
    m_peer->finishSending();
    QVERIFY(m_peer->waitForEnd());
}

void TestMalformedFrames::asManyFragmentsAsAllowedAreOneMessage()
{
    constexpr qsizetype MaxFragments = 4096; // of one message; more of them close with 1009
    const QByteArray start = R"("id":"fragments1","intent":"A","payload":")";
    const QByteArray end = R"(","meta":{"clock":1})";
    const qsizetype padding = MaxFragments - batchOf(1, start + end).size();
    const QByteArray message = batchOf(1, start + QByteArray(padding, 'x') + end);
    QCOMPARE(message.size(), MaxFragments);
    QByteArray bytes = clientFrame(OpText, message.first(1), {false, true, 0});
    for (qsizetype i = 1; i < message.size() - 1; ++i)
        bytes += clientFrame(OpContinuation, message.mid(i, 1), {false, true, 0});
    bytes += clientFrame(OpContinuation, message.last(1));
    m_peer->send(bytes);
    QCOMPARE(textAt(nextOf("ack"), "intents.0.status"), QByteArray("acked"));
}

void TestMalformedFrames::hundredThousandPingsAreAnswered()
{
    constexpr int Pings = 100'000;
    m_peer->send(clientFrame(OpPing, "abcd").repeated(Pings));
    m_peer->send(textFrame(R"({"type":"ping"})"));
    int pongs = 0;
    while (const auto frame = m_peer->takeFrame()) {
        if (frame->opcode == OpText)
            break;
        QVERIFY(frame->opcode == OpPong || frame->opcode == OpPing);
        pongs += frame->opcode == OpPong ? 1 : 0;
    }
    QCOMPARE(pongs, Pings);
    QVERIFY(m_peer->isOpen());
}

void TestMalformedFrames::badMessageIsAnErrorAndTheLinkStays_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("empty") << QByteArray() << QByteArray("INVALID_JSON");
    QTest::newRow("half an object") << QByteArray("{\"type\":") << QByteArray("INVALID_JSON");
    QTest::newRow("two objects") << QByteArray(R"({"type":"ping"}{"type":"ping"})") << QByteArray("INVALID_JSON");
    QTest::newRow("trailing comma") << QByteArray(R"({"type":"ping",})") << QByteArray("INVALID_JSON");
    QTest::newRow("single quotes") << QByteArray("{'type':'ping'}") << QByteArray("INVALID_JSON");
    QTest::newRow("NaN") << batchOf(1, R"("intent":"A","payload":NaN,"meta":{"clock":1})")
                         << QByteArray("INVALID_JSON");
    QTest::newRow("control byte in a string") << QByteArray("{\"type\":\"\x01\"}") << QByteArray("INVALID_JSON");
    QTest::newRow("lone escape") << QByteArray(R"({"type":"\x"})") << QByteArray("INVALID_JSON");
    QTest::newRow("nested 100 000 deep") << QByteArray(100'000, '[') << QByteArray("INVALID_JSON");
    QTest::newRow("payload nested 100 000 deep")
        << batchOf(1, "\"intent\":\"A\",\"payload\":" + QByteArray(100'000, '[') + QByteArray(100'000, ']') +
                          R"(,"meta":{"clock":1})")
        << QByteArray("INVALID_JSON");
    QTest::newRow("type of a number") << QByteArray(R"({"type":1})") << QByteArray("UNKNOWN_TYPE");
    QTest::newRow("no type") << QByteArray("{}") << QByteArray("UNKNOWN_TYPE");
    QTest::newRow("null") << QByteArray("null") << QByteArray("UNKNOWN_TYPE");
    QTest::newRow("array") << QByteArray("[]") << QByteArray("UNKNOWN_TYPE");
    QTest::newRow("unknown type") << QByteArray(R"({"type":"drop.tables"})") << QByteArray("UNKNOWN_TYPE");
    QTest::newRow("type of 1000 letters")
        << QByteArray("{\"type\":\"" + QByteArray(1000, 'x') + "\"}") << QByteArray("UNKNOWN_TYPE");
    const QByteArray contract = "INVALID_CONTRACT";
    QTest::newRow("extra field") << QByteArray(R"({"type":"ping","x":1})") << contract;
    QTest::newRow("batch without intents") << QByteArray(R"({"type":"intent.batch"})") << contract;
    QTest::newRow("empty batch") << QByteArray(R"({"type":"intent.batch","intents":[]})") << contract;
    QTest::newRow("51 intents") << batchOf(51) << contract;
    QTest::newRow("intents of an object") << QByteArray(R"({"type":"intent.batch","intents":{}})") << contract;
    QTest::newRow("intent of a number") << QByteArray(R"({"type":"intent.batch","intents":[1]})") << contract;
    QTest::newRow("id of 7 letters") << batchWith("1234567") << contract;
    QTest::newRow("id of 65 letters") << batchWith(QByteArray(65, 'x')) << contract;
    QTest::newRow("id of 100 000 letters") << batchWith(QByteArray(100'000, 'x')) << contract;
    QTest::newRow("id of a number") << batchOf(1, R"("id":12345678,"intent":"A","payload":{},"meta":{"clock":1})")
                                    << contract;
    QTest::newRow("name of 97 letters") << batchOf(1, "\"intent\":\"" + QByteArray(97, 'x') +
                                                          R"(","payload":{},"meta":{"clock":1})")
                                        << contract;
    QTest::newRow("no payload") << batchOf(1, R"("intent":"A","meta":{"clock":1})") << contract;
    QTest::newRow("no clock") << batchOf(1, R"("intent":"A","payload":{},"meta":{})") << contract;
    QTest::newRow("negative clock") << batchOf(1, R"("intent":"A","payload":{},"meta":{"clock":-1})") << contract;
    QTest::newRow("17 reasons") << batchOf(1, R"("intent":"A","payload":{},"meta":{"clock":1,"reasons":[)" +
                                                  QByteArray("\"r\",").repeated(16) + "\"r\"]}")
                                << contract;
    QTest::newRow("channel of 97 letters")
        << QByteArray("{\"type\":\"channel.subscribe\",\"channel\":\"" + QByteArray(97, 'x') + "\"}") << contract;
    QTest::newRow("empty channel") << QByteArray(R"({"type":"channel.subscribe","channel":""})") << contract;
    QTest::newRow("params of an array") << QByteArray(R"({"type":"channel.subscribe","channel":"global","params":[]})")
                                        << contract;
    QTest::newRow("negative cursor") << QByteArray(R"({"type":"channel.resync","channel":"global","cursor":-1})")
                                     << contract;
    QTest::newRow("limit of 1001") << QByteArray(R"({"type":"channel.resync","channel":"global","limit":1001})")
                                   << contract;
}

void TestMalformedFrames::badMessageIsAnErrorAndTheLinkStays()
{
    QFETCH(QByteArray, text);
    m_peer->send(textFrame(text));
    const QJsonObject error = nextMessage();
    QCOMPARE(textAt(error, "type"), QByteArray("error"));
    QTEST(textAt(error, "code"), "code");
    QVERIFY(compact(error).size() < 4096);
    m_peer->send(textFrame(R"({"type":"ping"})"));
    QCOMPARE(textAt(nextMessage(), "type"), QByteArray("pong"));
}

void TestMalformedFrames::hostileChannelIsUnknown_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::newRow("dots") << QByteArray("global.global");
    QTest::newRow("a star") << QByteArray("*");
    QTest::newRow("an arrow") << QByteArray(">");
    QTest::newRow("a line break") << QByteArray(R"(global\r\nfoo)");
    QTest::newRow("a null byte") << QByteArray(R"(global\u0000)");
    QTest::newRow("percent") << QByteArray("%67lobal");
    QTest::newRow("other case") << QByteArray("GLOBAL");
    QTest::newRow("96 letters") << QByteArray(96, 'x');
    QTest::newRow("unicode") << QByteArray("gl\xc3\xb6"
                                           "bal \xf0\x9f\x8c\x8a");
    QTest::newRow("lone surrogate") << QByteArray(R"(\ud800)");
    QTest::newRow("SQL") << QByteArray("'; DROP TABLE intents; --");
    QTest::newRow("path") << QByteArray("../../etc/passwd");
}

void TestMalformedFrames::hostileChannelIsUnknown()
{
    QFETCH(QByteArray, channel);
    m_peer->send(textFrame("{\"type\":\"channel.subscribe\",\"channel\":\"" + channel + "\"}"));
    const QJsonObject ack = nextMessage();
    QCOMPARE(textAt(ack, "type"), QByteArray("channel.ack"));
    QCOMPARE(textAt(ack, "code"), QByteArray("UNKNOWN_CHANNEL"));
}

void TestMalformedFrames::hostileSiteIsALabel_data()
{
    QTest::addColumn<QByteArray>("site");
    QTest::newRow("dots") << QByteArray("a.b.c");
    QTest::newRow("a star") << QByteArray("*");
    QTest::newRow("an arrow") << QByteArray("%3E");
    QTest::newRow("a line break") << QByteArray("a%0d%0ab");
    QTest::newRow("a null byte") << QByteArray("a%00b");
    QTest::newRow("unicode") << QByteArray("%F0%9F%8C%8A");
    QTest::newRow("not UTF-8") << QByteArray("%ff%fe");
    QTest::newRow("1000 letters") << QByteArray(1000, 's');
    QTest::newRow("SQL") << QByteArray("'%3B%20DROP%20TABLE%20intents--");
    QTest::newRow("the default's name with a blank") << QByteArray("default%20");
}

void TestMalformedFrames::hostileSiteIsALabel()
{
    QFETCH(QByteArray, site);
    QVERIFY(m_peer->upgrade("/optimistic/ws?role=leader&site=" + site));
    QCOMPARE(textAt(nextMessage(), "type"), QByteArray("hello"));
    const QJsonObject replay = nextMessage();
    QCOMPARE(textAt(replay, "type"), QByteArray("replay"));
    QCOMPARE(arrayAt(replay, "intents").size(), 0); // rows of site default are not its own
    m_peer->send(textFrame(R"({"type":"channel.subscribe","channel":"global"})"));
    QCOMPARE(textAt(nextOf("channel.snapshot"), "type"), QByteArray("channel.snapshot"));
    m_peer->send(textFrame(batchWith(Bystander::ForeignId)));
    QCOMPARE(textAt(nextOf("ack"), "intents.0.status"), QByteArray("acked"));
    QCOMPARE(textAt(nextOf("channel.invalidate"), "intents.0.id"), Bystander::ForeignId);
    // The bystander on site "default" must not hear of it; cleanup() finds out.
}

void TestMalformedFrames::hostileTextIsStoredAsItIs_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("SQL") << QByteArray("'); DROP TABLE intents;--");
    QTest::newRow("SQL with double quotes") << QByteArray(R"(\" OR \"1\"=\"1)");
    QTest::newRow("script") << QByteArray("<script>alert(1)</script>");
    QTest::newRow("a null byte") << QByteArray(R"(null\u0000byte)");
    QTest::newRow("line breaks") << QByteArray(R"(line\r\nid: 1\n\ndata: x)");
    QTest::newRow("right to left") << QByteArray("\xe2\x80\xae"
                                                 "abcdefgh");
    QTest::newRow("emoji") << QByteArray("\xf0\x9f\x8c\x8a").repeated(16);
    QTest::newRow("printf") << QByteArray("%s%n%p%1%2%L1");
    QTest::newRow("line separator") << QByteArray(R"(a\u2028b\u2029c12345)");
}

void TestMalformedFrames::hostileTextIsStoredAsItIs()
{
    QFETCH(QByteArray, id);
    const QString text = QJsonDocument::fromJson("[\"" + id + "\"]").array().at(0).toString();
    m_peer->send(textFrame(batchOf(1, "\"id\":\"" + id + "\",\"intent\":\"" + id + "\",\"payload\":{\"" + id + "\":\"" +
                                          id + R"("},"meta":{"clock":1,"channels":["global"]})")));
    const QJsonObject ack = nextOf("ack");
    QCOMPARE(valueAt(ack, "intents.0.id").toString(), text);
    const QByteArray before = QByteArray::number(numberAt(ack, "intents.0.logSeq") - 1);
    m_peer->send(textFrame(R"({"type":"channel.resync","channel":"global","cursor":)" + before + "}"));
    const QJsonObject row = arrayAt(nextOf("channel.replay"), "intents").at(0).toObject();
    QCOMPARE(valueAt(row, "id").toString(), text);
    QCOMPARE(valueAt(row, "intent").toString(), text);
    QCOMPARE(row.value(QLatin1String("payload")).toObject().value(text).toString(), text);
}

QTEST_GUILESS_MAIN(TestMalformedFrames)
#include "tst_malformedframes.moc"
