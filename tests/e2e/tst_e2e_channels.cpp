// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

namespace {

const QString Ack = QStringLiteral("channel.ack");
const QString Snapshot = QStringLiteral("channel.snapshot");
const QString Invalidate = QStringLiteral("channel.invalidate");
const QString Close = QStringLiteral("channel.close");
const QString Replay = QStringLiteral("channel.replay");
const QString Command = QStringLiteral("channel.command");
const QString Unsubscribed = QStringLiteral("channel.unsubscribed");

} // namespace

//! SSMA spec sections 8.1 to 8.3 against the real binary.
class TestE2eChannels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_backend.reset(); }

    // Subscribe
    void ackAndThenSnapshot();
    void snapshotHasTheRowsOfTheStoreWithoutABackend();
    void snapshotShowsTheNewestRows();
    void snapshotComesFromTheBackendWhenItHasOne();
    void failingSnapshotOfTheBackendFallsBackToTheStore();
    void unknownChannelIsRefusedAndClosed();
    void protectedChannelIsRefusedAndClosed();
    void protectedChannelIsOpenToStaff();
    void backendIsNotAskedForRefusedChannels();
    void secondSubscribeSaysAlreadySubscribed();
    void keyOrderOfParamsDoesNotMatter();
    void missingParamsAreAnEmptyObject();
    void nothingOvertakesAckAndSnapshot();

    // Unsubscribe
    void unsubscribeAnswersOnceAndCloses();
    void unsubscribeOfNothingIsAnError();
    void afterUnsubscribeNothingComes();

    // Resync
    void resyncNeedsNoSubscription();
    void resyncHonoursCursorAndLimit();
    void emptyResyncHasTheNewestCursor();
    void resyncOfAnUnknownChannelIsAnError();
    void resyncOfAProtectedChannelIsRefused();

    // Commands
    void commandErrors_data();
    void commandErrors();
    void filterIsStoredAndEchoed();
    void filterNarrowsWhenTheChannelSaysSo();
    void resendPushesTheRowsAndThenReplies();

    // Fan-out
    void invalidationHasChannelParamsReasonAndCursor();
    void everySubscriptionGetsItsOwnCopyWithItsParams();
    void batchIsSplitByChannel();
    void fanOutStaysOnTheSite();
    void closedSocketDropsItsSubscriptions();

private:
    bool join(WsClient &client, const char *site, const QByteArray &token = {})
    {
        return client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site))),
                           token);
    }
    QJsonObject subscribe(WsClient &client, const QByteArray &channel = "global", const QByteArray &more = {})
    {
        client.send(channelFrame("channel.subscribe", channel, more));
        client.next(Ack);
        return client.next(Snapshot);
    }
    void write(WsClient &client, const QByteArray &id, const QByteArray &channels = R"(["global"])",
               const QByteArray &payload = "{}")
    {
        client.ask(batch({entry(id, "TODO_CREATE", payload, R"({"clock":1,"channels":)" + channels + '}')}),
                   QStringLiteral("ack"));
    }

    GatewayProcess m_gateway;
    BackendProcess m_backend;
};

void TestE2eChannels::initTestCase()
{
    QVERIFY(m_backend.start());
    QFile toml(m_gateway.workDir() + QStringLiteral("/tidegate.toml"));
    QVERIFY(toml.open(QIODevice::WriteOnly));
    toml.write("[ssma.channels]\nside = \"guest\"\nfiltered = { access = \"guest\", filter = \"payload\" }\n");
    toml.close();
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() +
                            QStringList{QStringLiteral("--backend-url"), m_backend.url()}));
}

void TestE2eChannels::ackAndThenSnapshot()
{
    WsClient client;
    QVERIFY(join(client, "ack"));
    client.send(channelFrame("channel.subscribe", "global", R"(,"params":{"a":1})"));
    const QJsonObject ack = client.next(Ack);
    VERIFY_HAS(ack, R"({"status":"ok","channel":"global","params":{"a":1},"metadata":{}})");
    QVERIFY(hasAt(ack, "cursor"));
    const QJsonObject snapshot = client.next(Snapshot);
    VERIFY_HAS(snapshot, R"({"channel":"global","params":{"a":1},"intents":[]})");
    QVERIFY(hasAt(snapshot, "cursor"));
    QVERIFY(client.types().indexOf(Ack) < client.types().indexOf(Snapshot));
}

void TestE2eChannels::snapshotHasTheRowsOfTheStoreWithoutABackend()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    write(client, "sto-00001");
    write(client, "sto-00002", R"(["other"])");
    const QJsonObject snapshot = subscribe(client);
    QCOMPARE(column(arrayAt(snapshot, "intents"), "id"), QByteArrayList{"sto-00001"});
    QCOMPARE(numberAt(snapshot, "cursor"), 1);
    QVERIFY(hasAt(snapshot, "intents.0.status"));
}

// spec 19 (14)
void TestE2eChannels::snapshotShowsTheNewestRows()
{
    WsClient client;
    QVERIFY(join(client, "newest"));
    for (int round = 0; round < 5; ++round) {
        QByteArrayList entries;
        for (int i = 0; i < 50; ++i)
            entries.append(entry("new-" + QByteArray::number(10000 + round * 50 + i)));
        client.ask(batch(entries), QStringLiteral("ack"));
    }
    const QJsonObject snapshot = subscribe(client);
    const QByteArrayList ids = column(arrayAt(snapshot, "intents"), "id");
    QCOMPARE(ids.size(), 200);
    QCOMPARE(ids.first(), "new-10050");
    QCOMPARE(ids.last(), "new-10249");
    QCOMPARE(numberAt(snapshot, "cursor"), numberAt(snapshot, "intents.199.logSeq"));
}

void TestE2eChannels::snapshotComesFromTheBackendWhenItHasOne()
{
    m_backend.setSnapshot(QStringLiteral("side"), {json(R"({"id":"own-row-1","any":"thing"})")}, 4711);
    WsClient client;
    QVERIFY(join(client, "backend-snapshot", m_gateway.mintToken("user", "ann")));
    const QJsonObject snapshot = subscribe(client, "side", R"(,"params":{"list":7})");
    QCOMPARE(textAt(snapshot, "intents.0.any"), "thing");
    QCOMPARE(numberAt(snapshot, "cursor"), 4711);
    const QJsonObject body = m_backend.lastBody(QStringLiteral("/subscribe"));
    VERIFY_HAS(body,
               R"({"channel":"side","params":{"list":7},"context":{"site":"backend-snapshot",
                             "user":{"id":"ann","role":"user"}}})");
}

void TestE2eChannels::failingSnapshotOfTheBackendFallsBackToTheStore()
{
    WsClient client;
    QVERIFY(join(client, "fallback"));
    write(client, "fal-00001");
    m_backend.setBehaviour(QStringLiteral("/subscribe"), json(R"({"httpStatus":500})"));
    QCOMPARE(column(arrayAt(subscribe(client), "intents"), "id"), QByteArrayList{"fal-00001"});
}

void TestE2eChannels::unknownChannelIsRefusedAndClosed()
{
    WsClient client;
    QVERIFY(join(client, "unknown"));
    client.send(channelFrame("channel.subscribe", "nowhere", R"(,"params":{"p":1})"));
    const QJsonObject ack = client.next(Ack);
    VERIFY_HAS(ack, R"({"status":"error","code":"UNKNOWN_CHANNEL","channel":"nowhere","params":{"p":1}})");
    const QJsonObject close = client.next(Close);
    VERIFY_HAS(close, R"({"code":"UNKNOWN_CHANNEL","channel":"nowhere","params":{"p":1}})");
    QVERIFY(!textAt(close, "reason").isEmpty());
    QVERIFY(numberAt(close, "timestamp") > 1'600'000'000'000);
}

void TestE2eChannels::protectedChannelIsRefusedAndClosed()
{
    for (const QByteArray &token : {QByteArray(), m_gateway.mintToken("user")}) {
        WsClient client;
        QVERIFY(join(client, "denied", token));
        client.send(channelFrame("channel.subscribe", "ops.audit"));
        VERIFY_HAS(client.next(Ack), R"({"status":"error","code":"ACCESS_DENIED","channel":"ops.audit","params":{}})");
        QCOMPARE(textAt(client.next(Close), "code"), "ACCESS_DENIED");
        QVERIFY(client.settle());
        QCOMPARE(client.unread(Snapshot), 0);
    }
}

void TestE2eChannels::protectedChannelIsOpenToStaff()
{
    WsClient client;
    QVERIFY(join(client, "staff", m_gateway.mintToken("staff")));
    QCOMPARE(textAt(subscribe(client, "ops.audit"), "channel"), "ops.audit");
}

// spec 19 (20)
void TestE2eChannels::backendIsNotAskedForRefusedChannels()
{
    WsClient client;
    QVERIFY(join(client, "not-asked"));
    client.send(channelFrame("channel.subscribe", "ops.audit"));
    client.send(channelFrame("channel.subscribe", "nowhere"));
    QVERIFY(client.settle());
    QCOMPARE(m_backend.callCount(QStringLiteral("/subscribe")), 0);
    subscribe(client);
    QCOMPARE(m_backend.callCount(QStringLiteral("/subscribe")), 1);
}

void TestE2eChannels::secondSubscribeSaysAlreadySubscribed()
{
    WsClient client;
    QVERIFY(join(client, "again"));
    subscribe(client);
    const QJsonObject ack = client.ask(channelFrame("channel.subscribe", "global"), Ack);
    VERIFY_HAS(ack, R"({"status":"ok","code":"ALREADY_SUBSCRIBED","channel":"global","params":{}})");
    QVERIFY(!hasAt(ack, "cursor"));
    QVERIFY(!hasAt(ack, "metadata"));
    write(client, "aga-00001");
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Invalidate), 1);
}

void TestE2eChannels::keyOrderOfParamsDoesNotMatter()
{
    WsClient client;
    QVERIFY(join(client, "params"));
    subscribe(client, "global", R"(,"params":{"b":{"y":1,"x":[2]},"a":1.0})");
    client.sendText(
        QStringLiteral(R"({"type":"channel.subscribe","channel":"global","params":{"a":1,"b":{"x":[2],"y":1}}})"));
    QCOMPARE(textAt(client.next(Ack), "code"), "ALREADY_SUBSCRIBED");
}

void TestE2eChannels::missingParamsAreAnEmptyObject()
{
    WsClient client;
    QVERIFY(join(client, "noparams"));
    QCOMPARE(textAt(subscribe(client), "params"), "{}");
    QCOMPARE(textAt(client.ask(channelFrame("channel.subscribe", "global", R"(,"params":{})"), Ack), "code"),
             "ALREADY_SUBSCRIBED");
}

// spec 19 (13)
void TestE2eChannels::nothingOvertakesAckAndSnapshot()
{
    m_backend.setBehaviour(QStringLiteral("/subscribe"),
                           json(R"({"delayMs":200,"json":{"status":"ok","snapshot":[],"cursor":0}})"));
    WsClient writer;
    WsClient client;
    QVERIFY(join(writer, "overtake"));
    QVERIFY(join(client, "overtake"));
    client.send(channelFrame("channel.subscribe", "global"));
    QTRY_COMPARE(m_backend.callCount(QStringLiteral("/subscribe")), 1);
    write(writer, "ove-00001");
    QCOMPARE(column(arrayAt(client.next(Invalidate), "intents"), "id"), QByteArrayList{"ove-00001"});
    QCOMPARE(client.types().mid(2), (QStringList{Ack, Snapshot, Invalidate}));
}

// spec 19 (16)
void TestE2eChannels::unsubscribeAnswersOnceAndCloses()
{
    WsClient client;
    QVERIFY(join(client, "leave"));
    subscribe(client, "global", R"(,"params":{"q":2})");
    client.send(channelFrame("channel.unsubscribe", "global", R"(,"params":{"q":2})"));
    VERIFY_HAS(client.next(Unsubscribed), R"({"status":"ok","channel":"global","params":{"q":2}})");
    VERIFY_HAS(client.next(Close),
               R"({"channel":"global","params":{"q":2},"code":"CLIENT_UNSUBSCRIBED",
                                 "reason":"Client requested unsubscribe"})");
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Unsubscribed), 0);
    QCOMPARE(client.unread(Close), 0);
}

void TestE2eChannels::unsubscribeOfNothingIsAnError()
{
    WsClient client;
    QVERIFY(join(client, "nothing"));
    const QJsonObject answer = client.ask(channelFrame("channel.unsubscribe", "global"), Unsubscribed);
    VERIFY_HAS(answer, R"({"status":"error","code":"NOT_SUBSCRIBED","channel":"global","params":{}})");
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Close), 0);
}

void TestE2eChannels::afterUnsubscribeNothingComes()
{
    WsClient client;
    QVERIFY(join(client, "silent"));
    subscribe(client);
    client.ask(channelFrame("channel.unsubscribe", "global"), Close);
    write(client, "sil-00001");
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Invalidate), 0);
}

void TestE2eChannels::resyncNeedsNoSubscription()
{
    WsClient client;
    QVERIFY(join(client, "resync"));
    write(client, "res-00001");
    const QJsonObject replay = client.ask(channelFrame("channel.resync", "global", R"(,"params":{"a":1})"), Replay);
    VERIFY_HAS(replay, R"({"status":"ok","channel":"global","params":{"a":1},"intents":[{"id":"res-00001"}]})");
    QVERIFY(!hasAt(replay, "reason"));
}

void TestE2eChannels::resyncHonoursCursorAndLimit()
{
    WsClient client;
    QVERIFY(join(client, "limits"));
    for (int i = 1; i <= 5; ++i)
        write(client, "lim-0000" + QByteArray::number(i), i == 3 ? R"(["side"])" : R"(["global"])");
    const QJsonObject all = client.ask(channelFrame("channel.resync", "global"), Replay);
    QCOMPARE(column(arrayAt(all, "intents"), "id"),
             (QByteArrayList{"lim-00001", "lim-00002", "lim-00004", "lim-00005"}));
    const QByteArray after = textAt(all, "intents.0.logSeq");
    const QJsonObject part =
        client.ask(channelFrame("channel.resync", "global", R"(,"limit":2,"cursor":)" + after), Replay);
    QCOMPARE(column(arrayAt(part, "intents"), "id"), (QByteArrayList{"lim-00002", "lim-00004"}));
    QCOMPARE(numberAt(part, "cursor"), numberAt(part, "intents.1.logSeq"));
}

void TestE2eChannels::emptyResyncHasTheNewestCursor()
{
    WsClient client;
    QVERIFY(join(client, "empty"));
    write(client, "emp-00001", R"(["side"])");
    const QJsonObject all = client.ask(channelFrame("channel.resync", "side"), Replay);
    const QJsonObject none =
        client.ask(channelFrame("channel.resync", "global", R"(,"cursor":)" + textAt(all, "cursor")), Replay);
    QCOMPARE(arrayAt(none, "intents").size(), 0);
    QCOMPARE(numberAt(none, "cursor"), numberAt(all, "cursor"));
}

void TestE2eChannels::resyncOfAnUnknownChannelIsAnError()
{
    WsClient client;
    QVERIFY(join(client, "resync-unknown"));
    VERIFY_HAS(client.ask(channelFrame("channel.resync", "nowhere"), Replay),
               R"({"status":"error","code":"UNKNOWN_CHANNEL","channel":"nowhere","params":{}})");
}

// spec 19 (2)
void TestE2eChannels::resyncOfAProtectedChannelIsRefused()
{
    WsClient staff;
    QVERIFY(join(staff, "resync-denied", m_gateway.mintToken("staff")));
    write(staff, "den-00001", R"(["ops.audit"])");
    WsClient guest;
    QVERIFY(join(guest, "resync-denied"));
    const QJsonObject replay = guest.ask(channelFrame("channel.resync", "ops.audit"), Replay);
    VERIFY_HAS(replay, R"({"status":"error","code":"ACCESS_DENIED"})");
    QVERIFY(!hasAt(replay, "intents"));
    QCOMPARE(textAt(guest.next(Close), "code"), "ACCESS_DENIED");
    QCOMPARE(arrayAt(staff.ask(channelFrame("channel.resync", "ops.audit"), Replay), "intents").size(), 1);
}

void TestE2eChannels::commandErrors_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("unknown channel") << QByteArray("nowhere") << QByteArray("UNKNOWN_CHANNEL");
    QTest::newRow("not subscribed") << QByteArray("side") << QByteArray("NOT_SUBSCRIBED");
    QTest::newRow("unknown command") << QByteArray("global") << QByteArray("UNKNOWN_COMMAND");
}

void TestE2eChannels::commandErrors()
{
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, code);
    WsClient client;
    QVERIFY(join(client, "commands"));
    subscribe(client);
    const QJsonObject answer = client.ask(channelFrame("channel.command", channel, R"(,"command":"dance")"), Command);
    QCOMPARE(textAt(answer, "status"), "error");
    QCOMPARE(textAt(answer, "code"), code);
    QCOMPARE(textAt(answer, "channel"), channel);
}

void TestE2eChannels::filterIsStoredAndEchoed()
{
    WsClient client;
    QVERIFY(join(client, "echo"));
    subscribe(client);
    const auto ask = [&](const QByteArray &args) {
        return client.ask(channelFrame("channel.command", "global", R"(,"command":"filter","args":)" + args), Command);
    };
    VERIFY_HAS(ask(R"({"filter":{"list":1}})"),
               R"({"status":"ok","channel":"global","command":"filter","params":{},
                                 "filter":{"list":1}})");
    const QJsonObject off = ask(R"({"filter":null})");
    QVERIFY(hasAt(off, "filter") && valueAt(off, "filter").isNull());
    // "global" has no filter rule: the filter narrows nothing (8.1).
    ask(R"({"filter":{"list":1}})");
    write(client, "ech-00001", R"(["global"])", R"({"list":2})");
    QVERIFY(!client.next(Invalidate).isEmpty());
}

// spec 17: filter objects mean shallow equality on payload fields
void TestE2eChannels::filterNarrowsWhenTheChannelSaysSo()
{
    WsClient client;
    QVERIFY(join(client, "narrow"));
    subscribe(client, "filtered", R"(,"filter":{"list":1})");
    const QByteArray channels = R"(["filtered"])";
    write(client, "nar-00001", channels, R"({"list":2})");
    write(client, "nar-00002", channels, R"({"list":1,"more":true})");
    QCOMPARE(column(arrayAt(client.next(Invalidate), "intents"), "id"), QByteArrayList{"nar-00002"});
    client.ask(channelFrame("channel.command", "filtered", R"(,"command":"filter","args":{"filter":{"list":2}})"),
               Command);
    write(client, "nar-00003", channels, R"({"list":1})");
    write(client, "nar-00004", channels, R"({"list":2})");
    QCOMPARE(column(arrayAt(client.next(Invalidate), "intents"), "id"), QByteArrayList{"nar-00004"});
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Invalidate), 0);
}

void TestE2eChannels::resendPushesTheRowsAndThenReplies()
{
    WsClient client;
    QVERIFY(join(client, "resend"));
    subscribe(client, "global", R"(,"params":{"a":1})");
    write(client, "sen-00001");
    const qsizetype before = client.frames().size();
    const QByteArray command = R"(,"params":{"a":1},"command":"resend")";
    VERIFY_HAS(client.ask(channelFrame("channel.command", "global", command), Command),
               R"({"status":"ok","command":"resend","channel":"global","params":{"a":1}})");
    const QJsonObject replay = client.next(Replay);
    VERIFY_HAS(replay,
               R"({"channel":"global","params":{"a":1},"reason":"manual-resend",
                             "intents":[{"id":"sen-00001"}]})");
    QVERIFY(!hasAt(replay, "status"));
    QVERIFY(client.types().indexOf(Replay, before) < client.types().indexOf(Command, before));
    client.send(channelFrame("channel.command", "global", command + R"(,"args":{"reason":"login"})"));
    QCOMPARE(textAt(client.next(Replay), "reason"), "login");
}

void TestE2eChannels::invalidationHasChannelParamsReasonAndCursor()
{
    WsClient client;
    QVERIFY(join(client, "frame"));
    subscribe(client, "global", R"(,"params":{"a":1})");
    write(client, "fra-00001", R"(["global"])", R"({"x":1})");
    const QJsonObject frame = client.next(Invalidate);
    VERIFY_HAS(frame,
               R"({"channel":"global","params":{"a":1},"reason":"intent-flush",
                             "intents":[{"id":"fra-00001","intent":"TODO_CREATE","payload":{"x":1},
                                         "meta":{"clock":1,"channels":["global"]}}]})");
    QCOMPARE(numberAt(frame, "cursor"), numberAt(frame, "intents.0.logSeq"));
    QVERIFY(numberAt(frame, "intents.0.insertedAt") > 1'600'000'000'000);
}

void TestE2eChannels::everySubscriptionGetsItsOwnCopyWithItsParams()
{
    WsClient client;
    QVERIFY(join(client, "copies"));
    subscribe(client);
    subscribe(client, "global", R"(,"params":{"a":1})");
    write(client, "cop-00001");
    QVERIFY(client.settle());
    QByteArrayList params;
    for (const QJsonObject &frame : client.frames()) {
        if (frame.value(u"type") == Invalidate)
            params.append(textAt(frame, "params"));
    }
    std::sort(params.begin(), params.end());
    QCOMPARE(params, (QByteArrayList{R"({"a":1})", "{}"}));
}

void TestE2eChannels::batchIsSplitByChannel()
{
    WsClient client;
    QVERIFY(join(client, "split"));
    subscribe(client);
    subscribe(client, "side");
    client.ask(batch({entry("spl-00001", "A", "1", R"({"clock":1})"),
                      entry("spl-00002", "A", "1", R"({"clock":1,"channels":["side"]})"),
                      entry("spl-00003", "A", "1", R"({"clock":1,"channels":["side","global"]})")}),
               QStringLiteral("ack"));
    const auto idsOf = [&](const char *channel) {
        const QJsonObject frame = client.waitFor([channel](const QJsonObject &each) {
            return each.value(u"type") == Invalidate && each.value(u"channel") == QLatin1StringView(channel);
        });
        return column(arrayAt(frame, "intents"), "id");
    };
    QCOMPARE(idsOf("global"), (QByteArrayList{"spl-00001", "spl-00003"}));
    QCOMPARE(idsOf("side"), (QByteArrayList{"spl-00002", "spl-00003"}));
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Invalidate), 0);
}

void TestE2eChannels::fanOutStaysOnTheSite()
{
    WsClient here;
    WsClient there;
    QVERIFY(join(here, "fan-a"));
    QVERIFY(join(there, "fan-b", m_gateway.mintToken("admin")));
    subscribe(there);
    write(here, "fan-00001");
    QVERIFY(there.settle());
    QCOMPARE(there.unread(Invalidate), 0);
}

void TestE2eChannels::closedSocketDropsItsSubscriptions()
{
    HttpClient http(m_gateway.url());
    http.setToken(m_gateway.mintToken("staff"));
    const auto total = [&] {
        return numberAt(http.get(QStringLiteral("/admin/optimistic/channels")).json(), "totalSubscriptions");
    };
    QTRY_COMPARE(total(), 0);
    WsClient client;
    QVERIFY(join(client, "drops"));
    subscribe(client);
    subscribe(client, "side");
    QCOMPARE(total(), 2);
    client.close();
    QTRY_COMPARE(total(), 0);
}

QTEST_GUILESS_MAIN(TestE2eChannels)
#include "tst_e2e_channels.moc"
