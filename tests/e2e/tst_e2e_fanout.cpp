// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

namespace {

const QString Ack = QStringLiteral("channel.ack");
const QString Snapshot = QStringLiteral("channel.snapshot");
const QString Invalidate = QStringLiteral("channel.invalidate");
const QString Replay = QStringLiteral("channel.replay");
const QString Command = QStringLiteral("channel.command");

} // namespace

//! SSMA spec sections 8.2 (commands) and 8.3 against the real binary.
class TestE2eFanout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

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
};

void TestE2eFanout::initTestCase()
{
    QFile toml(m_gateway.workDir() + QStringLiteral("/tidegate.toml"));
    QVERIFY(toml.open(QIODevice::WriteOnly));
    toml.write("[ssma.channels]\nside = \"guest\"\nfiltered = { access = \"guest\", filter = \"payload\" }\n");
    toml.close();
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits()));
}

void TestE2eFanout::commandErrors_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("unknown channel") << QByteArray("nowhere") << QByteArray("UNKNOWN_CHANNEL");
    QTest::newRow("not subscribed") << QByteArray("side") << QByteArray("NOT_SUBSCRIBED");
    QTest::newRow("unknown command") << QByteArray("global") << QByteArray("UNKNOWN_COMMAND");
}

void TestE2eFanout::commandErrors()
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

void TestE2eFanout::filterIsStoredAndEchoed()
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
void TestE2eFanout::filterNarrowsWhenTheChannelSaysSo()
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

void TestE2eFanout::resendPushesTheRowsAndThenReplies()
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

void TestE2eFanout::invalidationHasChannelParamsReasonAndCursor()
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

void TestE2eFanout::everySubscriptionGetsItsOwnCopyWithItsParams()
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

void TestE2eFanout::batchIsSplitByChannel()
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

void TestE2eFanout::fanOutStaysOnTheSite()
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

void TestE2eFanout::closedSocketDropsItsSubscriptions()
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

QTEST_GUILESS_MAIN(TestE2eFanout)
#include "tst_e2e_fanout.moc"
