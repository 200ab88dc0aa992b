// SPDX-License-Identifier: MIT
#include "sharedata/decoder.h"

#include <QTest>

using namespace Tidegate::ShareData;

namespace {

const QByteArray SoundProof = R"({"publicKey":"k","shareDataHash":"h","shareDataPreviousHash":"p",)"
                              R"("shareDataSignature":"s","purpose":"inc","timestamp":1.5})";

QByteArray proposal(const QByteArray &data, const QByteArray &proof = SoundProof)
{
    return R"({"v":1,"type":"propose","shareDataId":"d","functionId":"f","correlationId":"c-1")" + data +
           (proof.isEmpty() ? QByteArray() : ",\"proof\":" + proof) + '}';
}

template <typename Frame>
std::optional<Frame> decodedAs(const QByteArray &text)
{
    Decoder decoder;
    auto decoded = decoder.decode(text);
    const auto *frame = std::get_if<ClientFrame>(&decoded);
    if (!frame || !std::holds_alternative<Frame>(*frame))
        return {};
    return std::get<Frame>(*frame);
}

} // namespace

//! ShareData spec sections 2 and 3.
class TestShareDataDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeBecomesItsFrame();
    void emptySinceIsAbsent();
    void versionIsANumberThatEqualsOne_data();
    void versionIsANumberThatEqualsOne();
    void extraFieldsAreIgnoredAndDroppedFromTheProof();
    void lastOfEqualKeysCounts();
    void idsMayHoldAnyCharacters();
    void correlationIdIsKeptAsItWasSent();
    void proposedDataMayBeAnyJsonInOneLine_data();
    void proposedDataMayBeAnyJsonInOneLine();
    void unusableIdempotencyKeyIsIgnored();
    void nestingIsAcceptedUpToTheLimit();
    void anythingElseIsAnInvalidMessage_data();
    void anythingElseIsAnInvalidMessage();
    void bigFrameLeavesTheNextOneUnharmed();
};

void TestShareDataDecoder::everyTypeBecomesItsFrame()
{
    const auto subscribe = decodedAs<Subscribe>(R"({"v":1,"type":"subscribe","shareDataId":"d","since":"7"})");
    QVERIFY(subscribe);
    QCOMPARE(subscribe->documentId, "d");
    QCOMPARE(subscribe->since, "7");
    const auto unsubscribe = decodedAs<Unsubscribe>(R"({"v":1,"type":"unsubscribe","shareDataId":"d"})");
    QVERIFY(unsubscribe);
    QCOMPARE(unsubscribe->documentId, "d");
    const auto propose = decodedAs<Propose>(proposal(R"(,"proposedData":{"count":1},"idempotencyKey":"once")"));
    QVERIFY(propose);
    QCOMPARE(propose->documentId, "d");
    QCOMPARE(propose->functionId, "f");
    QCOMPARE(propose->correlationId, "\"c-1\"");
    QCOMPARE(propose->proposedData, R"({"count":1})");
    QCOMPARE(propose->proof.json, SoundProof);
    QCOMPARE(propose->proof.purpose, "inc");
    QCOMPARE(propose->proof.signature, "s");
    QCOMPARE(propose->idempotencyKey, "once");
    const auto ping = decodedAs<Ping>(R"({"type":"ping","correlationId":"c-2","v":1})");
    QVERIFY(ping);
    QCOMPARE(ping->correlationId, "\"c-2\"");
}

void TestShareDataDecoder::emptySinceIsAbsent()
{
    QVERIFY(decodedAs<Subscribe>(R"({"v":1,"type":"subscribe","shareDataId":"d","since":""})")->since.isEmpty());
    QVERIFY(decodedAs<Subscribe>(R"({"v":1,"type":"subscribe","shareDataId":"d"})")->since.isEmpty());
}

void TestShareDataDecoder::versionIsANumberThatEqualsOne_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<bool>("isAccepted");
    QTest::newRow("1") << QByteArray("1") << true;
    QTest::newRow("1.0") << QByteArray("1.0") << true;
    QTest::newRow("10e-1") << QByteArray("10e-1") << true;
    QTest::newRow("2") << QByteArray("2") << false;
    QTest::newRow("text") << QByteArray("\"1\"") << false;
    QTest::newRow("true") << QByteArray("true") << false;
    QTest::newRow("null") << QByteArray("null") << false;
}

void TestShareDataDecoder::versionIsANumberThatEqualsOne()
{
    QFETCH(QByteArray, version);
    QFETCH(bool, isAccepted);
    QCOMPARE(decodedAs<Ping>(R"({"type":"ping","correlationId":"c","v":)" + version + '}').has_value(), isAccepted);
}

void TestShareDataDecoder::extraFieldsAreIgnoredAndDroppedFromTheProof()
{
    QByteArray proof = SoundProof;
    proof.replace("{\"publicKey\"", R"({"extra":[1],"publicKey")");
    const auto propose = decodedAs<Propose>(proposal(R"(,"proposedData":1,"epoch":{"deep":[2]})", proof));
    QVERIFY(propose);
    QCOMPARE(propose->proof.json, SoundProof);
}

void TestShareDataDecoder::lastOfEqualKeysCounts()
{
    const auto subscribe =
        decodedAs<Subscribe>(R"({"v":2,"v":1,"type":"ping","type":"subscribe","shareDataId":7,"shareDataId":"d"})");
    QVERIFY(subscribe);
    QCOMPARE(subscribe->documentId, "d");
}

void TestShareDataDecoder::idsMayHoldAnyCharacters()
{
    const auto frame =
        decodedAs<Unsubscribe>("{\"v\":1,\"type\":\"unsubscribe\",\"shareDataId\":\"a/b \\u00e9\\n\xF0\x9F\x8C\x8A\"}");
    QVERIFY(frame);
    QCOMPARE(frame->documentId, "a/b \xC3\xA9\n\xF0\x9F\x8C\x8A");
    QVERIFY(decodedAs<Unsubscribe>(R"({"v":1,"type":"unsubscribe","shareDataId":" "})"));
}

void TestShareDataDecoder::correlationIdIsKeptAsItWasSent()
{
    QCOMPARE(decodedAs<Ping>(R"({"v":1,"type":"ping","correlationId":"\ud800 \u0041"})")->correlationId,
             R"("\ud800 \u0041")");
}

void TestShareDataDecoder::proposedDataMayBeAnyJsonInOneLine_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("kept");
    QTest::newRow("null") << QByteArray("null") << QByteArray("null");
    QTest::newRow("false") << QByteArray("false") << QByteArray("false");
    QTest::newRow("number beyond double") << QByteArray("1e999") << QByteArray("1e999");
    QTest::newRow("text with escapes") << QByteArray(R"("a\n\ud800")") << QByteArray(R"("a\n\ud800")");
    QTest::newRow("array") << QByteArray("[1, 2]") << QByteArray("[1, 2]");
    QTest::newRow("line breaks between") << QByteArray("{\"a\":\n1,\r\n \"b\": \" \"}")
                                         << QByteArray(R"({"a":1,"b":" "})");
}

void TestShareDataDecoder::proposedDataMayBeAnyJsonInOneLine()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, kept);
    const auto propose = decodedAs<Propose>(proposal(",\"proposedData\":" + sent));
    QVERIFY(propose);
    QCOMPARE(propose->proposedData, kept);
}

void TestShareDataDecoder::unusableIdempotencyKeyIsIgnored()
{
    for (const QByteArray &key :
         {QByteArray("7"), QByteArray("\"\""), QByteArray("null"), '"' + QByteArray(200, 'k') + '"'}) {
        const auto propose = decodedAs<Propose>(proposal(",\"proposedData\":1,\"idempotencyKey\":" + key));
        QVERIFY(propose);
        QVERIFY(propose->idempotencyKey.isEmpty());
    }
}

void TestShareDataDecoder::nestingIsAcceptedUpToTheLimit()
{
    const auto nested = [](int levels) {
        return proposal(",\"proposedData\":" + QByteArray(levels, '[') + QByteArray(levels, ']'));
    };
    QVERIFY(decodedAs<Propose>(nested(Decoder::MaxDepth - 1)));
    QVERIFY(!decodedAs<Propose>(nested(Decoder::MaxDepth)));
    QVERIFY(!decodedAs<Propose>(proposal(",\"proposedData\":" + QByteArray(400'000, '['))));
}

void TestShareDataDecoder::anythingElseIsAnInvalidMessage_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
    row("empty message", "");
    row("not JSON", "hello");
    row("cut JSON", R"({"v":1,"type":"ping")");
    row("text behind the object", R"({"v":1,"type":"ping","correlationId":"c"} x)");
    row("two objects", R"({"v":1,"type":"ping","correlationId":"c"}{})");
    row("byte order mark", "\xEF\xBB\xBF{\"v\":1,\"type\":\"ping\",\"correlationId\":\"c\"}");
    row("bad UTF-8", "{\"v\":1,\"type\":\"ping\",\"correlationId\":\"\xC3\"}");
    row("bad value nobody reads", R"({"v":1,"type":"ping","correlationId":"c","extra":tru})");
    row("array", "[]");
    row("scalar", "1");
    row("null", "null");
    row("no version", R"({"type":"ping","correlationId":"c"})");
    row("no type", R"({"v":1,"correlationId":"c"})");
    row("type is no text", R"({"v":1,"type":1})");
    row("unknown type", R"({"v":1,"type":"hello"})");
    row("type in other case", R"({"v":1,"type":"Ping","correlationId":"c"})");
    for (const char *type : {"state", "transaction", "lifecycle", "proposal-result", "pong", "error"})
        row(type, R"({"v":1,"type":")" + QByteArray(type) + R"(","shareDataId":"d","correlationId":"c"})");
    row("subscribe without id", R"({"v":1,"type":"subscribe"})");
    row("subscribe with empty id", R"({"v":1,"type":"subscribe","shareDataId":""})");
    row("subscribe with number as id", R"({"v":1,"type":"subscribe","shareDataId":1})");
    row("since is null", R"({"v":1,"type":"subscribe","shareDataId":"d","since":null})");
    row("since is a number", R"({"v":1,"type":"subscribe","shareDataId":"d","since":7})");
    row("unsubscribe without id", R"({"v":1,"type":"unsubscribe"})");
    row("ping without correlation id", R"({"v":1,"type":"ping"})");
    row("ping with empty correlation id", R"({"v":1,"type":"ping","correlationId":""})");
    row("propose without proposedData", proposal({}));
    row("propose without proof", proposal(",\"proposedData\":1", {}));
    row("proof is null", proposal(",\"proposedData\":1", "null"));
    row("proof is an array", proposal(",\"proposedData\":1", "[]"));
    for (const char *field : {"publicKey", "shareDataHash", "shareDataPreviousHash", "shareDataSignature", "purpose"}) {
        QByteArray renamed = SoundProof;
        row(field, proposal(",\"proposedData\":1", renamed.replace('"' + QByteArray(field) + '"', "\"other\"")));
    }
    QByteArray proof = SoundProof;
    row("timestamp is text", proposal(",\"proposedData\":1", proof.replace("1.5", "\"1.5\"")));
    proof = SoundProof;
    row("timestamp is beyond double", proposal(",\"proposedData\":1", proof.replace("1.5", "1e999")));
    QByteArray frame = proposal(",\"proposedData\":1");
    row("empty functionId", QByteArray(frame).replace(R"("functionId":"f")", R"("functionId":"")"));
    row("no correlationId", QByteArray(frame).replace("correlationId", "other"));
    row("no shareDataId in a proposal", QByteArray(frame).replace("shareDataId", "other"));
}

void TestShareDataDecoder::anythingElseIsAnInvalidMessage()
{
    QFETCH(QByteArray, text);
    Decoder decoder;
    const auto decoded = decoder.decode(text);
    QVERIFY(std::holds_alternative<InvalidMessage>(decoded));
    QVERIFY(!std::get<InvalidMessage>(decoded).text.isEmpty());
}

void TestShareDataDecoder::bigFrameLeavesTheNextOneUnharmed()
{
    Decoder decoder;
    const QByteArray big = proposal(",\"proposedData\":\"" + QByteArray(2'000'000, 'x') + '"');
    QVERIFY(std::holds_alternative<ClientFrame>(decoder.decode(big)));
    QVERIFY(std::holds_alternative<ClientFrame>(decoder.decode(R"({"v":1,"type":"ping","correlationId":"c"})")));
}

QTEST_GUILESS_MAIN(TestShareDataDecoder)
#include "tst_sharedata_decoder.moc"
