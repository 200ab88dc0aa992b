// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec section 7 against the real binary and a real backend.
class TestE2eIntents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_backend.reset(); }

    void ackHasEveryIntentInTheOrderOfTheBatch();
    void verdictOfTheBackendIsTheStatus_data();
    void verdictOfTheBackendIsTheStatus();
    void unknownVerdictIsFailed();
    void verdictIsReadInAnyCase();
    void rowMissingFromTheResultsKeepsAcked();
    void backendFaultFailsTheBatch_data();
    void backendFaultFailsTheBatch();
    void backendErrorIsStoredInTheRow();
    void refusedRowsAreReplayedButNotFannedOut();
    void duplicateIsAnsweredFromTheStoreAndNotForwarded();
    void refusedOutcomeIsFinal();
    void failedIntentCanBeRetried();
    void retryWhileTheBackendIsWorkingWaitsForItsVerdict();
    void statusIsNotAckedBeforeTheBackendDecided();
    void duplicateInsideABatchIsForwardedOnce();
    void sameIdOnAnotherSiteIsAnotherIntent();
    void intentWithoutIdGetsOne();
    void onlyFreshRowsAreForwarded();
    void forwardedRowsCarryTheContext();
    void ackPrecedesTheInvalidationOfTheSameBatch();
    void ackedRowsLoseTheReasonPending();
    void refusedRowsKeepTheReasonPending();

    // Numbers and trimming
    void logSeqGrowsOverAllSitesAndSurvivesRestart();
    void oldestRowsAreTrimmedAndTheirIdsAreFreshAgain();
    void writingNeedsASessionWhenConfigured();

private:
    QJsonObject ack(WsClient &client, const QJsonObject &frame) { return client.ask(frame, QStringLiteral("ack")); }
    QJsonObject ack(WsClient &client, std::initializer_list<QByteArray> entries) { return ack(client, batch(entries)); }
    bool join(WsClient &client, const char *site)
    {
        return client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site))));
    }
    //! The row of \p id as a newcomer to \p site is shown it.
    QJsonObject row(const char *site, const QByteArray &id);

    GatewayProcess m_gateway;
    BackendProcess m_backend;
};

void TestE2eIntents::initTestCase()
{
    QVERIFY(m_backend.start());
    QVERIFY(
        m_gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--backend-url"), m_backend.url(),
                                                                      QStringLiteral("--backend-timeout=700ms")}));
}

QJsonObject TestE2eIntents::row(const char *site, const QByteArray &id)
{
    WsClient reader;
    const QString query = QStringLiteral("site=%1").arg(QLatin1StringView(site));
    if (!reader.open(m_gateway.webSocketUrl(query)))
        return {};
    for (const QJsonValue &each : arrayAt(reader.next(QStringLiteral("replay")), "intents")) {
        if (textAt(each.toObject(), "id") == id)
            return each.toObject();
    }
    return {};
}

void TestE2eIntents::ackHasEveryIntentInTheOrderOfTheBatch()
{
    WsClient client;
    QVERIFY(join(client, "order"));
    const QJsonObject answer = ack(client, {entry("ord-00003"), entry("ord-00001", "A_REJECT"), entry("ord-00002")});
    const QJsonArray rows = arrayAt(answer, "intents");
    QCOMPARE(column(rows, "id"), (QByteArrayList{"ord-00003", "ord-00001", "ord-00002"}));
    QCOMPARE(column(rows, "status"), (QByteArrayList{"acked", "rejected", "acked"}));
    QCOMPARE(column(rows, "site"), (QByteArrayList{"order", "order", "order"}));
    QVERIFY(numberAt(answer, "intents.0.serverTimestamp") > 1'600'000'000'000);
    QCOMPARE(numberAt(answer, "intents.2.logSeq"), numberAt(answer, "intents.0.logSeq") + 2);
}

void TestE2eIntents::verdictOfTheBackendIsTheStatus_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("acked") << QByteArray("TODO_CREATE") << QByteArray("acked");
    QTest::newRow("rejected") << QByteArray("TODO_REJECT") << QByteArray("rejected");
    QTest::newRow("conflict") << QByteArray("TODO_CONFLICT") << QByteArray("conflict");
    QTest::newRow("failed") << QByteArray("TODO_FAIL") << QByteArray("failed");
}

void TestE2eIntents::verdictOfTheBackendIsTheStatus()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, status);
    WsClient client;
    QVERIFY(join(client, "verdict"));
    const QByteArray id = "verdict-" + status;
    QCOMPARE(textAt(ack(client, {entry(id, name)}), "intents.0.status"), status);
    QCOMPARE(textAt(row("verdict", id), "status"), status);
}

void TestE2eIntents::unknownVerdictIsFailed()
{
    m_backend.setBehaviour(QStringLiteral("ODD"), json(R"({"status":"perhaps"})"));
    WsClient client;
    QVERIFY(join(client, "odd"));
    QCOMPARE(textAt(ack(client, {entry("odd-00001", "ODD")}), "intents.0.status"), "failed");
}

void TestE2eIntents::verdictIsReadInAnyCase()
{
    m_backend.setBehaviour(QStringLiteral("LOUD"), json(R"({"status":"REJECTED"})"));
    WsClient client;
    QVERIFY(join(client, "loud"));
    QCOMPARE(textAt(ack(client, {entry("loud-0001", "LOUD")}), "intents.0.status"), "rejected");
}

void TestE2eIntents::rowMissingFromTheResultsKeepsAcked()
{
    m_backend.setBehaviour(QStringLiteral("/apply-intents"), json(R"({"json":{"results":[]}})"));
    WsClient client;
    QVERIFY(join(client, "missing"));
    QCOMPARE(textAt(ack(client, {entry("miss-0001")}), "intents.0.status"), "acked");
}

// spec 19 (11), (27)
void TestE2eIntents::backendFaultFailsTheBatch_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("unreadable answer with 200, spec 19 (11)") << QByteArray("A_GARBAGE");
    QTest::newRow("server error") << QByteArray("A_HTTP500");
    QTest::newRow("unavailable") << QByteArray("A_HTTP503");
    QTest::newRow("connection closed before the answer") << QByteArray("A_DROP");
    QTest::newRow("connection closed inside the answer") << QByteArray("A_CUT");
    QTest::newRow("answer never comes") << QByteArray("A_HANG");
    QTest::newRow("answer without an end") << QByteArray("A_HUGE");
}

void TestE2eIntents::backendFaultFailsTheBatch()
{
    QFETCH(QByteArray, name);
    // Each fault at a gateway of its own: enough of them in a row and the gateway stops asking.
    GatewayProcess gateway;
    QVERIFY(
        gateway.start({QStringLiteral("--backend-url"), m_backend.url(), QStringLiteral("--backend-timeout=500ms")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    const QJsonObject answer = ack(client, {entry("fault-001", name), entry("fault-002")});
    QCOMPARE(column(arrayAt(answer, "intents"), "status"), (QByteArrayList{"failed", "failed"}));
}

void TestE2eIntents::backendErrorIsStoredInTheRow()
{
    m_backend.setBehaviour(QStringLiteral("BAD"),
                           json(R"({"status":"rejected","code":"TOO_LATE","message":"closed at noon"})"));
    WsClient client;
    QVERIFY(join(client, "stored-error"));
    ack(client, {entry("err-00001", "BAD")});
    const QJsonObject stored = row("stored-error", "err-00001");
    QCOMPARE(textAt(stored, "backend.code"), "TOO_LATE");
    QCOMPARE(textAt(stored, "backend.message"), "closed at noon");
}

void TestE2eIntents::refusedRowsAreReplayedButNotFannedOut()
{
    WsClient writer;
    WsClient watcher;
    QVERIFY(join(writer, "quiet"));
    QVERIFY(join(watcher, "quiet"));
    watcher.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    ack(writer, {entry("qui-00001", "A_REJECT"), entry("qui-00002"), entry("qui-00003", "A_FAIL")});
    QVERIFY(watcher.settle());
    const QJsonObject invalidate = watcher.next(QStringLiteral("channel.invalidate"));
    QCOMPARE(column(arrayAt(invalidate, "intents"), "id"), QByteArrayList{"qui-00002"});
    QCOMPARE(watcher.unread(QStringLiteral("channel.invalidate")), 0);
    QCOMPARE(textAt(row("quiet", "qui-00001"), "status"), "rejected");
    QCOMPARE(textAt(row("quiet", "qui-00003"), "status"), "failed");
}

void TestE2eIntents::duplicateIsAnsweredFromTheStoreAndNotForwarded()
{
    WsClient client;
    WsClient other;
    QVERIFY(join(client, "twice"));
    QVERIFY(join(other, "twice"));
    const QJsonObject first = ack(client, {entry("twi-00001")});
    const QJsonObject second = ack(other, {entry("twi-00001", "OTHER", R"({"changed":true})")});
    QCOMPARE(textAt(second, "intents.0.status"), "acked");
    QCOMPARE(numberAt(second, "intents.0.logSeq"), numberAt(first, "intents.0.logSeq"));
    QCOMPARE(m_backend.timesSeen(QStringLiteral("twi-00001")), 1);
    QCOMPARE(textAt(row("twice", "twi-00001"), "intent"), "TODO_CREATE");
}

void TestE2eIntents::refusedOutcomeIsFinal()
{
    WsClient client;
    QVERIFY(join(client, "final"));
    const QJsonObject first = ack(client, {entry("fin-00001", "A_REJECT"), entry("fin-00002", "A_CONFLICT")});
    const QJsonObject again = ack(client, {entry("fin-00001", "A_REJECT"), entry("fin-00002", "A_CONFLICT")});
    QCOMPARE(column(arrayAt(again, "intents"), "status"), (QByteArrayList{"rejected", "conflict"}));
    QCOMPARE(column(arrayAt(again, "intents"), "logSeq"), column(arrayAt(first, "intents"), "logSeq"));
    QCOMPARE(m_backend.timesSeen(QStringLiteral("fin-00001")), 1);
}

// spec 19 (10)
void TestE2eIntents::failedIntentCanBeRetried()
{
    m_backend.setBehaviour(QStringLiteral("LATER"), json(R"({"status":"failed"})"));
    WsClient client;
    QVERIFY(join(client, "retry"));
    QCOMPARE(textAt(ack(client, {entry("ret-00001", "LATER")}), "intents.0.status"), "failed");
    m_backend.setBehaviour(QStringLiteral("LATER"), json(R"({"status":"acked"})"));
    QCOMPARE(textAt(ack(client, {entry("ret-00001", "LATER")}), "intents.0.status"), "acked");
    QCOMPARE(m_backend.timesSeen(QStringLiteral("ret-00001")), 2);
    WsClient reader;
    QVERIFY(reader.open(m_gateway.webSocketUrl(QStringLiteral("site=retry"))));
    const QJsonArray rows = arrayAt(reader.next(QStringLiteral("replay")), "intents");
    QCOMPARE(column(rows, "status"), QByteArrayList{"acked"}); // and not the failed row at its old place as well
    reader.send(channelFrame("channel.subscribe", "global"));
    const QJsonObject snapshot = reader.next(QStringLiteral("channel.snapshot"));
    QCOMPARE(column(arrayAt(snapshot, "intents"), "status"), QByteArrayList{"acked"});
}

// spec 19 (9)
void TestE2eIntents::retryWhileTheBackendIsWorkingWaitsForItsVerdict()
{
    WsClient client;
    WsClient other;
    QVERIFY(join(client, "wait"));
    QVERIFY(join(other, "wait"));
    m_backend.setBehaviour(QStringLiteral("SLOW_NO"), json(R"({"status":"rejected","delayMs":300})"));
    client.send(batch({entry("wai-00001", "SLOW_NO")}));
    QTRY_COMPARE(m_backend.timesSeen(QStringLiteral("wai-00001")), 1);
    QCOMPARE(textAt(ack(other, {entry("wai-00001", "SLOW_NO")}), "intents.0.status"), "rejected");
    QCOMPARE(textAt(client.next(QStringLiteral("ack")), "intents.0.status"), "rejected");
    QCOMPARE(m_backend.timesSeen(QStringLiteral("wai-00001")), 1);
}

// spec 19 (9)
void TestE2eIntents::statusIsNotAckedBeforeTheBackendDecided()
{
    WsClient client;
    QVERIFY(join(client, "undecided"));
    client.send(batch({entry("und-00001", "A_HANG")}));
    QTRY_COMPARE(m_backend.timesSeen(QStringLiteral("und-00001")), 1);
    HttpClient http(m_gateway.url());
    const QJsonObject pending = http.get(QStringLiteral("/optimistic/pending?site=undecided")).json();
    QCOMPARE(textAt(pending, "pending.0.id"), "und-00001");
    QVERIFY(textAt(pending, "pending.0.status") != "acked");
    QCOMPARE(textAt(client.next(QStringLiteral("ack")), "intents.0.status"), "failed");
}

// spec 19 (12)
void TestE2eIntents::duplicateInsideABatchIsForwardedOnce()
{
    WsClient client;
    QVERIFY(join(client, "inbatch"));
    const QJsonObject answer = ack(client, {entry("inb-00001"), entry("inb-00002"), entry("inb-00001")});
    QCOMPARE(column(arrayAt(answer, "intents"), "id"), (QByteArrayList{"inb-00001", "inb-00002", "inb-00001"}));
    QCOMPARE(numberAt(answer, "intents.2.logSeq"), numberAt(answer, "intents.0.logSeq"));
    QCOMPARE(m_backend.timesSeen(QStringLiteral("inb-00001")), 1);
}

// spec 19 (12)
void TestE2eIntents::sameIdOnAnotherSiteIsAnotherIntent()
{
    WsClient here;
    WsClient there;
    QVERIFY(join(here, "here"));
    QVERIFY(join(there, "there"));
    const QJsonObject first = ack(here, {entry("both-0001", "FIRST")});
    const QJsonObject second = ack(there, {entry("both-0001", "SECOND")});
    QVERIFY(numberAt(second, "intents.0.logSeq") != numberAt(first, "intents.0.logSeq"));
    QCOMPARE(m_backend.timesSeen(QStringLiteral("both-0001")), 2);
    QCOMPARE(textAt(row("here", "both-0001"), "intent"), "FIRST");
    QCOMPARE(textAt(row("there", "both-0001"), "intent"), "SECOND");
}

// spec 19 (17): logSeq of an intent without id is its own, not the wall clock
void TestE2eIntents::intentWithoutIdGetsOne()
{
    WsClient client;
    QVERIFY(join(client, "noid"));
    const QJsonObject answer = ack(client, {entry(""), entry("")});
    const QByteArray one = textAt(answer, "intents.0.id");
    QCOMPARE(one.size(), 36);
    QVERIFY(textAt(answer, "intents.1.id") != one);
    QVERIFY(numberAt(answer, "intents.0.logSeq") < 1'000'000);
    QCOMPARE(numberAt(row("noid", one), "logSeq"), numberAt(answer, "intents.0.logSeq"));
}

void TestE2eIntents::onlyFreshRowsAreForwarded()
{
    WsClient client;
    QVERIFY(join(client, "fresh"));
    ack(client, {entry("fre-00001")});
    ack(client, {entry("fre-00001"), entry("fre-00002")});
    const QJsonObject body = m_backend.lastBody(QStringLiteral("/apply-intents"));
    QCOMPARE(column(arrayAt(body, "intents"), "id"), QByteArrayList{"fre-00002"});
    const int calls = m_backend.callCount(QStringLiteral("/apply-intents"));
    ack(client, {entry("fre-00001"), entry("fre-00002")});
    QCOMPARE(m_backend.callCount(QStringLiteral("/apply-intents")), calls);
}

// spec 11
void TestE2eIntents::forwardedRowsCarryTheContext()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=context")),
                        m_gateway.mintToken("staff", "sue")));
    ack(client, {entry("con-00001", "TODO_CREATE", R"({"a":1})", R"({"clock":9})")});
    const QJsonObject body = m_backend.lastBody(QStringLiteral("/apply-intents"));
    VERIFY_HAS(body,
               R"({"context":{"site":"context","ip":"127.0.0.1","user":{"id":"sue","role":"staff"}},
             "intents":[{"id":"con-00001","intent":"TODO_CREATE","payload":{"a":1},"meta":{"clock":9},
                         "site":"context"}]})");
    QCOMPARE(valueAt(body, "context.connectionId").toString(), client.connectionId());
    QVERIFY(hasAt(body, "context.userAgent"));
    WsClient guest;
    QVERIFY(join(guest, "context"));
    ack(guest, {entry("con-00002")});
    QVERIFY(valueAt(m_backend.lastBody(QStringLiteral("/apply-intents")), "context.user").isNull());
}

void TestE2eIntents::ackPrecedesTheInvalidationOfTheSameBatch()
{
    WsClient client;
    QVERIFY(join(client, "first-ack"));
    client.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    for (int i = 0; i < 10; ++i) {
        client.send(batch({entry("ack-1000" + QByteArray::number(i))}));
        QVERIFY(!client.next(QStringLiteral("channel.invalidate")).isEmpty());
        const QStringList types = client.types();
        QCOMPARE(types.mid(types.size() - 2),
                 (QStringList{QStringLiteral("ack"), QStringLiteral("channel.invalidate")}));
    }
}

void TestE2eIntents::ackedRowsLoseTheReasonPending()
{
    WsClient client;
    QVERIFY(join(client, "released"));
    ack(client, {entry("rel-00001")});
    QCOMPARE(textAt(row("released", "rel-00001"), "meta.reasons"), R"(["replay","channel:global"])");
}

void TestE2eIntents::refusedRowsKeepTheReasonPending()
{
    WsClient client;
    QVERIFY(join(client, "stuck"));
    ack(client, {entry("stu-00001", "A_CONFLICT")});
    QVERIFY(arrayAt(row("stuck", "stu-00001"), "meta.reasons").contains(QStringLiteral("pending")));
}

void TestE2eIntents::logSeqGrowsOverAllSitesAndSurvivesRestart()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    const auto write = [&](const QString &site, const QByteArray &id) {
        WsClient client;
        if (!client.join(gateway.webSocketUrl(QStringLiteral("role=leader&site=") + site)))
            return qint64(-1);
        return numberAt(ack(client, {entry(id)}), "intents.0.logSeq");
    };
    QCOMPARE(write(QStringLiteral("a"), "seq-00001"), 1);
    QCOMPARE(write(QStringLiteral("b"), "seq-00001"), 2);
    QCOMPARE(gateway.terminate(), 0);
    QVERIFY(gateway.restart());
    QCOMPARE(write(QStringLiteral("a"), "seq-00002"), 3);
    QCOMPARE(write(QStringLiteral("a"), "seq-00001"), 1);
    gateway.kill();
    QVERIFY(gateway.restart());
    QCOMPARE(write(QStringLiteral("a"), "seq-00003"), 4);
}

void TestE2eIntents::oldestRowsAreTrimmedAndTheirIdsAreFreshAgain()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--store-max-entries=5")}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    for (int i = 1; i <= 9; ++i)
        ack(client, {entry("trim-000" + QByteArray::number(i))});
    const auto kept = [&] {
        WsClient reader;
        if (!reader.open(gateway.webSocketUrl()))
            return QByteArrayList();
        return column(arrayAt(reader.next(QStringLiteral("replay")), "intents"), "id");
    };
    QTRY_COMPARE(kept().size(), 5);
    QCOMPARE(kept().first(), "trim-0005");
    QCOMPARE(numberAt(ack(client, {entry("trim-0001")}), "intents.0.logSeq"), 10);
    QCOMPARE(numberAt(ack(client, {entry("trim-0009")}), "intents.0.logSeq"), 9);
    WsClient behind;
    QVERIFY(behind.open(gateway.webSocketUrl(QStringLiteral("cursor=2"))));
    const QJsonObject replay = behind.next(QStringLiteral("replay"));
    QCOMPARE(textAt(replay, "continuity"), "gap");
    QCOMPARE(textAt(replay, "gapReason"), "retention");
}

void TestE2eIntents::writingNeedsASessionWhenConfigured()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_OPTIMISTIC_REQUIRE_AUTH_WRITES"), QStringLiteral("true")}}));
    WsClient guest;
    QVERIFY(guest.join(gateway.webSocketUrl()));
    const QJsonObject error = guest.ask(batch({entry("wri-00001")}), QStringLiteral("error"));
    QCOMPARE(textAt(error, "code"), "UNAUTHORIZED");
    WsClient user;
    QVERIFY(user.join(gateway.webSocketUrl(), gateway.mintToken("user")));
    QCOMPARE(textAt(ack(user, {entry("wri-00001")}), "intents.0.status"), "acked");
}

QTEST_GUILESS_MAIN(TestE2eIntents)
#include "tst_e2e_intents.moc"
