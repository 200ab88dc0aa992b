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

QTEST_GUILESS_MAIN(TestE2eChannels)
#include "tst_e2e_channels.moc"
