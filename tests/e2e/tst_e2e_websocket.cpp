// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec sections 6, 6.1, 6.2 and 6.3 against the real binary.
class TestE2eWebSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    // Handshake
    void helloAndThenReplayAreTheFirstFrames();
    void helloCarriesRoleVersionTimeAndSessionRole();
    void roleIsLowerCasedAndDefaultsToFollower_data();
    void roleIsLowerCasedAndDefaultsToFollower();
    void connectionIdsDiffer();
    void anotherMajorVersionIsRefusedWith4001_data();
    void anotherMajorVersionIsRefusedWith4001();
    void sameMajorVersionIsCompatible_data();
    void sameMajorVersionIsCompatible();
    void firstOfferedSubprotocolIsEchoed();
    void otherUpgradePathsAreNotFound();
    void pageOfAnotherOriginIsRefused();
    void pageOfOurOwnOriginMayConnect();
    void sessionOfAnotherSiteIsRefused();

    // Replay
    void replayHasTheRowsAfterTheCursor();
    void emptyReplayRepeatsTheCursor();
    void garbageCursorIsZero();
    void cursorOfAnotherHistoryStartsOverAndSaysSo();
    void replayHasAtMost500Rows();
    void replayIsLimitedToTheSite();
    void replayHidesProtectedChannelsFromGuests();
    void rowHasTheDocumentedShape();

    // Client frames and their errors
    void pingIsAnsweredByPong();
    void binaryFramesAreReadAsText();
    void largestMessageIsBounded();
    void badFrameIsAnsweredAndTheConnectionStays_data();
    void badFrameIsAnsweredAndTheConnectionStays();
    void contractErrorsCarryDetails();
    void followerMayNotWrite();
    void contractIsCheckedBeforeTheLeaderRole();
    void leaderIsCheckedBeforeTheSession();
    void extraFieldsInsideAnIntentAreAllowed();

private:
    QUrl site(const QString &name, const QString &rest = {}) const
    {
        return m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1%2").arg(name, rest));
    }

    GatewayProcess m_gateway;
};

void TestE2eWebSocket::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--auth-require-auth-writes"),
                                                                          QStringLiteral("--ws-max-message=64KiB")}));
}

void TestE2eWebSocket::helloAndThenReplayAreTheFirstFrames()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    QVERIFY(client.settle());
    QCOMPARE(client.types().mid(0, 2), (QStringList{QStringLiteral("hello"), QStringLiteral("replay")}));
}

void TestE2eWebSocket::helloCarriesRoleVersionTimeAndSessionRole()
{
    WsClient client;
    const qint64 before = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(client.open(m_gateway.webSocketUrl(), m_gateway.mintToken("staff")));
    const QJsonObject hello = client.next(QStringLiteral("hello"));
    VERIFY_HAS(hello, R"({"role":"leader","subprotocol":"1.0.0","authRole":"staff"})");
    QVERIFY(numberAt(hello, "serverTime") >= before);
    QCOMPARE(textAt(hello, "connectionId").size(), 36);
}

void TestE2eWebSocket::roleIsLowerCasedAndDefaultsToFollower_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QByteArray>("role");
    QTest::newRow("none given") << QString() << QByteArray("follower");
    QTest::newRow("upper case") << QStringLiteral("role=LEADER") << QByteArray("leader");
    QTest::newRow("unknown value") << QStringLiteral("role=Watcher") << QByteArray("watcher");
    QTest::newRow("an account role gives no rights") << QStringLiteral("role=staff") << QByteArray("staff");
}

void TestE2eWebSocket::roleIsLowerCasedAndDefaultsToFollower()
{
    QFETCH(QString, query);
    QFETCH(QByteArray, role);
    WsClient client;
    QVERIFY(client.open(m_gateway.webSocketUrl(query)));
    const QJsonObject hello = client.next(QStringLiteral("hello"));
    QCOMPARE(textAt(hello, "role"), role);
    QCOMPARE(textAt(hello, "authRole"), "guest");
}

void TestE2eWebSocket::connectionIdsDiffer()
{
    WsClient one;
    WsClient two;
    QVERIFY(one.join(m_gateway.webSocketUrl()));
    QVERIFY(two.join(m_gateway.webSocketUrl()));
    QVERIFY(one.connectionId() != two.connectionId());
}

void TestE2eWebSocket::anotherMajorVersionIsRefusedWith4001_data()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("higher") << QStringLiteral("2.0.0");
    QTest::newRow("lower") << QStringLiteral("0.9.0");
    QTest::newRow("no number") << QStringLiteral("latest");
}

void TestE2eWebSocket::anotherMajorVersionIsRefusedWith4001()
{
    QFETCH(QString, version);
    WsClient client;
    client.open(m_gateway.webSocketUrl(QStringLiteral("subprotocol=") + version)); // may be closed again by now
    const QJsonObject error = client.next(QStringLiteral("error"));
    VERIFY_HAS(error, R"({"code":"SUBPROTOCOL_MISMATCH","expected":"1.0.0"})");
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 4001);
    QCOMPARE(client.closeReason(), QStringLiteral("Subprotocol mismatch"));
    QCOMPARE(client.frames().size(), 1);
}

void TestE2eWebSocket::sameMajorVersionIsCompatible_data()
{
    QTest::addColumn<QString>("query");
    QTest::newRow("another minor") << QStringLiteral("subprotocol=1.7.2");
    QTest::newRow("major alone") << QStringLiteral("subprotocol=1");
    QTest::newRow("none given") << QString();
    QTest::newRow("empty") << QStringLiteral("subprotocol=");
}

void TestE2eWebSocket::sameMajorVersionIsCompatible()
{
    QFETCH(QString, query);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(query)));
}

void TestE2eWebSocket::firstOfferedSubprotocolIsEchoed()
{
    WsClient client;
    WsClient::Options options;
    options.subprotocols = {QStringLiteral("ssma.v1"), QStringLiteral("other")};
    QVERIFY(client.open(m_gateway.webSocketUrl(), options));
    QCOMPARE(client.socket().subprotocol(), QStringLiteral("ssma.v1"));
}

void TestE2eWebSocket::otherUpgradePathsAreNotFound()
{
    WsClient client;
    QVERIFY(!client.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/optimistic/other").arg(m_gateway.port()))));
    HttpClient http(m_gateway.url());
    QCOMPARE(http.get(QStringLiteral("/optimistic/ws")).status, 404); // not an upgrade
}

// spec 19 (4)
void TestE2eWebSocket::pageOfAnotherOriginIsRefused()
{
    WsClient client;
    WsClient::Options options;
    options.token = m_gateway.mintToken("admin");
    options.origin = "https://elsewhere.example";
    QVERIFY(!client.open(m_gateway.webSocketUrl(), options));
}

void TestE2eWebSocket::pageOfOurOwnOriginMayConnect()
{
    WsClient client;
    WsClient::Options options;
    options.origin = "http://127.0.0.1:" + QByteArray::number(m_gateway.port());
    QVERIFY(client.open(m_gateway.webSocketUrl(), options));
}

// spec 19 (7)
void TestE2eWebSocket::sessionOfAnotherSiteIsRefused()
{
    const QByteArray token = m_gateway.mintToken("user", "ann", "tenant-a");
    WsClient own;
    QVERIFY(own.join(site(QStringLiteral("tenant-a")), token));
    WsClient other;
    QVERIFY(!other.open(site(QStringLiteral("tenant-b")), token));
}

void TestE2eWebSocket::replayHasTheRowsAfterTheCursor()
{
    const QByteArray token = m_gateway.mintToken("user");
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("cursor")), token));
    const QJsonObject ack =
        writer.ask(batch({entry("cur-00001"), entry("cur-00002"), entry("cur-00003")}), QStringLiteral("ack"));
    const qint64 second = numberAt(ack, "intents.1.logSeq");
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("cursor"), QStringLiteral("&cursor=%1").arg(second))));
    const QJsonObject replay = reader.next(QStringLiteral("replay"));
    QCOMPARE(column(arrayAt(replay, "intents"), "id"), QByteArrayList{"cur-00003"});
    QCOMPARE(numberAt(replay, "cursor"), second + 1);
    QCOMPARE(textAt(replay, "continuity"), "exact");
}

void TestE2eWebSocket::emptyReplayRepeatsTheCursor()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("repeat")), m_gateway.mintToken("user")));
    const qint64 last = numberAt(writer.ask(batch({entry("rep-00001")}), QStringLiteral("ack")), "intents.0.logSeq");
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("repeat"), QStringLiteral("&cursor=%1").arg(last))));
    const QJsonObject replay = reader.next(QStringLiteral("replay"));
    QCOMPARE(arrayAt(replay, "intents").size(), 0);
    QCOMPARE(numberAt(replay, "cursor"), last);
}

void TestE2eWebSocket::garbageCursorIsZero()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("garbage")), m_gateway.mintToken("user")));
    writer.ask(batch({entry("gar-00001")}), QStringLiteral("ack"));
    for (const char *cursor : {"abc", "-4", "1e400", "%00", "99999999999999999999999"}) {
        WsClient reader;
        QVERIFY2(reader.open(site(QStringLiteral("garbage"), QStringLiteral("&cursor=") + QLatin1StringView(cursor))),
                 cursor);
        QCOMPARE(arrayAt(reader.next(QStringLiteral("replay")), "intents").size(), 1);
    }
}

void TestE2eWebSocket::cursorOfAnotherHistoryStartsOverAndSaysSo()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("epoch")), m_gateway.mintToken("user")));
    writer.ask(batch({entry("epo-00001")}), QStringLiteral("ack"));
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("epoch"), QStringLiteral("&cursor=123456789"))));
    const QJsonObject replay = reader.next(QStringLiteral("replay"));
    QCOMPARE(arrayAt(replay, "intents").size(), 1);
    QCOMPARE(textAt(replay, "continuity"), "gap");
    QCOMPARE(textAt(replay, "gapReason"), "epoch");
}

void TestE2eWebSocket::replayHasAtMost500Rows()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("many")), m_gateway.mintToken("user")));
    QByteArrayList ids;
    for (int round = 0; round < 11; ++round) {
        QByteArrayList entries;
        for (int i = 0; i < 50; ++i) {
            ids.append("many-" + QByteArray::number(1000 + round * 50 + i));
            entries.append(entry(ids.last()));
        }
        QCOMPARE(arrayAt(writer.ask(batch(entries), QStringLiteral("ack")), "intents").size(), 50);
    }
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("many"))));
    const QJsonObject first = reader.next(QStringLiteral("replay"));
    QCOMPARE(column(arrayAt(first, "intents"), "id"), ids.first(500));
    WsClient rest;
    QVERIFY(rest.open(site(QStringLiteral("many"), QStringLiteral("&cursor=%1").arg(numberAt(first, "cursor")))));
    QCOMPARE(column(arrayAt(rest.next(QStringLiteral("replay")), "intents"), "id"), ids.last(50));
}

// spec 19 (3)
void TestE2eWebSocket::replayIsLimitedToTheSite()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("private-a")), m_gateway.mintToken("user")));
    writer.ask(batch({entry("site-00001")}), QStringLiteral("ack"));
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("private-b")), m_gateway.mintToken("admin")));
    QCOMPARE(arrayAt(reader.next(QStringLiteral("replay")), "intents").size(), 0);
}

// spec 19 (3)
void TestE2eWebSocket::replayHidesProtectedChannelsFromGuests()
{
    const QString name = QStringLiteral("protected");
    WsClient writer;
    QVERIFY(writer.join(site(name), m_gateway.mintToken("staff")));
    writer.ask(batch({entry("prot-0001", "AUDIT", "{}", R"({"clock":1,"channels":["ops.audit"]})"),
                      entry("prot-0002", "OPEN", "{}", R"({"clock":1,"channels":["ops.audit","global"]})")}),
               QStringLiteral("ack"));
    WsClient guest;
    QVERIFY(guest.open(site(name)));
    QCOMPARE(column(arrayAt(guest.next(QStringLiteral("replay")), "intents"), "id"), QByteArrayList{"prot-0002"});
    WsClient staff;
    QVERIFY(staff.open(site(name), m_gateway.mintToken("staff")));
    QCOMPARE(arrayAt(staff.next(QStringLiteral("replay")), "intents").size(), 2);
}

void TestE2eWebSocket::rowHasTheDocumentedShape()
{
    WsClient writer;
    QVERIFY(writer.join(site(QStringLiteral("shape")), m_gateway.mintToken("user")));
    const QJsonObject ack = writer.ask(batch({entry("shape-001", "TODO_CREATE", R"({"id":"t1"})", R"({"clock":3})")}),
                                       QStringLiteral("ack"));
    WsClient reader;
    QVERIFY(reader.open(site(QStringLiteral("shape"))));
    const QJsonObject replay = reader.next(QStringLiteral("replay"));
    const QJsonObject row = valueAt(replay, "intents.0").toObject();
    VERIFY_HAS(row,
               R"({"id":"shape-001","intent":"TODO_CREATE","payload":{"id":"t1"},
                             "meta":{"clock":3,"reasons":["replay","channel:global"],"channels":["global"]},
                             "site":"shape","status":"acked","backend":{"code":null,"message":null}})");
    QCOMPARE(valueAt(row, "meta.actor").toString(), writer.connectionId());
    QCOMPARE(valueAt(row, "connectionId").toString(), writer.connectionId());
    QCOMPARE(numberAt(row, "logSeq"), numberAt(ack, "intents.0.logSeq"));
    QVERIFY(numberAt(row, "insertedAt") > 1'600'000'000'000);
    QVERIFY(numberAt(row, "updatedAt") >= numberAt(row, "insertedAt"));
    QCOMPARE(numberAt(row, "backend.updatedAt"), numberAt(row, "updatedAt"));
}

void TestE2eWebSocket::pingIsAnsweredByPong()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QString())));
    QVERIFY(numberAt(client.ask(json(R"({"type":"ping"})"), QStringLiteral("pong")), "ts") > 1'600'000'000'000);
}

void TestE2eWebSocket::binaryFramesAreReadAsText()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    client.sendBinary(R"({"type":"ping"})");
    QVERIFY(!client.next(QStringLiteral("pong")).isEmpty());
    client.sendBinary("\xff\xfe");
    QCOMPARE(textAt(client.next(QStringLiteral("error")), "code"), "INVALID_JSON");
}

// spec 19 (27)
void TestE2eWebSocket::largestMessageIsBounded()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    client.sendText(QString(100'000, u' ') + QStringLiteral(R"({"type":"ping"})"));
    QVERIFY(client.waitForClose());
    QCOMPARE(client.closeCode(), 1009);
}

void TestE2eWebSocket::badFrameIsAnsweredAndTheConnectionStays_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *name, const char *text, const char *code) {
        QTest::newRow(name) << QString::fromUtf8(text) << QByteArray(code);
    };
    row("not JSON", "hello", "INVALID_JSON");
    row("cut JSON", R"({"type":"ping")", "INVALID_JSON");
    row("empty message", "", "INVALID_JSON");
    row("JSON null, spec 19 (19)", "null", "UNKNOWN_TYPE");
    row("array", "[]", "UNKNOWN_TYPE");
    row("number", "42", "UNKNOWN_TYPE");
    row("string", R"("ping")", "UNKNOWN_TYPE");
    row("object without a type", "{}", "UNKNOWN_TYPE");
    row("type that is no string", R"({"type":7})", "UNKNOWN_TYPE");
    row("unknown type", R"({"type":"channel.explode"})", "UNKNOWN_TYPE");
    row("extra top-level field", R"({"type":"ping","more":1})", "INVALID_CONTRACT");
    row("batch without intents", R"({"type":"intent.batch"})", "INVALID_CONTRACT");
    row("empty batch", R"({"type":"intent.batch","intents":[]})", "INVALID_CONTRACT");
    row("id of 7 characters",
        R"({"type":"intent.batch","intents":[{"id":"1234567","intent":"A","payload":1,"meta":{"clock":1}}]})",
        "INVALID_CONTRACT");
    row("no payload", R"({"type":"intent.batch","intents":[{"intent":"A","meta":{"clock":1}}]})", "INVALID_CONTRACT");
    row("no clock", R"({"type":"intent.batch","intents":[{"intent":"A","payload":1,"meta":{}}]})", "INVALID_CONTRACT");
    row("negative clock", R"({"type":"intent.batch","intents":[{"intent":"A","payload":1,"meta":{"clock":-1}}]})",
        "INVALID_CONTRACT");
    row("subscribe without a channel", R"({"type":"channel.subscribe"})", "INVALID_CONTRACT");
    row("params that are no object", R"({"type":"channel.subscribe","channel":"global","params":[]})",
        "INVALID_CONTRACT");
    row("resync limit of 0", R"({"type":"channel.resync","channel":"global","limit":0})", "INVALID_CONTRACT");
    row("resync limit of 1001", R"({"type":"channel.resync","channel":"global","limit":1001})", "INVALID_CONTRACT");
    row("command without a name", R"({"type":"channel.command","channel":"global"})", "INVALID_CONTRACT");
}

void TestE2eWebSocket::badFrameIsAnsweredAndTheConnectionStays()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, code);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("user")));
    client.sendText(text);
    const QJsonObject error = client.next(QStringLiteral("error"));
    QCOMPARE(textAt(error, "code"), code);
    QVERIFY(!textAt(error, "message").isEmpty());
    QVERIFY(!client.ask(json(R"({"type":"ping"})"), QStringLiteral("pong")).isEmpty());
}

void TestE2eWebSocket::contractErrorsCarryDetails()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    const QJsonObject error = client.ask(json(R"({"type":"ping","more":1})"), QStringLiteral("error"));
    QCOMPARE(textAt(error, "message"), "Contract validation failed for optimistic.PING");
    for (const char *member : {"instancePath", "schemaPath", "keyword", "params", "message"})
        QVERIFY2(hasAt(error, QByteArray("details.0.") + member), member);
    QCOMPARE(textAt(error, "details.0.keyword"), "additionalProperties");
}

void TestE2eWebSocket::followerMayNotWrite()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=follower")), m_gateway.mintToken("admin")));
    QCOMPARE(textAt(client.ask(batch({entry("fol-00001")}), QStringLiteral("error")), "code"), "NOT_LEADER");
}

void TestE2eWebSocket::contractIsCheckedBeforeTheLeaderRole()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=follower"))));
    const QJsonObject error = client.ask(json(R"({"type":"intent.batch","intents":[]})"), QStringLiteral("error"));
    QCOMPARE(textAt(error, "code"), "INVALID_CONTRACT");
}

void TestE2eWebSocket::leaderIsCheckedBeforeTheSession()
{
    WsClient follower;
    QVERIFY(follower.join(m_gateway.webSocketUrl(QStringLiteral("role=follower"))));
    QCOMPARE(textAt(follower.ask(batch({entry("ord-00001")}), QStringLiteral("error")), "code"), "NOT_LEADER");
    WsClient leader;
    QVERIFY(leader.join(m_gateway.webSocketUrl()));
    QCOMPARE(textAt(leader.ask(batch({entry("ord-00001")}), QStringLiteral("error")), "code"), "UNAUTHORIZED");
}

void TestE2eWebSocket::extraFieldsInsideAnIntentAreAllowed()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("user")));
    const QJsonObject ack = client.ask(
        batch({R"({"id":"extra-001","intent":"A","payload":null,"more":1,"meta":{"clock":1.5,"x":{"y":2}}})"}),
        QStringLiteral("ack"));
    QCOMPARE(textAt(ack, "intents.0.status"), "acked");
}

QTEST_GUILESS_MAIN(TestE2eWebSocket)
#include "tst_e2e_websocket.moc"
