// SPDX-License-Identifier: MIT
// "Why": recorded decisions, limits, marks and positions, through every form of the admin port.

#include "admin/stage.h"
#include "support/httpclient.h"

#include <QJsonArray>
#include <QSignalSpy>

using namespace Tidegate;
using namespace Tidegate::Admin;

class TestAdminWhy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addForms(); }
    void aRefusalIsFoundByItsLinkRuleAndChannel();
    void aRefusalSaysHowToAllowIt();
    void whatARoleHidIsFoundByEachLinkItWasHiddenFrom();
    void anIntentAnsweredFromTheStoreIsFoundByItsId();
    void decisionsAreALiveFeed();
    void aPageOfDecisionsIsAWindow();
    void whoRanIntoALimitIsListedWithWhereTheyStand();
    void aMarkedIntentKeepsItsPlaceAndItsNote();
    void aMarkIsCheckedLikeEveryCommand();
    void aStreamTellsEpochRecoveriesAndPositions();

private:
    static QString sendAndFindLink(Stage &stage, const QByteArray &frame);
};

//! Subscribes the first client to what it may not see; the link's key.
QString TestAdminWhy::sendAndFindLink(Stage &stage, const QByteArray &frame)
{
    if (!stage.client().send(frame))
        return {};
    QString link;
    const bool isThere = QTest::qWaitFor([&] {
        const auto rows = stage.rowsWith(u"decisions"_s, {});
        link = rows.isEmpty() ? QString() : rows.first()[u"link"_s].toString();
        return !link.isEmpty();
    });
    return isThere ? link : QString();
}

void TestAdminWhy::aRefusalIsFoundByItsLinkRuleAndChannel()
{
    ADMIN_STAGE(stage);
    const QJsonObject rule{{u"rule"_s, u"ssma.channels"_s}};
    if (form == Form::Scripted) {
        QVERIFY(!stage.rowsWith(u"decisions"_s, rule).isEmpty());
        return;
    }
    const QString link =
        sendAndFindLink(stage, "{\"type\":\"channel.subscribe\",\"channel\":\"ops.audit\",\"params\":{}}");
    QVERIFY(stage.linkKeys().contains(link));
    for (const QJsonObject &columns :
         {rule, QJsonObject{{u"link"_s, link}}, QJsonObject{{u"subject"_s, u"ops.audit"_s}},
          QJsonObject{{u"kind"_s, u"denied"_s}}, QJsonObject{{u"code"_s, u"ACCESS_DENIED"_s}}}) {
        const auto rows = stage.rowsWith(u"decisions"_s, columns);
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.first()[u"count"_s], 1);
        QVERIFY(rows.first()[u"at"_s].toInteger() > 0);
    }
    QVERIFY(stage.rowsWith(u"decisions"_s, {{u"link"_s, u"none"_s}}).isEmpty());
    QVERIFY(stage.rowsWith(u"decisions"_s, {{u"subject"_s, u"global"_s}}).isEmpty());
}

void TestAdminWhy::aRefusalSaysHowToAllowIt()
{
    ADMIN_STAGE(stage);
    if (form != Form::Scripted)
        QVERIFY(!sendAndFindLink(stage, "{\"type\":\"channel.subscribe\",\"channel\":\"nowhere\"}").isEmpty());
    const auto rows = stage.rowsWith(u"decisions"_s, {});
    QVERIFY(!rows.isEmpty());
    QVERIFY(!rows.first()[u"text"_s].toString().isEmpty());
    const auto one = stage.one(u"decisions"_s, QString::number(rows.first()[u"number"_s].toInteger()));
    QVERIFY(one);
    QVERIFY(!(*one)[u"fix"_s].toString().isEmpty());
    if (form != Form::Scripted)
        QVERIFY((*one)[u"fix"_s].toString().contains(u"ssma.channels"_s));
}

void TestAdminWhy::whatARoleHidIsFoundByEachLinkItWasHiddenFrom()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted)
        return; // has no clients
    // ops.dashboard is for staff only; all links are guests'.
    HttpClient http(stage.gateway().url());
    http.setToken(stage.token(Role::Staff));
    QCOMPARE(http.post(u"/islands/invalidate"_s, {{u"islandId"_s, u"ops.dashboard"_s}}).status, 202);
    const QStringList links = stage.linkKeys();
    QCOMPARE(links.size(), Links);
    for (const QString &link : links) {
        QTRY_COMPARE(stage.rowsWith(u"decisions"_s, {{u"link"_s, link}, {u"rule"_s, u"role"_s}}).size(), 1);
        QCOMPARE(stage.rowsWith(u"decisions"_s, {{u"link"_s, link}}).first()[u"subject"_s], u"ops.dashboard"_s);
    }
    QVERIFY(stage.rowsWith(u"decisions"_s, {{u"link"_s, u"7fffffff"_s}}).isEmpty());
}

void TestAdminWhy::anIntentAnsweredFromTheStoreIsFoundByItsId()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted)
        return; // has no clients
    const QByteArray batch = "{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"again-01\",\"intent\":\"ADD\","
                             "\"payload\":{},\"meta\":{\"clock\":1}}]}";
    QVERIFY(stage.client().send(batch));
    QTRY_VERIFY(!stage.rowsWith(u"intents"_s, {{u"id"_s, u"again-01"_s}}).isEmpty());
    QVERIFY(stage.client().send(batch));
    PageRequest request = Stage::of(u"decisions"_s);
    request.filters = {{u"messages"_s, FilterOp::Contains, u"again-01"_s}};
    QTRY_COMPARE(stage.page(request)->rows.size(), 1);
    const QJsonObject row = stage.page(request)->rows.first();
    QCOMPARE(row[u"kind"_s], u"answered"_s);
    QCOMPARE(row[u"rule"_s], u"intent-duplicate"_s);
}

void TestAdminWhy::decisionsAreALiveFeed()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted)
        return;
    QSignalSpy revisions(&stage.port(), &AdminPort::revisionChanged);
    stage.port().watchRows(u"decisions"_s, {});
    QTRY_VERIFY(!revisions.isEmpty());
    const qint64 before = revisions.last().at(1).toLongLong();
    QVERIFY(stage.client().send("no JSON at all"));
    QTRY_VERIFY(revisions.last().at(1).toLongLong() > before);
    QCOMPARE(revisions.last().at(2).toLongLong(), 1);
}

void TestAdminWhy::aPageOfDecisionsIsAWindow()
{
    ADMIN_STAGE(stage);
    if (form != Form::Scripted) {
        for (int i = 0; i < 5; ++i)
            QVERIFY(
                stage.client().send("{\"type\":\"channel.subscribe\",\"channel\":\"c" + QByteArray::number(i) + "\"}"));
        QTRY_COMPARE(stage.rowsWith(u"decisions"_s, {}).size(), 5);
    }
    PageRequest request = Stage::of(u"decisions"_s);
    request.sort = u"number"_s;
    request.offset = 3;
    request.limit = 2;
    const auto page = stage.page(request);
    QVERIFY(page->total >= 5);
    QCOMPARE(page->rows.size(), 2);
    QCOMPARE(page->rows[0][u"number"_s].toInteger() + 1, page->rows[1][u"number"_s].toInteger());
}

void TestAdminWhy::whoRanIntoALimitIsListedWithWhereTheyStand()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted) {
        const auto rows = stage.rowsWith(u"limits"_s, {{u"limit"_s, u"http.rate_max"_s}});
        QVERIFY(!rows.isEmpty() && rows.first()[u"hits"_s].toInteger() > 0);
        return;
    }
    constexpr int Allowed = 8; // ssma.subscribe_max
    for (int i = 0; i < Allowed + 2; ++i)
        QVERIFY(stage.client().send("{\"type\":\"channel.subscribe\",\"channel\":\"global\",\"params\":{\"n\":" +
                                    QByteArray::number(i) + "}}"));
    const QJsonObject limit{{u"limit"_s, u"ssma.subscribe_max"_s}};
    // The table is kept for two seconds, and may have been made in the middle of it.
    QTRY_COMPARE(stage.rowsWith(u"limits"_s, limit).value(0)[u"used"_s], Allowed);
    QTRY_COMPARE(stage.rowsWith(u"limits"_s, limit).value(0)[u"hits"_s].toInteger(), 2);
    const QJsonObject row = stage.rowsWith(u"limits"_s, limit).first();
    QCOMPARE(row[u"used"_s], Allowed);
    QCOMPARE(row[u"max"_s], Allowed);
    QVERIFY(row[u"resetsAt"_s].toInteger() > row[u"lastAt"_s].toInteger());
    QVERIFY(!row[u"who"_s].toString().isEmpty());
    QCOMPARE(stage.rowsWith(u"decisions"_s, {{u"rule"_s, u"ssma.subscribe_max"_s}}).value(0)[u"count"_s], 2);
}

void TestAdminWhy::aMarkedIntentKeepsItsPlaceAndItsNote()
{
    ADMIN_STAGE(stage);
    if (form != Form::Scripted) {
        QVERIFY(stage.client().send("{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"marked/1\",\"intent\":\"ADD\","
                                    "\"payload\":{},\"meta\":{\"clock\":1}}]}"));
        QTRY_VERIFY(!stage.rowsWith(u"intents"_s, {{u"id"_s, u"marked/1"_s}}).isEmpty());
    }
    const QJsonObject before = stage.rowsWith(u"intents"_s, {{u"status"_s, u"acked"_s}}).first();
    const QString key = before[u"key"_s].toString();
    QVERIFY(!before.contains(u"mark"_s));
    const auto mark = [&](const QJsonObject &args) {
        return stage.invoke({u"intents"_s, u"mark"_s, {key}, args, false});
    };
    const auto marked = mark({{u"note"_s, u"ask the harbour master"_s}, {u"colour"_s, u"amber"_s}});
    QVERIFY2(marked, qPrintable(marked ? QString() : marked.error().text));
    QCOMPARE(marked->affected, 1);
    QCOMPARE(mark({{u"handled"_s, true}, {u"colour"_s, u"green"_s}, {u"note"_s, u"done"_s}})->affected, 1);
    const auto after = stage.one(u"intents"_s, key);
    QCOMPARE((*after)[u"seq"_s], before[u"seq"_s]);
    QCOMPARE((*after)[u"status"_s], before[u"status"_s]);
    QCOMPARE((*after)[u"handled"_s], true);
    const QJsonObject note = (*after)[u"mark"_s].toObject();
    QCOMPARE(note[u"note"_s], u"done"_s);
    QCOMPARE(note[u"colour"_s], u"green"_s);
    QVERIFY(note[u"at"_s].toInteger() > 0);
    QCOMPARE(note[u"by"_s].toString(), stage.port().identity().operatorName);
    const auto handled = [&](bool is) {
        return stage.rowsWith(u"intents"_s, {{u"id"_s, before[u"id"_s]}, {u"handled"_s, is}});
    };
    QCOMPARE(handled(true).size(), 1);
    QVERIFY(handled(false).isEmpty());
    QCOMPARE(mark({{u"note"_s, u"not yet"_s}})->affected, 1);
    QVERIFY(handled(true).isEmpty()); // the newest mark counts
    QCOMPARE(handled(false).size(), 1);
    if (form == Form::Scripted)
        return; // its transitions are made up
    PageRequest history = Stage::of(u"transitions"_s);
    history.filters = {{u"intent"_s, FilterOp::Equal, key}};
    const auto transitions = stage.page(history)->rows;
    QCOMPARE(transitions.last()[u"state"_s], u"marked"_s);
    QCOMPARE(transitions.last()[u"actor"_s].toString(), stage.port().identity().operatorName);
    QCOMPARE(transitions[transitions.size() - 3][u"mark"_s].toObject()[u"note"_s], u"ask the harbour master"_s);
}

void TestAdminWhy::aMarkIsCheckedLikeEveryCommand()
{
    ADMIN_STAGE(stage);
    const CommandCall colour{u"intents"_s, u"mark"_s, {u"default/none"_s}, {{u"colour"_s, u"plaid"_s}}, false};
    QCOMPARE(stage.invoke(colour).error().code, ErrorCode::InvalidContract);
    const auto unknown = stage.invoke({u"intents"_s, u"mark"_s, {u"default/none"_s}, {}, false});
    QCOMPARE(unknown->affected, 0);
    QCOMPARE(unknown->errors.size(), 1);
}

void TestAdminWhy::aStreamTellsEpochRecoveriesAndPositions()
{
    ADMIN_STAGE(stage);
    const Resource &streams = *stage.port().catalog().find(u"streams"_s);
    QVERIFY(streams.column(u"recoveries"_s) && streams.column(u"gaps"_s));
    if (form == Form::Scripted)
        return;
    QVERIFY(stage.client().send("{\"type\":\"channel.subscribe\",\"channel\":\"global\",\"params\":{}}"));
    const QJsonObject mine{{u"channel"_s, u"global"_s}};
    QTRY_COMPARE(stage.rowsWith(u"subscriptions"_s, mine).size(), 1);
    QCOMPARE(stage.rowsWith(u"subscriptions"_s, mine).first()[u"position"_s], 0);
    QVERIFY(stage.client(1).send("{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"placed/1\",\"intent\":\"ADD\","
                                 "\"payload\":{},\"meta\":{\"clock\":1,\"channels\":[\"global\"]}}]}"));
    QTRY_COMPARE(stage.rowsWith(u"subscriptions"_s, mine).first()[u"position"_s], 1);
    // The second one's cursor is from a future that was never written.
    for (const char *cursor : {"0", "999"})
        QVERIFY(stage.client().send("{\"type\":\"channel.resync\",\"channel\":\"global\",\"params\":{},\"cursor\":" +
                                    QByteArray(cursor) + "}"));
    QTRY_COMPARE(stage.rowsWith(u"streams"_s, mine).value(0)[u"recoveries"_s].toInteger(), 2);
    const QJsonObject stream = stage.rowsWith(u"streams"_s, mine).first();
    QCOMPARE(stream[u"gaps"_s], 1);
    QVERIFY(!stream[u"epoch"_s].toString().isEmpty());
    QCOMPARE(stage.rowsWith(u"decisions"_s, {{u"rule"_s, u"replay-epoch"_s}}).value(0)[u"subject"_s], u"global"_s);
}

QTEST_GUILESS_MAIN(TestAdminWhy)
#include "tst_adminwhy.moc"
