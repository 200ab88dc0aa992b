// SPDX-License-Identifier: MIT
#include "ssma/decoder.h"

#include "ssma/contractvalidator.h"
#include "ssma/frametexts.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QtTest>

using namespace Tidegate::Ssma;

class TestDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKnownTypeBecomesItsFrame();
    void absentFieldsGetTheirDefaults();
    void goldenClientFramesAreAccepted();
    void fractionsOfCursorAndLimitAreDropped();
    void lastOfEqualKeysCounts();
    void keysAndTypesMayBeEscaped();
    void paramsAreCanonical();
    void rawValuesHaveNoLineBreaks();
    void rawValuesKeepTheirText_data();
    void rawValuesKeepTheirText();
    void megabytePayloadPassesAndTheNextFrameIsUnharmed();

    void hostileTextIsNotJson_data();
    void hostileTextIsNotJson();
    void nestingIsAcceptedUpToTheLimit();
    void unknownTypeIsNamedAsJavaScriptPrintsIt_data();
    void unknownTypeIsNamedAsJavaScriptPrintsIt();
    void brokenContractNamesItAndTheDetails_data();
    void brokenContractNamesItAndTheDetails();
    void refusedBatchNamesTheIdsThatCouldBeFound();
    void syntaxIsCheckedBeforeTypeAndContract();
};

void TestDecoder::everyKnownTypeBecomesItsFrame()
{
    const IntentEntry intent = onlyIntent(
        batchOf(R"("id":"i-000001","intent":"TODO","payload":{"a":[1]},"meta":{"clock":3,"x":1},"more":true)"));
    QCOMPARE_EQ(intent.id, QByteArray("i-000001"));
    QCOMPARE_EQ(intent.name, QByteArray("TODO"));
    QCOMPARE_EQ(intent.payload, QByteArray(R"({"a":[1]})"));
    QCOMPARE_EQ(parsed(intent.meta), parsed(R"({"clock":3,"x":1})"));

    const auto subscribe = decodedAs<ChannelSubscribe>(
        R"({"type":"channel.subscribe","channel":"c","params":{"b":1,"a":2},"filter":{"f":1}})");
    QVERIFY(subscribe);
    QCOMPARE_EQ(subscribe->channel, QByteArray("c"));
    QCOMPARE_EQ(subscribe->params, QByteArray(R"({"a":2,"b":1})"));
    QCOMPARE_EQ(subscribe->filter, QByteArray(R"({"f":1})"));

    const auto unsubscribe =
        decodedAs<ChannelUnsubscribe>(R"({"channel":"c","params":{"a":1},"type":"channel.unsubscribe"})");
    QVERIFY(unsubscribe);
    QCOMPARE_EQ(unsubscribe->params, QByteArray(R"({"a":1})"));

    const auto resync =
        decodedAs<ChannelResync>(R"({"type":"channel.resync","channel":"c","params":{},"cursor":17,"limit":1000})");
    QVERIFY(resync);
    QCOMPARE_EQ(resync->cursor, 17U);
    QCOMPARE_EQ(resync->limit, 1000);

    const auto command = decodedAs<ChannelCommand>(
        R"({"type":"channel.command","channel":"c","params":{},"command":"resend","args":{"reason":"r"}})");
    QVERIFY(command);
    QCOMPARE_EQ(command->command, QByteArray("resend"));
    QCOMPARE_EQ(command->args, QByteArray(R"({"reason":"r"})"));

    QVERIFY(decodedAs<Ping>(R"( {"type":"ping"} )"));
}

void TestDecoder::absentFieldsGetTheirDefaults()
{
    const auto subscribe = decodedAs<ChannelSubscribe>(R"({"type":"channel.subscribe","channel":"c","filter":null})");
    QVERIFY(subscribe);
    QCOMPARE_EQ(subscribe->params, QByteArray("{}"));
    QVERIFY(subscribe->filter.isEmpty());

    const auto resync = decodedAs<ChannelResync>(R"({"type":"channel.resync","channel":"c"})");
    QVERIFY(resync);
    QCOMPARE_EQ(resync->cursor, 0U);
    QCOMPARE_EQ(resync->limit, 200);

    const auto command = decodedAs<ChannelCommand>(R"({"type":"channel.command","channel":"c","command":"x"})");
    QVERIFY(command);
    QCOMPARE_EQ(command->args, QByteArray("{}"));

    const IntentEntry intent = onlyIntent(batchOf(R"("intent":"A","payload":null,"meta":{"clock":0})"));
    QVERIFY(intent.id.isEmpty());
    QCOMPARE_EQ(intent.payload, QByteArray("null"));
}

void TestDecoder::goldenClientFramesAreAccepted()
{
    const QDir vectors(QStringLiteral(TIDEGATE_SSMA_VECTORS));
    int frames = 0;
    for (const QString &name : vectors.entryList({QStringLiteral("*.json")})) {
        QFile file(vectors.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QJsonValue &value : parsed(file.readAll())[u"client"].toArray()) {
            const QJsonObject frame = value.toObject();
            if (frame[u"type"] == QStringLiteral("connect"))
                continue;
            const auto error = refusal(QJsonDocument(frame).toJson());
            QVERIFY2(!error, error ? (error->message + error->details).constData() : "");
            ++frames;
        }
    }
    QVERIFY(frames >= 5);
}

void TestDecoder::fractionsOfCursorAndLimitAreDropped()
{
    const auto resync = decodedAs<ChannelResync>(R"({"type":"channel.resync","channel":"c","cursor":2.9,"limit":1.5})");
    QVERIFY(resync);
    QCOMPARE_EQ(resync->cursor, 2U);
    QCOMPARE_EQ(resync->limit, 1);
    const auto far = decodedAs<ChannelResync>(R"({"type":"channel.resync","channel":"c","cursor":1e400})");
    QVERIFY(far);
    QCOMPARE_EQ(far->cursor, std::numeric_limits<quint64>::max());
    const auto negativeZero = decodedAs<ChannelResync>(R"({"type":"channel.resync","channel":"c","cursor":-0.0})");
    QVERIFY(negativeZero);
    QCOMPARE_EQ(negativeZero->cursor, 0U);
}

void TestDecoder::lastOfEqualKeysCounts()
{
    QVERIFY(decodedAs<Ping>(R"({"type":"nonsense","type":"ping"})"));
    const IntentEntry intent = onlyIntent(R"({"type":"intent.batch","intents":0,"intents":[
        {"id":1,"id":"i-000001","intent":"A","intent":"B","payload":1,"payload":2,
         "meta":7,"meta":{"clock":"x","clock":1,"undo":1,"undo":{"u":2}}}]})");
    QCOMPARE_EQ(intent.id, QByteArray("i-000001"));
    QCOMPARE_EQ(intent.name, QByteArray("B"));
    QCOMPARE_EQ(intent.payload, QByteArray("2"));
    QCOMPARE_EQ(intent.undo, QByteArray(R"({"u":2})"));
    QCOMPARE_EQ(intent.meta, QByteArray(R"({"clock":1,"undo":{"u":2}})"));
    QVERIFY(refusal(R"({"type":"channel.subscribe","channel":"c","channel":1})"));
}

void TestDecoder::keysAndTypesMayBeEscaped()
{
    const auto subscribe =
        decodedAs<ChannelSubscribe>(R"({"\u0074ype":"channel\u002esubscribe","ch\u0061nnel":"\u00e4\n\ud83d\ude00"})");
    QVERIFY(subscribe);
    QCOMPARE_EQ(subscribe->channel, QByteArray("\xc3\xa4\n\xf0\x9f\x98\x80"));
}

void TestDecoder::paramsAreCanonical()
{
    const auto subscribe = decodedAs<ChannelSubscribe>("{\"type\":\"channel.subscribe\",\"channel\":\"c\",\"params\": "
                                                       "{ \"b\" : [ 1 , {\"d\":1,\"c\":2} ],\n\"a\":1}}");
    QVERIFY(subscribe);
    QCOMPARE_EQ(subscribe->params, QByteArray(R"({"a":1,"b":[1,{"c":2,"d":1}]})"));
}

void TestDecoder::rawValuesHaveNoLineBreaks()
{
    const QByteArray pretty =
        "{\r\n \"type\": \"intent.batch\",\n \"intents\": [ {\n \"intent\": \"A\",\n \"payload\":\n"
        " { \"text\" : \"two words\\n\",\r \"list\" : [ 1 ,\n 2 ] },\n"
        " \"meta\": { \"clock\" : 1 ,\n \"undo\" : { \"a\" :\n 1 }, \"x\" : [\n] } } ]\n}\n";
    const IntentEntry intent = onlyIntent(pretty);
    QCOMPARE_EQ(intent.payload, QByteArray(R"({"text":"two words\n","list":[1,2]})"));
    QCOMPARE_EQ(intent.undo, QByteArray(R"({"a":1})"));
    QVERIFY(!intent.meta.contains('\n') && !intent.meta.contains('\r'));
    QCOMPARE_EQ(parsed(intent.meta), parsed(R"({"clock":1,"undo":{"a":1},"x":[]})"));

    const auto command = decodedAs<ChannelCommand>(
        "{\"type\":\"channel.command\",\"channel\":\"c\",\"command\":\"x\",\"args\":{\"a\":\n[ ] }}");
    QVERIFY(command);
    QCOMPARE_EQ(command->args, QByteArray(R"({"a":[]})"));
}

void TestDecoder::rawValuesKeepTheirText_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("integer beyond 64 bits") << QByteArray("123456789012345678901234567890");
    QTest::newRow("number beyond double") << QByteArray("1e400");
    QTest::newRow("number under double") << QByteArray("-1.5E-999");
    QTest::newRow("exponent beyond everything") << QByteArray("1e99999999999999999999");
    QTest::newRow("digits without end") << QByteArray("9").repeated(5000);
    QTest::newRow("negative zero") << QByteArray("-0");
    QTest::newRow("lone surrogate") << QByteArray(R"("\ud83d")");
    QTest::newRow("surrogates in the wrong order") << QByteArray(R"("\ude00\ud83d")");
    QTest::newRow("escaped NUL") << QByteArray(R"("\u0000")");
    QTest::newRow("every escape") << QByteArray(R"("\"\\\/\b\f\n\r\t\u00Ff")");
    QTest::newRow("characters of every length") << QByteArray("\"\x7f\xc2\x80\xe2\x82\xac\xf0\x9f\x98\x80\"");
    QTest::newRow("brackets in a string") << QByteArray(R"({"]}\"":"[{\\"})");
    QTest::newRow("spaces between tokens") << QByteArray(R"({ "a" : [ 1 , 2 ] })");
    QTest::newRow("empty containers") << QByteArray("[{},[],\"\"]");
    QTest::newRow("equal keys") << QByteArray(R"({"a":1,"a":2})");
    QTest::newRow("literals") << QByteArray("[true,false,null]");
}

void TestDecoder::rawValuesKeepTheirText()
{
    QFETCH(QByteArray, value);
    const IntentEntry intent = onlyIntent(
        batchOf("\"intent\":\"A\",\"payload\":" + value + ",\"meta\":{\"clock\":1e400,\"x\":" + value + '}'));
    QCOMPARE_EQ(intent.payload, value);
    QCOMPARE_EQ(intent.meta, "{\"clock\":1e400,\"x\":" + value + '}');
}

void TestDecoder::megabytePayloadPassesAndTheNextFrameIsUnharmed()
{
    Decoder decoder;
    const QByteArray payload = '"' + QByteArray("x").repeated(1024 * 1024) + '"';
    for (int i = 0; i < 2; ++i) {
        const auto batch = decodedAs<IntentBatch>(
            decoder.decode(batchOf("\"intent\":\"A\",\"payload\":" + payload + ",\"meta\":{\"clock\":1}")));
        QVERIFY(batch);
        QCOMPARE_EQ(batch->intents.front().payload, payload);
        QVERIFY(decodedAs<Ping>(decoder.decode(R"({"type":"ping"})")));
    }
}

void TestDecoder::hostileTextIsNotJson_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
    row("nothing", "");
    row("only spaces", " \n ");
    row("a word", "hello");
    row("open object", "{");
    row("open array", "[");
    row("open string", R"({"type":"ping)");
    row("closed too often", R"({"type":"ping"}})");
    row("second value", R"({"type":"ping"} {"type":"ping"})");
    row("trailing word", R"({"type":"ping"}x)");
    row("trailing comma", R"({"type":"ping",})");
    row("missing comma", R"({"type":"ping" "a":1})");
    row("missing colon", R"({"type" "ping"})");
    row("colon for a comma", R"({"type":"ping":1})");
    row("colon for a comma in an array", R"({"type":"ping","a":["b":1]})");
    row("colon for a comma after a number", R"({"type":"ping","a":1:1})");
    row("no value", R"({"type":"ping","a":})");
    row("no value before a comma", R"({"type":"ping","a":,"b":1})");
    row("no element", R"({"type":"ping","a":[,]})");
    row("key without quotes", R"({type:"ping"})");
    row("key that is a number", R"({1:"ping"})");
    row("mismatched brackets", R"({"type":[1,2}})");
    row("missing inner bracket", R"({"type":{"a":1})");
    row("number with leading zero", R"({"type":"ping","a":01})");
    row("number with leading plus", R"({"type":"ping","a":+1})");
    row("number that ends in a dot", R"({"type":"ping","a":1.})");
    row("number without whole part", R"({"type":"ping","a":.5})");
    row("number without exponent", R"({"type":"ping","a":1e})");
    row("only a minus", R"({"type":"ping","a":-})");
    row("hexadecimal", R"({"type":"ping","a":0x10})");
    row("not a number", R"({"type":"ping","a":NaN})");
    row("misspelt literal", R"({"type":"ping","a":nul})");
    row("literal with a tail", R"({"type":"ping","a":truefalse})");
    row("number glued to a string", R"({"type":"ping","a":1"b"})");
    row("string glued to a number", R"({"type":"ping","a":"b"1})");
    row("unknown escape", R"({"type":"ping","a":"\x"})");
    row("short unicode escape", R"({"type":"ping","a":"\u12"})");
    row("bad unicode escape", R"({"type":"ping","a":"\u12g4"})");
    row("bad escape in a key", R"({"type":"ping","\x":1})");
    row("bad escape deep inside a payload", batchOf(R"("intent":"A","payload":[[{"a":["\q"]}]],"meta":{"clock":1})"));
    row("bad number deep inside meta", batchWithMeta(R"("x":{"y":[1.]})"));
    row("raw line break in a string", "{\"type\":\"pi\nng\"}");
    row("raw NUL in a string", QByteArray("{\"type\":\"pi\0ng\"}", 16));
    row("NUL after the frame", QByteArray("{\"type\":\"ping\"}\0", 16));
    row("bad UTF-8", "{\"type\":\"ping\",\"a\":\"\xff\"}");
    row("UTF-8 cut short", "{\"type\":\"ping\",\"a\":\"\xf0\x9f\x98\"}");
    row("surrogate in UTF-8", "{\"type\":\"ping\",\"a\":\"\xed\xa0\x80\"}");
    row("comment", R"({"type":"ping"/**/})");
    row("only brackets", QByteArray("[").repeated(100'000));
    row("only opening objects", QByteArray("{\"a\":").repeated(100'000));
}

void TestDecoder::hostileTextIsNotJson()
{
    QFETCH(QByteArray, text);
    const auto error = refusal(text);
    QVERIFY(error);
    QCOMPARE_EQ(error->code, QByteArray("INVALID_JSON"));
    QVERIFY(!error->message.isEmpty());
    QVERIFY(error->details.isEmpty());
}

void TestDecoder::nestingIsAcceptedUpToTheLimit()
{
    // The frame, the intents and the intent are the first three levels.
    const auto nested = [](int levels) {
        return batchOf("\"intent\":\"A\",\"payload\":" + QByteArray("[").repeated(levels) +
                       QByteArray("]").repeated(levels) + ",\"meta\":{\"clock\":1}");
    };
    QVERIFY(!refusal(nested(Decoder::MaxDepth - 3)));
    const auto error = refusal(nested(Decoder::MaxDepth - 2));
    QVERIFY(error);
    QCOMPARE_EQ(error->code, QByteArray("INVALID_JSON"));
}

void TestDecoder::unknownTypeIsNamedAsJavaScriptPrintsIt_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("printed");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &printed) {
        QTest::newRow(name) << text << printed;
    };
    row("name nobody knows", R"({"type":"x"})", "x");
    row("name with quotes", R"({"type":"a\"b"})", "a\"b");
    row("name without end", R"({"type":")" + QByteArray("x").repeated(5000) + R"("})", QByteArray("x").repeated(96));
    row("known name in capitals", R"({"type":"PING"})", "PING");
    row("no type", R"({"a":1})", "undefined");
    row("empty object", "{}", "undefined");
    row("array", "[1]", "undefined");
    row("empty array", " [] ", "undefined");
    row("text", R"("ping")", "undefined");
    row("number", "-1.5e3", "undefined");
    row("true", "true", "undefined");
    row("null", " null ", "undefined");
    row("type is null", R"({"type":null})", "null");
    row("type is a number", R"({"type":5})", "5");
    row("type is an object", R"({"type":{}})", "[object Object]");
}

void TestDecoder::unknownTypeIsNamedAsJavaScriptPrintsIt()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, printed);
    const auto error = refusal(text);
    QVERIFY(error);
    QCOMPARE_EQ(error->code, QByteArray("UNKNOWN_TYPE"));
    QCOMPARE_EQ(error->message, "Unsupported type: " + printed);
}

void TestDecoder::brokenContractNamesItAndTheDetails_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("contract");
    QTest::addColumn<QByteArray>("instancePath");
    QTest::addColumn<QByteArray>("keyword");
    const auto row = [](const char *name, const QByteArray &text, const char *contract, const char *path,
                        const char *keyword) {
        QTest::newRow(name) << text << QByteArray(contract) << QByteArray(path) << QByteArray(keyword);
    };
    const QByteArray intent = R"({"intent":"A","payload":1,"meta":{"clock":1}})";
    row("ping with a field", R"({"type":"ping","a":1})", "optimistic.PING", "", "additionalProperties");
    row("ping with a field of another type", R"({"type":"ping","channel":"c"})", "optimistic.PING", "",
        "additionalProperties");
    row("no intents", R"({"type":"intent.batch"})", "optimistic.INTENT_BATCH", "", "required");
    row("intents are no array", R"({"type":"intent.batch","intents":{}})", "optimistic.INTENT_BATCH", "/intents",
        "type");
    row("51 intents", R"({"type":"intent.batch","intents":[)" + (intent + ',').repeated(50) + intent + "]}",
        "optimistic.INTENT_BATCH", "/intents", "maxItems");
    row("intent is no object", R"({"type":"intent.batch","intents":[null]})", "optimistic.INTENT_BATCH", "/intents/0",
        "type");
    row("no payload", batchOf(R"("intent":"A","meta":{"clock":1})"), "optimistic.INTENT_BATCH", "/intents/0",
        "required");
    row("no clock", batchOf(R"("intent":"A","payload":1,"meta":{})"), "optimistic.INTENT_BATCH", "/intents/0/meta",
        "required");
    row("clock under zero", batchOf(R"("intent":"A","payload":1,"meta":{"clock":-1})"), "optimistic.INTENT_BATCH",
        "/intents/0/meta/clock", "minimum");
    row("name too long",
        batchOf(R"("intent":")" + QByteArray("n").repeated(97) + R"(","payload":1,"meta":{"clock":1})"),
        "optimistic.INTENT_BATCH", "/intents/0/intent", "maxLength");
    row("17 reasons", batchWithMeta(R"("reasons":[)" + QByteArray(R"("r",)").repeated(16) + R"("r"])"),
        "optimistic.INTENT_BATCH", "/intents/0/meta/reasons", "maxItems");
    row("empty reason", batchWithMeta(R"("reasons":[""])"), "optimistic.INTENT_BATCH", "/intents/0/meta/reasons/0",
        "minLength");
    row("site is no text", batchWithMeta(R"("site":1)"), "optimistic.INTENT_BATCH", "/intents/0/meta/site", "type");
    row("no channel", R"({"type":"channel.unsubscribe"})", "channels.CHANNEL_UNSUBSCRIBE", "", "required");
    row("params are an array", R"({"type":"channel.subscribe","channel":"c","params":[]})",
        "channels.CHANNEL_SUBSCRIBE", "/params", "type");
    row("filter is a text", R"({"type":"channel.subscribe","channel":"c","filter":""})", "channels.CHANNEL_SUBSCRIBE",
        "/filter", "type");
    row("limit under one", R"({"type":"channel.resync","channel":"c","limit":0.5})", "channels.CHANNEL_RESYNC",
        "/limit", "minimum");
    row("limit over 1000", R"({"type":"channel.resync","channel":"c","limit":1000.5})", "channels.CHANNEL_RESYNC",
        "/limit", "maximum");
    row("cursor is a text", R"({"type":"channel.resync","channel":"c","cursor":"1"})", "channels.CHANNEL_RESYNC",
        "/cursor", "type");
    row("command too long",
        R"({"type":"channel.command","channel":"c","command":")" + QByteArray("c").repeated(129) + R"("})",
        "channels.CHANNEL_COMMAND", "/command", "maxLength");
    row("args are null", R"({"type":"channel.command","channel":"c","command":"c","args":null})",
        "channels.CHANNEL_COMMAND", "/args", "type");
}

void TestDecoder::brokenContractNamesItAndTheDetails()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, contract);
    QFETCH(QByteArray, instancePath);
    QFETCH(QByteArray, keyword);

    const auto error = refusal(text);
    QVERIFY(error);
    QCOMPARE_EQ(error->code, QByteArray("INVALID_CONTRACT"));
    QCOMPARE_EQ(error->message, "Contract validation failed for " + contract);
    bool isFound = false;
    for (const QJsonValue &detail : QJsonDocument::fromJson(error->details).array()) {
        isFound = isFound || (detail[u"instancePath"] == QString::fromUtf8(instancePath) &&
                              detail[u"keyword"] == QString::fromUtf8(keyword));
    }
    QVERIFY2(isFound, error->details.constData());
}

void TestDecoder::refusedBatchNamesTheIdsThatCouldBeFound()
{
    const auto error = refusal(R"({"type":"intent.batch","intents":[{"id":"i-000001"},7,{"id":8},{"id":"x"},{"id":""},
        {"id":"i-000002","intent":"A","payload":1,"meta":{"clock":1}}]})");
    QVERIFY(error);
    QCOMPARE_EQ(error->intentIds, (std::vector<QByteArray>{"i-000001", "x", "i-000002"}));
    const auto other = refusal(R"({"type":"ping","intents":7})");
    QVERIFY(other);
    QVERIFY(other->intentIds.empty());
}

void TestDecoder::syntaxIsCheckedBeforeTypeAndContract()
{
    const auto unknown = refusal(R"({"type":"nonsense","a":[1,}})");
    QVERIFY(unknown);
    QCOMPARE_EQ(unknown->code, QByteArray("INVALID_JSON"));
    const auto broken = refusal(R"({"type":"ping","a":1,"b":"\x"})");
    QVERIFY(broken);
    QCOMPARE_EQ(broken->code, QByteArray("INVALID_JSON"));
}

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
