// SPDX-License-Identifier: MIT
#include "ssma/encoder.h"

#include "ssma/decoder.h"
#include "ssma/frametexts.h"

#include <QtTest>

using namespace Tidegate::Ssma;

namespace {

const QByteArray Hard = "a\"\\\n\x01\xc3\xa4\xf0\x9f\x98\x80";
const QByteArrayList Reasons = {"replay", "channel:global"};
const QByteArrayList Channels = {"global", "c\"2"};
const ChannelRef Ref{"global", R"({"a":1})"};

RowView settledRow()
{
    return {.id = "it-00000001",
            .name = "TODO_CREATE",
            .payload = R"({"id":"t1"})",
            .meta = R"({"clock":3,"actor":"c1"})",
            .reasons = &Reasons,
            .channels = &Channels,
            .site = "default",
            .status = "acked",
            .connectionId = "c1",
            .insertedAtMs = 1795225538047,
            .updatedAtMs = 1795225538118,
            .logSeq = 18446744073709551615U};
}

QByteArray encodedRow(const RowView &row)
{
    QByteArray out;
    appendRow(out, row);
    return out;
}

} // namespace

class TestEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void frames_data();
    void frames();
    void everyChannelFrameNamesChannelAndParams_data() { frames_data(); }
    void everyChannelFrameNamesChannelAndParams();
    void rowHasEveryField();
    void rowsBackendSpeaksOnlyWhenSettled_data();
    void rowsBackendSpeaksOnlyWhenSettled();
    void flushRowIsShort();
    void reworkRowCarriesTheUndo();
    void metaIsSplicedWithoutReparsing_data();
    void metaIsSplicedWithoutReparsing();
    void rowsAreJoined();
    void hostileTextsAreEscaped();
    void decodedIntentRoundTrips();
    void errorOfARefusedBatchNamesItsIntents();
};

void TestEncoder::frames_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &frame, const QByteArray &expected) {
        QTest::newRow(name) << frame << expected;
    };
    const QByteArray rows = R"([{"id":"1"},{"id":"2"}])";
    const Continuity gap{"gap", "trimmed"};
    const std::vector<QByteArray> ids = {"i1", "i2"};
    const std::vector<AckEntry> acks = {{"i1", "acked", 5, "s", 7}, {{}, "failed", 6, "s", 8, "NO_STOCK", "Sold out"}};
    const IslandEvent island{"e1", "isl", R"({"sku":"A1"})", "stock", "default", 42, 99, "INV", R"({"q":1})"};

    row("hello", encodeHello({"leader", "c1", 1795225537812, "1.0.0", "user"}),
        R"({"type":"hello","role":"leader","connectionId":"c1","serverTime":1795225537812,"subprotocol":"1.0.0",
            "authRole":"user"})");
    row("mismatch", encodeSubprotocolMismatch("1.0.0"),
        R"({"type":"error","code":"SUBPROTOCOL_MISMATCH","expected":"1.0.0"})");
    row("replay", encodeReplay(rows, 17), R"({"type":"replay","intents":[{"id":"1"},{"id":"2"}],"cursor":17})");
    row("replay after a gap", encodeReplay("[]", 0, gap),
        R"({"type":"replay","intents":[],"cursor":0,"continuity":"gap","gapReason":"trimmed"})");
    row("replay of a full page", encodeReplay("[]", 9, {"exact", {}, true}),
        R"({"type":"replay","intents":[],"cursor":9,"continuity":"exact","hasMore":true})");
    row("error", encodeError("NOT_LEADER", "No"), R"({"type":"error","code":"NOT_LEADER","message":"No"})");
    row("error with everything", encodeError("RATE_LIMITED", "m", "[1]", ids, 250),
        R"({"type":"error","code":"RATE_LIMITED","message":"m","details":[1],"intentId":"i1","intentIds":["i1","i2"],
            "retryAfterMs":250})");
    row("error about one intent", encodeError("UNAUTHORIZED", "", "", std::span(ids).first(1)),
        R"({"type":"error","code":"UNAUTHORIZED","intentId":"i1"})");
    row("pong", encodePong(12), R"({"type":"pong","ts":12})");
    row("ack", encodeAck(acks),
        R"({"type":"ack","intents":[{"id":"i1","status":"acked","serverTimestamp":5,"site":"s","logSeq":7},
            {"status":"failed","serverTimestamp":6,"site":"s","logSeq":8,"code":"NO_STOCK","message":"Sold out"}]})");
    row("channel.ack", encodeChannelAck(Ref, 4),
        R"({"type":"channel.ack","status":"ok","channel":"global","params":{"a":1},"cursor":4,"metadata":{}})");
    row("channel.ack again", encodeChannelAckAlreadySubscribed(Ref),
        R"({"type":"channel.ack","status":"ok","channel":"global","params":{"a":1},"code":"ALREADY_SUBSCRIBED"})");
    row("channel.ack error", encodeChannelAckError(Ref, "UNKNOWN_CHANNEL"),
        R"({"type":"channel.ack","status":"error","channel":"global","params":{"a":1},"code":"UNKNOWN_CHANNEL"})");
    row("channel.ack limited", encodeChannelAckError(Ref, "RATE_LIMITED", 900),
        R"({"type":"channel.ack","status":"error","channel":"global","params":{"a":1},"code":"RATE_LIMITED",
            "retryAfterMs":900})");
    row("channel.snapshot", encodeChannelSnapshot(Ref, rows, 2, {"snapshot", {}}),
        R"({"type":"channel.snapshot","channel":"global","params":{"a":1},"intents":[{"id":"1"},{"id":"2"}],
            "cursor":2,"continuity":"snapshot"})");
    row("channel.replay", encodeChannelReplay(Ref, rows, 2, {"exact", {}}),
        R"({"type":"channel.replay","status":"ok","channel":"global","params":{"a":1},
            "intents":[{"id":"1"},{"id":"2"}],"cursor":2,"continuity":"exact"})");
    row("channel.replay error", encodeChannelReplayError(Ref, "UNKNOWN_CHANNEL"),
        R"({"type":"channel.replay","status":"error","channel":"global","params":{"a":1},"code":"UNKNOWN_CHANNEL"})");
    row("channel.replay pushed", encodeChannelResend(Ref, "manual-resend", "[]", 2),
        R"({"type":"channel.replay","channel":"global","params":{"a":1},"reason":"manual-resend","intents":[],
            "cursor":2})");
    row("channel.invalidate", encodeChannelInvalidate(Ref, "intent-flush", 4, rows),
        R"({"type":"channel.invalidate","channel":"global","params":{"a":1},"reason":"intent-flush","cursor":4,
            "intents":[{"id":"1"},{"id":"2"}]})");
    row("channel.unsubscribed", encodeChannelUnsubscribed(Ref),
        R"({"type":"channel.unsubscribed","status":"ok","channel":"global","params":{"a":1}})");
    row("channel.unsubscribed error", encodeChannelUnsubscribedError(Ref, "NOT_SUBSCRIBED"),
        R"({"type":"channel.unsubscribed","status":"error","channel":"global","params":{"a":1},
            "code":"NOT_SUBSCRIBED"})");
    row("channel.close", encodeChannelClose(Ref, "ACCESS_DENIED", "why", 77),
        R"({"type":"channel.close","channel":"global","params":{"a":1},"code":"ACCESS_DENIED","reason":"why",
            "timestamp":77})");
    row("channel.command", encodeCommandOk(Ref, "resend"),
        R"({"type":"channel.command","status":"ok","channel":"global","command":"resend","params":{"a":1}})");
    row("channel.command filter", encodeCommandFilter(Ref, R"({"f":1})"),
        R"({"type":"channel.command","status":"ok","channel":"global","command":"filter","params":{"a":1},
            "filter":{"f":1}})");
    row("channel.command filter taken away", encodeCommandFilter(Ref, {}),
        R"({"type":"channel.command","status":"ok","channel":"global","command":"filter","params":{"a":1},
            "filter":null})");
    row("channel.command result", encodeCommandResult(Ref, "x", "[1]"),
        R"({"type":"channel.command","status":"ok","channel":"global","command":"x","params":{"a":1},"result":[1]})");
    row("channel.command error", encodeCommandError(Ref, "x", "UNKNOWN_COMMAND"),
        R"({"type":"channel.command","status":"error","channel":"global","command":"x","params":{"a":1},
            "code":"UNKNOWN_COMMAND"})");
    row("island.invalidate", encodeIslandInvalidate(island),
        R"({"type":"island.invalidate","eventId":"e1","islandId":"isl","parameters":{"sku":"A1"},"reason":"stock",
            "site":"default","cursor":42,"timestamp":99,"dataContract":"INV","payload":{"q":1}})");
    row("SSE island.invalidate without the optional fields", sseIslandInvalidate({.islandId = "isl"}),
        R"({"islandId":"isl","parameters":{},"cursor":0,"timestamp":0,"payload":{}})");
    row("SSE ready", sseReady("sse-1"), R"({"clientId":"sse-1"})");
    row("SSE replay", sseReplay(rows, 3, "s", {"exact", {}}),
        R"({"intents":[{"id":"1"},{"id":"2"}],"cursor":3,"site":"s","continuity":"exact"})");
    row("SSE invalidate", sseInvalidate("intent-flush", "s", 3, "[]"),
        R"({"reason":"intent-flush","site":"s","cursor":3,"intents":[]})");
    row("SSE rework", sseRework("manual-rework", rows),
        R"({"reason":"manual-rework","intents":[{"id":"1"},{"id":"2"}]})");
    row("SSE undo", sseUndo("i1", "A", "client-undo"), R"({"id":"i1","intent":"A","reason":"client-undo"})");
    row("SSE retry", sseRetry(), R"({"reason":"backpressure"})");
}

void TestEncoder::frames()
{
    QFETCH(QByteArray, frame);
    QFETCH(QByteArray, expected);
    QVERIFY2(!parsed(expected).isEmpty(), "row is no JSON");
    QCOMPARE_EQ(parsed(frame), parsed(expected));
    QVERIFY(!frame.contains('\n'));
}

void TestEncoder::everyChannelFrameNamesChannelAndParams()
{
    QFETCH(QByteArray, frame);
    const QJsonObject object = parsed(frame);
    if (!object[u"type"].toString().startsWith(QStringLiteral("channel.")))
        return;
    QCOMPARE_EQ(object[u"channel"].toString(), QStringLiteral("global"));
    QCOMPARE_EQ(object[u"params"].toObject(), parsed(R"({"a":1})"));
}

void TestEncoder::rowHasEveryField()
{
    const QByteArray row = encodedRow(settledRow());
    const QByteArray expected = R"({"id":"it-00000001","intent":"TODO_CREATE","payload":{"id":"t1"},
        "meta":{"clock":3,"reasons":["replay","channel:global"],"channels":["global","c\"2"],"actor":"c1"},
        "site":"default","status":"acked","connectionId":"c1","insertedAt":1795225538047,"updatedAt":1795225538118,
        "logSeq":18446744073709551615,"backend":{"code":null,"message":null,"updatedAt":1795225538118}})";
    QCOMPARE_EQ(parsed(row), parsed(expected));
    QVERIFY(row.contains("\"logSeq\":18446744073709551615"));
}

void TestEncoder::rowsBackendSpeaksOnlyWhenSettled_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("backend");
    const auto row = [](const char *name, const char *status, const char *code, const char *message,
                        const char *backend) {
        QTest::newRow(name) << QByteArray(status) << QByteArray(code) << QByteArray(message) << QByteArray(backend);
    };
    row("pending", "pending", "", "", "");
    row("rejected with a code", "rejected", "OUT_OF_STOCK", "none left",
        R"({"code":"OUT_OF_STOCK","message":"none left","updatedAt":1795225538118})");
    row("pending again after a failure", "pending", "BACKEND_REQUEST_FAILED", "",
        R"({"code":"BACKEND_REQUEST_FAILED","message":null,"updatedAt":1795225538118})");
}

void TestEncoder::rowsBackendSpeaksOnlyWhenSettled()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, backend);
    RowView view = settledRow();
    view.status = status;
    view.backendCode = code;
    view.backendMessage = message;
    const QJsonObject row = parsed(encodedRow(view));
    QCOMPARE_EQ(row[u"status"].toString().toUtf8(), status);
    QCOMPARE_EQ(row.contains(u"backend"), !backend.isEmpty());
    QCOMPARE_EQ(row[u"backend"].toObject(), parsed(backend));
}

void TestEncoder::flushRowIsShort()
{
    QByteArray out = "[";
    appendFlushRow(out, settledRow());
    QVERIFY(out.startsWith("[{"));
    QCOMPARE_EQ(parsed(out.sliced(1)), parsed(R"({"id":"it-00000001","intent":"TODO_CREATE","payload":{"id":"t1"},
                    "meta":{"clock":3,"reasons":["replay","channel:global"],"channels":["global","c\"2"],"actor":"c1"},
                    "insertedAt":1795225538047,"logSeq":18446744073709551615})"));
}

void TestEncoder::reworkRowCarriesTheUndo()
{
    QByteArray out;
    appendReworkRow(out, settledRow(), R"({"intent":"U"})");
    QCOMPARE_EQ(parsed(out), parsed(R"({"id":"it-00000001","intent":"TODO_CREATE","undo":{"intent":"U"},
                                        "payload":{"id":"t1"},"channels":["global","c\"2"],"site":"default"})"));
}

void TestEncoder::metaIsSplicedWithoutReparsing_data()
{
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("spliced");
    QTest::newRow("empty") << QByteArray("{}") << QByteArray(R"({"reasons":[],"channels":[]})");
    QTest::newRow("missing") << QByteArray() << QByteArray(R"({"reasons":[],"channels":[]})");
    QTest::newRow("with members") << QByteArray(R"({"clock":1.50,"x":{}})")
                                  << QByteArray(R"({"clock":1.50,"x":{},"reasons":[],"channels":[]})");
}

void TestEncoder::metaIsSplicedWithoutReparsing()
{
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, spliced);
    RowView view = settledRow();
    view.meta = meta;
    view.reasons = nullptr;
    view.channels = nullptr;
    QVERIFY(encodedRow(view).contains("\"meta\":" + spliced + ','));
    QCOMPARE_EQ(metaWithActor(meta, "a\"b").startsWith(meta.chopped(meta.isEmpty() ? 0 : 1)), true);
    QCOMPARE_EQ(parsed(metaWithActor(meta, "a\"b"))[u"actor"].toString(), QStringLiteral("a\"b"));
}

void TestEncoder::rowsAreJoined()
{
    QCOMPARE_EQ(rowArray({}), QByteArray("[]"));
    const std::vector<QByteArray> rows = {"{\"a\":1}", "{}", "[]"};
    QCOMPARE_EQ(rowArray(rows), QByteArray("[{\"a\":1},{},[]]"));
}

void TestEncoder::hostileTextsAreEscaped()
{
    const QString text = QString::fromUtf8(Hard);
    const QJsonObject frame = parsed(encodeChannelInvalidate({Hard, {}}, Hard, 1, "[]"));
    QCOMPARE_EQ(frame[u"channel"].toString(), text);
    QCOMPARE_EQ(frame[u"reason"].toString(), text);
    QCOMPARE_EQ(frame[u"params"].toObject(), QJsonObject());
    RowView view = settledRow();
    view.id = view.name = view.site = view.connectionId = view.backendMessage = Hard;
    const QJsonObject row = parsed(encodedRow(view));
    for (const auto *key : {u"id", u"intent", u"site", u"connectionId"})
        QCOMPARE_EQ(row[QStringView(key)].toString(), text);
    QCOMPARE_EQ(row[u"backend"][u"message"].toString(), text);
}

void TestEncoder::decodedIntentRoundTrips()
{
    const IntentEntry intent =
        onlyIntent(batchWithMeta(R"("reasons":["r"],"channels":["x"],"actor":"me","undo":{"a":1},"z":"\u00e4")"));
    const QByteArray meta = metaWithActor(intent.meta, intent.actor);
    RowView view = settledRow();
    view.id = intent.id;
    view.name = intent.name;
    view.payload = intent.payload;
    view.meta = meta;
    view.reasons = &intent.reasons;
    view.channels = &intent.channels;
    QCOMPARE_EQ(parsed(encodedRow(view))[u"meta"].toObject(),
                parsed(R"({"clock":7,"reasons":["r"],"channels":["x"],"actor":"me","undo":{"a":1},"z":"ä"})"));
}

void TestEncoder::errorOfARefusedBatchNamesItsIntents()
{
    const auto error = refusal(R"({"type":"intent.batch","intents":[{"id":"i-000001"}]})");
    QVERIFY(error);
    const QJsonObject frame = parsed(encodeError(*error));
    QCOMPARE_EQ(frame[u"code"].toString(), QStringLiteral("INVALID_CONTRACT"));
    QCOMPARE_EQ(frame[u"intentId"].toString(), QStringLiteral("i-000001"));
    QVERIFY(frame[u"details"].isArray());
}

QTEST_GUILESS_MAIN(TestEncoder)
#include "tst_encoder.moc"
