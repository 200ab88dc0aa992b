// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/wsclient.h"

#include <QTcpSocket>
#include <QTest>
#include <QUuid>

using namespace Tidegate;

//! SSMA spec section 9 and what section 20 adds to it, against the real binary.
class TestE2eSse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void headIsThatOfAnEventStream();
    void streamStartsWithRetryAndReady();
    void emptyStoreSendsNoReplay();
    void replayHasTheRows();
    void replayShowsTheNewestRows();
    void invalidateHasTheDocumentedShape();
    void refusedIntentsAreNotAnnounced();
    void streamWithoutASiteSeesAllSites();
    void streamWithASiteSeesOnlyThat();
    void strictSitesKeepAnonymousStreamsOnDefault();
    void sessionBoundToASiteSeesNoOther();
    void protectedChannelsAreHiddenFromGuests();
    void everyRowEventCarriesItsCursorAsId();
    void cursorInTheQueryResumes();
    void lastEventIdResumesWithoutAGap();
    void lastEventIdWinsOverTheQuery();
    void resumeReachesFurtherThanOneReplay();
    void idOfAnotherHistoryStartsOverAndSaysSo();
    void garbageCursorIsNone();
    void connectionsClosingAreShownToStaffOnly();
    void keepAliveCommentsCome();
    void corsEchoesTheOrigin();
    void slowReaderIsDroppedAndOthersAreNot();
    void twoBigFramesInARowReachAHealthyReader();

private:
    QUrl events(const QString &query = {}) const
    {
        return m_gateway.url(QStringLiteral("/optimistic/events?") + query);
    }
    bool join(WsClient &client, const char *site)
    {
        return client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site))));
    }
    qint64 write(WsClient &client, const QByteArray &id, const QByteArray &channels = R"(["global"])",
                 const QByteArray &payload = "{}")
    {
        const QJsonObject frame =
            batch({entry(id, "TODO_CREATE", payload, R"({"clock":1,"channels":)" + channels + '}')});
        return numberAt(client.ask(frame, QStringLiteral("ack")), "intents.0.logSeq");
    }
    //! Everything published before this call has reached \p stream when it returns.
    bool settle(SseClient &stream, const QByteArray &site = "default");
    static QByteArrayList idsOf(const SseClient &stream);

    GatewayProcess m_gateway;
};

void TestE2eSse::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--sse-keep-alive=1s")}));
}

bool TestE2eSse::settle(SseClient &stream, const QByteArray &site)
{
    // A stream is told "ready" before it takes part, so the first fence may pass it by.
    HttpClient http(m_gateway.url());
    const QByteArray fence = "fence-" + QUuid::createUuid().toByteArray(QUuid::Id128);
    const QByteArray event = R"({"event":{"islandId":")" + fence + R"(","site":")" + site + R"("}})";
    const auto isHere = [&] {
        const auto &events = stream.events();
        return std::any_of(events.begin(), events.end(), [&](const auto &each) { return each.data.contains(fence); });
    };
    for (int attempt = 0; attempt < 50 && !isHere(); ++attempt) {
        http.post(QStringLiteral("/internal/backend/events"), json(event));
        (void)QTest::qWaitFor(isHere, 300);
    }
    return isHere();
}

QByteArrayList TestE2eSse::idsOf(const SseClient &stream)
{
    QByteArrayList ids;
    for (const SseClient::Event &event : stream.events()) {
        if (event.name == "replay" || event.name == "invalidate")
            ids += column(arrayAt(event.json(), "intents"), "id");
    }
    return ids;
}

void TestE2eSse::headIsThatOfAnEventStream()
{
    SseClient stream;
    QVERIFY(stream.open(events()));
    QVERIFY(stream.header("Content-Type").startsWith("text/event-stream"));
    QVERIFY(stream.header("Cache-Control").contains("no-cache"));
}

void TestE2eSse::streamStartsWithRetryAndReady()
{
    SseClient one;
    SseClient two;
    QVERIFY(one.open(events()));
    QVERIFY(two.open(events()));
    const QByteArray id = textAt(one.next("ready").json(), "clientId");
    QCOMPARE(one.retryMs(), 2500);
    QCOMPARE(one.names().first(), "ready");
    QVERIFY(!id.isEmpty());
    QVERIFY(textAt(two.next("ready").json(), "clientId") != id);
}

void TestE2eSse::emptyStoreSendsNoReplay()
{
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=nobody"))));
    QVERIFY(settle(stream, "nobody"));
    QCOMPARE(stream.unread("replay"), 0);
}

void TestE2eSse::replayHasTheRows()
{
    WsClient writer;
    QVERIFY(join(writer, "rows"));
    write(writer, "row-00001");
    const qint64 last = write(writer, "row-00002", R"(["somewhere"])");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=rows"))));
    const QJsonObject replay = stream.next("replay").json();
    QCOMPARE(column(arrayAt(replay, "intents"), "id"), (QByteArrayList{"row-00001", "row-00002"}));
    QCOMPARE(numberAt(replay, "cursor"), last);
    QVERIFY(hasAt(replay, "intents.0.status"));
}

// spec 19 (14)
void TestE2eSse::replayShowsTheNewestRows()
{
    WsClient writer;
    QVERIFY(join(writer, "newest"));
    for (int round = 0; round < 11; ++round) {
        QByteArrayList entries;
        for (int i = 0; i < 50; ++i)
            entries.append(entry("new-" + QByteArray::number(10000 + round * 50 + i)));
        writer.ask(batch(entries), QStringLiteral("ack"));
    }
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=newest"))));
    const QByteArrayList ids = column(arrayAt(stream.next("replay").json(), "intents"), "id");
    QCOMPARE(ids.size(), 500);
    QCOMPARE(ids.first(), "new-10050");
    QCOMPARE(ids.last(), "new-10549");
}

void TestE2eSse::invalidateHasTheDocumentedShape()
{
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=shape"))));
    QVERIFY(settle(stream, "shape"));
    WsClient writer;
    QVERIFY(join(writer, "shape"));
    const qint64 seq = write(writer, "sha-00001", R"(["global","side"])", R"({"x":1})");
    const SseClient::Event event = stream.next("invalidate");
    VERIFY_HAS(event.json(), R"({"reason":"intent-flush","site":"shape",
                                 "intents":[{"id":"sha-00001","intent":"TODO_CREATE","payload":{"x":1},
                                             "meta":{"clock":1,"channels":["global","side"]}}]})");
    QCOMPARE(numberAt(event.json(), "cursor"), seq);
    QCOMPARE(numberAt(event.json(), "intents.0.logSeq"), seq);
    QVERIFY(hasAt(event.json(), "intents.0.insertedAt"));
    QVERIFY(settle(stream, "shape"));
    QCOMPARE(stream.unread("invalidate"), 0); // one event, however many channels
}

void TestE2eSse::refusedIntentsAreNotAnnounced()
{
    WsClient follower;
    QVERIFY(follower.join(m_gateway.webSocketUrl(QStringLiteral("role=follower&site=refused"))));
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=refused"))));
    QVERIFY(settle(stream, "refused"));
    follower.ask(batch({entry("ref-00001")}), QStringLiteral("error"));
    QVERIFY(settle(stream, "refused"));
    QCOMPARE(stream.unread("invalidate"), 0);
}

void TestE2eSse::streamWithoutASiteSeesAllSites()
{
    SseClient stream;
    QVERIFY(stream.open(events()));
    QVERIFY(settle(stream));
    WsClient one;
    WsClient two;
    QVERIFY(join(one, "all-a"));
    QVERIFY(join(two, "all-b"));
    write(one, "all-00001");
    write(two, "all-00002");
    QCOMPARE(textAt(stream.next("invalidate").json(), "site"), "all-a");
    QCOMPARE(textAt(stream.next("invalidate").json(), "site"), "all-b");
}

void TestE2eSse::streamWithASiteSeesOnlyThat()
{
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=mine"))));
    QVERIFY(settle(stream, "mine"));
    WsClient mine;
    WsClient other;
    QVERIFY(join(mine, "mine"));
    QVERIFY(join(other, "other"));
    write(other, "oth-00001");
    write(mine, "min-00001");
    QVERIFY(settle(stream, "mine"));
    QCOMPARE(idsOf(stream), QByteArrayList{"min-00001"});
}

void TestE2eSse::strictSitesKeepAnonymousStreamsOnDefault()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-strict-sites")}));
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    WsClient other;
    WsClient usual;
    QVERIFY(other.join(gateway.webSocketUrl(QStringLiteral("role=leader&site=other"))));
    QVERIFY(usual.join(gateway.webSocketUrl()));
    other.ask(batch({entry("str-00001")}), QStringLiteral("ack"));
    usual.ask(batch({entry("str-00002")}), QStringLiteral("ack"));
    QVERIFY(!stream.waitFor([](const auto &event) { return event.data.contains("str-00002"); }).isEmpty());
    QCOMPARE(idsOf(stream), QByteArrayList{"str-00002"});
}

// spec 19 (7)
void TestE2eSse::sessionBoundToASiteSeesNoOther()
{
    const QByteArray token = m_gateway.mintToken("user", "ann", "bound");
    SseClient foreign;
    QVERIFY(!foreign.open(events(QStringLiteral("site=elsewhere")), token));
    QCOMPARE(foreign.status(), 403);
    SseClient stream;
    QVERIFY(stream.join(events(), token));
    QVERIFY(settle(stream, "bound"));
    WsClient other;
    WsClient own;
    QVERIFY(join(other, "elsewhere"));
    QVERIFY(join(own, "bound"));
    write(other, "bou-00001");
    write(own, "bou-00002");
    QVERIFY(settle(stream, "bound"));
    QCOMPARE(idsOf(stream), QByteArrayList{"bou-00002"});
}

// spec 19 (3)
void TestE2eSse::protectedChannelsAreHiddenFromGuests()
{
    WsClient writer;
    QVERIFY(join(writer, "audit"));
    write(writer, "aud-00001", R"(["ops.audit"])");
    SseClient guest;
    SseClient staff;
    QVERIFY(guest.join(events(QStringLiteral("site=audit"))));
    QVERIFY(staff.join(events(QStringLiteral("site=audit")), m_gateway.mintToken("staff")));
    QVERIFY(settle(guest, "audit"));
    QVERIFY(settle(staff, "audit"));
    write(writer, "aud-00002", R"(["ops.audit"])");
    write(writer, "aud-00003");
    QVERIFY(settle(guest, "audit"));
    QVERIFY(settle(staff, "audit"));
    QCOMPARE(idsOf(guest), QByteArrayList{"aud-00003"});
    QCOMPARE(idsOf(staff), (QByteArrayList{"aud-00001", "aud-00002", "aud-00003"}));
}

// spec 19 (25)
void TestE2eSse::everyRowEventCarriesItsCursorAsId()
{
    WsClient writer;
    QVERIFY(join(writer, "ids"));
    const qint64 first = write(writer, "ids-00001");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=ids"))));
    QCOMPARE(stream.next("replay").id, QByteArray::number(first));
    QVERIFY(settle(stream, "ids"));
    const qint64 second = write(writer, "ids-00002");
    QCOMPARE(stream.next("invalidate").id, QByteArray::number(second));
}

void TestE2eSse::cursorInTheQueryResumes()
{
    WsClient writer;
    QVERIFY(join(writer, "query"));
    const qint64 first = write(writer, "que-00001");
    write(writer, "que-00002");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=query&cursor=%1").arg(first))));
    const QJsonObject replay = stream.next("replay").json();
    QCOMPARE(column(arrayAt(replay, "intents"), "id"), QByteArrayList{"que-00002"});
    QCOMPARE(textAt(replay, "continuity"), "exact");
}

// spec 19 (25): what was published while away comes, once each, and live events follow without a hole
void TestE2eSse::lastEventIdResumesWithoutAGap()
{
    WsClient writer;
    QVERIFY(join(writer, "resume"));
    QByteArrayList expected;
    QByteArrayList seen;
    QByteArray lastId;
    for (int round = 0; round < 5; ++round) {
        SseClient stream;
        SseClient::Headers headers;
        if (!lastId.isEmpty())
            headers.append({"Last-Event-ID", lastId});
        for (int i = 0; i < 3; ++i) {
            expected.append("res-" + QByteArray::number(10000 + round * 10 + i));
            write(writer, expected.last());
        }
        writer.send(batch({entry("res-" + QByteArray::number(10003 + round * 10))})); // while the stream is opening
        expected.append("res-" + QByteArray::number(10003 + round * 10));
        QVERIFY(stream.open(events(QStringLiteral("site=resume")), {}, headers));
        QVERIFY(!writer.next(QStringLiteral("ack")).isEmpty());
        QVERIFY(settle(stream, "resume"));
        seen += idsOf(stream);
        lastId = stream.lastEventId();
    }
    QCOMPARE(seen, expected);
}

void TestE2eSse::lastEventIdWinsOverTheQuery()
{
    WsClient writer;
    QVERIFY(join(writer, "wins"));
    const qint64 first = write(writer, "win-00001");
    const qint64 second = write(writer, "win-00002");
    write(writer, "win-00003");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=wins&cursor=%1").arg(first)), {},
                        {{"Last-Event-ID", QByteArray::number(second)}}));
    QCOMPARE(column(arrayAt(stream.next("replay").json(), "intents"), "id"), QByteArrayList{"win-00003"});
}

void TestE2eSse::resumeReachesFurtherThanOneReplay()
{
    WsClient writer;
    QVERIFY(join(writer, "far"));
    const qint64 first = write(writer, "far-00000");
    for (int round = 0; round < 25; ++round) {
        QByteArrayList entries;
        for (int i = 0; i < 50; ++i)
            entries.append(entry("far-" + QByteArray::number(10000 + round * 50 + i)));
        writer.ask(batch(entries), QStringLiteral("ack"));
    }
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=far&cursor=%1").arg(first))));
    QVERIFY(settle(stream, "far"));
    const QByteArrayList ids = idsOf(stream);
    QCOMPARE(ids.size(), 1250);
    QVERIFY(std::is_sorted(ids.begin(), ids.end()));
}

void TestE2eSse::idOfAnotherHistoryStartsOverAndSaysSo()
{
    WsClient writer;
    QVERIFY(join(writer, "epoch"));
    write(writer, "epo-00001");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=epoch")), {}, {{"Last-Event-ID", "99999999"}}));
    const QJsonObject replay = stream.next("replay").json();
    QCOMPARE(arrayAt(replay, "intents").size(), 1);
    QCOMPARE(textAt(replay, "continuity"), "gap");
}

void TestE2eSse::garbageCursorIsNone()
{
    WsClient writer;
    QVERIFY(join(writer, "garbage"));
    write(writer, "gar-00001");
    SseClient stream;
    QVERIFY(stream.open(events(QStringLiteral("site=garbage&cursor=x")), {}, {{"Last-Event-ID", "y"}}));
    QCOMPARE(arrayAt(stream.next("replay").json(), "intents").size(), 1);
}

// spec 19 (18)
void TestE2eSse::connectionsClosingAreShownToStaffOnly()
{
    SseClient guest;
    SseClient staff;
    QVERIFY(guest.open(events()));
    QVERIFY(staff.open(events(), m_gateway.mintToken("staff")));
    QVERIFY(settle(guest));
    QVERIFY(settle(staff));
    WsClient client;
    QVERIFY(join(client, "closing"));
    const QString id = client.connectionId();
    client.close();
    const auto isOurs = [&id](const SseClient::Event &event) {
        return event.name == "connection:closed" && event.json().value(u"connectionId").toString() == id;
    };
    QCOMPARE(textAt(staff.waitFor(isOurs).json(), "role"), "leader");
    QVERIFY(settle(guest));
    QCOMPARE(guest.unread("connection:closed"), 0);
}

// spec 19 (28)
void TestE2eSse::keepAliveCommentsCome()
{
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=quiet"))));
    QTRY_VERIFY(stream.comments().contains("keepalive"));
}

void TestE2eSse::corsEchoesTheOrigin()
{
    const QByteArray origin = "http://localhost:3000";
    SseClient stream;
    QVERIFY(stream.open(events(), {}, {{"Origin", origin}}));
    QCOMPARE(stream.header("Access-Control-Allow-Origin"), origin);
    QCOMPARE(stream.header("Access-Control-Allow-Credentials"), "true");
    SseClient foreign;
    foreign.open(events(), {}, {{"Origin", "https://elsewhere.example"}});
    QCOMPARE(foreign.header("Access-Control-Allow-Origin"), QByteArray());
}

// spec 19 (25)
void TestE2eSse::slowReaderIsDroppedAndOthersAreNot()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--sse-drain-timeout=300ms")}));
    QTcpSocket slow;
    slow.setReadBufferSize(1024);
    slow.connectToHost(QHostAddress(QHostAddress::LocalHost), gateway.port());
    QVERIFY(slow.waitForConnected());
    slow.write("GET /optimistic/events HTTP/1.1\r\nHost: x\r\n\r\n");
    SseClient healthy;
    QVERIFY(healthy.join(gateway.url(QStringLiteral("/optimistic/events"))));
    HttpClient http(gateway.url());
    const auto drops = [&] {
        return numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "sse.slowClientDrops");
    };
    WsClient writer;
    QVERIFY(writer.join(gateway.webSocketUrl()));
    const QByteArray big = '"' + QByteArray(200'000, 'x') + '"';
    int written = 0;
    while (drops() == 0 && written < 200)
        writer.ask(batch({entry("slow-" + QByteArray::number(1000 + written++), "A", big)}), QStringLiteral("ack"));
    QCOMPARE(drops(), 1);
    QTRY_COMPARE(idsOf(healthy).size(), written);
}

// spec 19 (25)
void TestE2eSse::twoBigFramesInARowReachAHealthyReader()
{
    SseClient stream;
    QVERIFY(stream.join(events(QStringLiteral("site=big"))));
    QVERIFY(settle(stream, "big"));
    WsClient writer;
    QVERIFY(join(writer, "big"));
    const QByteArray big = '"' + QByteArray(60'000, 'x') + '"';
    QByteArrayList expected;
    for (int i = 0; i < 10; ++i) {
        expected.append("big-" + QByteArray::number(10000 + i));
        writer.send(batch({entry(expected.last(), "A", big)}));
    }
    QTRY_COMPARE(idsOf(stream), expected);
}

QTEST_GUILESS_MAIN(TestE2eSse)
#include "tst_e2e_sse.moc"
