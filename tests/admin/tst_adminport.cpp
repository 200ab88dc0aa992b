// SPDX-License-Identifier: MIT
// The contract of AdminPort, kept by every form of it: in this process, over a network, and made up for tests.

#include "admin/stage.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace Tidegate;
using namespace Tidegate::Admin;
using namespace Qt::StringLiterals;

class TestAdminPort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void itSaysWhoAndWhatThereIs();
    void everyResourceOfTheCatalogHasPages();
    void everyRowIsFoundByItsKeyAndFitsItsColumns();
    void aRequestTheCatalogForbidsEndsInAnError();
    void pagesAreWindows();
    void aKickedLinkGoes();
    void aDryRunChangesNothing();
    void unknownKeysAreNamed();
    void commandsStandInTheAudit();
    void anIntentIsFoundAndFollowed();
    void aSubscriptionAndItsStreamAreSeen();
    void rulesAreExplained();
    void statisticsComeOnlyWhenWatched();
    void theLogTailComesWhenWatched();
    void historyHasOneSeriesPerStatistic();
    void anAnswerDoesNotReachADeadContext();
    void aViewerMayLookAndNotAct();
    void strangersAreRefused();
    void aPortOutlivesItsGateway();
};

void TestAdminPort::initTestCase_data()
{
    addForms();
}

void TestAdminPort::itSaysWhoAndWhatThereIs()
{
    ADMIN_STAGE(stage);
    const Identity identity = stage.port().identity();
    QVERIFY(!identity.gateway.isEmpty() && !identity.version.isEmpty() && !identity.operatorName.isEmpty());
    QVERIFY(identity.startedAtMs > 0);
    QCOMPARE(identity.role, OperatorRole::Admin);
    QVERIFY(stage.port().catalog().find(u"links"_s)->command(u"kick"_s));
    QVERIFY(!stage.port().catalog().statistics().isEmpty());
}

void TestAdminPort::everyResourceOfTheCatalogHasPages()
{
    ADMIN_STAGE(stage);
    for (const Resource &resource : stage.port().catalog().resources()) {
        PageRequest request = Stage::of(resource.name);
        for (const QString &field : resource.requiredFilters)
            request.filters.append({field, FilterOp::Equal, u"none.such"_s});
        const auto page = stage.page(request);
        QVERIFY2(page, qPrintable(resource.name + u": "_s + (page ? QString() : page.error().text)));
        QVERIFY(page->total == -1 || page->total >= page->rows.size());
    }
}

void TestAdminPort::everyRowIsFoundByItsKeyAndFitsItsColumns()
{
    ADMIN_STAGE(stage);
    for (const Resource &resource : stage.port().catalog().resources()) {
        if (!resource.requiredFilters.isEmpty())
            continue;
        PageRequest request = Stage::of(resource.name);
        request.limit = 20;
        const auto page = stage.page(request);
        for (const QJsonObject &row : page->rows) {
            for (const QString &name : row.keys()) {
                const Column *column = resource.column(name);
                QVERIFY2(column, qPrintable(resource.name + u'.' + name));
                QVERIFY2(column->type != ColumnType::Enum || column->values.contains(row[name].toString()),
                         qPrintable(resource.name + u'.' + name + u'=' + row[name].toString()));
            }
        }
        if (page->rows.isEmpty())
            continue;
        const QJsonValue key = page->rows.first()[resource.keyField];
        const QString keyText = key.isDouble() ? QString::number(key.toInteger()) : key.toString();
        const auto one = Stage::wait<QJsonObject>(
            [&](auto done) { stage.port().fetchOne(resource.name, keyText, &stage.port(), done); });
        QVERIFY2(one, qPrintable(resource.name));
        QCOMPARE((*one)[resource.keyField], key);
        const auto none = Stage::wait<QJsonObject>(
            [&](auto done) { stage.port().fetchOne(resource.name, u"none.such"_s, &stage.port(), done); });
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
    }
}

void TestAdminPort::aRequestTheCatalogForbidsEndsInAnError()
{
    ADMIN_STAGE(stage);
    QCOMPARE(stage.page(Stage::of(u"ships"_s)).error().code, ErrorCode::NotFound);
    PageRequest request = Stage::of(u"links"_s);
    request.sort = u"colour"_s;
    QCOMPARE(stage.page(request).error().code, ErrorCode::InvalidContract);
    QCOMPARE(stage.invoke({u"links"_s, u"praise"_s, {u"a"_s}, {}, false}).error().code, ErrorCode::NotFound);
    QCOMPARE(stage.invoke({u"links"_s, u"throttle"_s, {u"a"_s}, {}, false}).error().code, ErrorCode::InvalidContract);
}

void TestAdminPort::pagesAreWindows()
{
    ADMIN_STAGE(stage);
    const QStringList all = stage.linkKeys();
    PageRequest request = Stage::of(u"links"_s);
    request.offset = 1;
    request.limit = 1;
    const auto page = stage.page(request);
    QCOMPARE(page->total, Links);
    QCOMPARE(page->offset, 1);
    QCOMPARE(page->rows.size(), 1);
    QCOMPARE(page->rows.first()[u"id"_s].toString(), all[1]);
    request.offset = 0;
    request.filters = {{u"id"_s, FilterOp::Equal, all[2]}};
    QCOMPARE(stage.page(request)->total, 1);
}

void TestAdminPort::aKickedLinkGoes()
{
    ADMIN_STAGE(stage);
    const QString victim = stage.linkKeys().first();
    QSignalSpy rows(&stage.port(), &AdminPort::rowsChanged);
    QSignalSpy revisions(&stage.port(), &AdminPort::revisionChanged);
    stage.port().watchRows(u"links"_s, {victim});
    QTRY_VERIFY(!rows.isEmpty()); // told once as it is
    const auto outcome = stage.invoke({u"links"_s, u"kick"_s, {victim}, {{u"reason"_s, u"test"_s}}, false});
    QVERIFY2(outcome, qPrintable(outcome ? QString() : outcome.error().text));
    QCOMPARE(outcome->affected, 1);
    QTRY_COMPARE(rows.last().at(2).toStringList(), QStringList{victim});
    QTRY_COMPARE(stage.linkKeys().size(), Links - 1);
    QTRY_COMPARE(revisions.isEmpty() ? -1 : revisions.last().at(2).toLongLong(), Links - 1);
}

void TestAdminPort::aDryRunChangesNothing()
{
    ADMIN_STAGE(stage);
    const QStringList all = stage.linkKeys();
    const auto outcome = stage.invoke({u"links"_s, u"kick"_s, all, {}, true});
    QCOMPARE(outcome->affected, Links);
    QVERIFY(!outcome->text.isEmpty());
    QCOMPARE(stage.linkKeys(), all);
    QVERIFY(stage.port().catalog().find(u"audit"_s));
}

void TestAdminPort::unknownKeysAreNamed()
{
    ADMIN_STAGE(stage);
    const auto outcome = stage.invoke({u"links"_s, u"kick"_s, {u"none.such"_s, u"fffff"_s}, {}, false});
    QCOMPARE(outcome->affected, 0);
    QCOMPARE(outcome->errors.size(), 2);
}

void TestAdminPort::commandsStandInTheAudit()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted)
        return; // its audit is made up
    const QString victim = stage.linkKeys().first();
    QVERIFY(stage.invoke({u"links"_s, u"throttle"_s, {victim}, {{u"max"_s, 7}}, false}));
    const auto audit = stage.page(Stage::of(u"audit"_s));
    QCOMPARE(audit->rows.size(), 1);
    const QJsonObject entry = audit->rows.first();
    QCOMPARE(entry[u"action"_s], u"links.throttle"_s);
    QCOMPARE(entry[u"outcome"_s], u"done"_s);
    QCOMPARE(entry[u"actor"_s], form == Form::Local ? u"console"_s : u"boss"_s);
    QCOMPARE(entry[u"targets"_s].toArray().first(), victim);
}

void TestAdminPort::anIntentIsFoundAndFollowed()
{
    ADMIN_STAGE(stage);
    if (form != Form::Scripted) {
        QVERIFY(stage.client().send("{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"intent/1\",\"intent\":\"ADD\","
                                    "\"payload\":{\"lane\":3},\"meta\":{\"clock\":1}}]}"));
    }
    PageRequest request = Stage::of(u"intents"_s);
    request.filters = {{u"status"_s, FilterOp::Equal, u"acked"_s}};
    request.limit = 1;
    QTRY_VERIFY(!stage.page(request)->rows.isEmpty());
    const QJsonObject row = stage.page(request)->rows.first();
    const QString key = row[u"key"_s].toString();
    QVERIFY(!row.contains(u"payload"_s));
    const auto one =
        Stage::wait<QJsonObject>([&](auto done) { stage.port().fetchOne(u"intents"_s, key, &stage.port(), done); });
    QVERIFY(one);
    QVERIFY((*one)[u"payload"_s].isObject());
    PageRequest history = Stage::of(u"transitions"_s);
    history.filters = {{u"intent"_s, FilterOp::Equal, key}};
    const auto transitions = stage.page(history);
    QVERIFY(transitions->rows.size() >= 2);
    QCOMPARE(transitions->rows.first()[u"state"_s], u"received"_s);
    QCOMPARE(transitions->rows.last()[u"state"_s], u"acked"_s);
    request.filters = {{u"status"_s, FilterOp::Equal, u"failed"_s}, {u"site"_s, FilterOp::Equal, u"nowhere"_s}};
    QCOMPARE(stage.page(request)->total, 0);
    request.filters.clear();
    request.search = u"no such text"_s;
    QCOMPARE(stage.page(request)->total, 0);
    if (form != Form::Scripted) {
        const auto retried = stage.invoke({u"intents"_s, u"retry"_s, {key}, {}, false});
        QCOMPARE(retried->affected, 0);
        QVERIFY(!retried->errors.value(key).isEmpty());
    }
}

void TestAdminPort::aSubscriptionAndItsStreamAreSeen()
{
    ADMIN_STAGE(stage);
    if (form != Form::Scripted)
        QVERIFY(stage.client().send("{\"type\":\"channel.subscribe\",\"channel\":\"global\"}"));
    PageRequest request = Stage::of(u"subscriptions"_s);
    request.filters = {{u"channel"_s, FilterOp::Equal, u"global"_s}};
    QTRY_VERIFY(!stage.page(request)->rows.isEmpty());
    const QJsonObject subscription = stage.page(request)->rows.first();
    QVERIFY(stage.port()
                .catalog()
                .find(u"subscriptions"_s)
                ->column(u"continuity"_s)
                ->values.contains(subscription[u"continuity"_s].toString()));
    PageRequest streams = Stage::of(u"streams"_s);
    streams.filters = {{u"name"_s, FilterOp::Equal, subscription[u"stream"_s]}};
    const auto stream = stage.page(streams);
    QCOMPARE(stream->total, 1);
    QCOMPARE(stream->rows.first()[u"channel"_s], u"global"_s);
    PageRequest events = Stage::of(u"events"_s);
    events.filters = {{u"stream"_s, FilterOp::Equal, subscription[u"stream"_s]}};
    QVERIFY(stage.page(events));
}

void TestAdminPort::rulesAreExplained()
{
    ADMIN_STAGE(stage);
    const auto ask = [&](const PolicyQuestion &question) {
        return Stage::wait<PolicyAnswer>([&](auto done) { stage.port().explain(question, &stage.port(), done); });
    };
    const auto denied = ask({{}, u"user"_s, {}, u"ops.audit"_s, u"subscribe"_s});
    QVERIFY(denied && !denied->isAllowed);
    QCOMPARE(denied->rule, u"ssma.channels"_s);
    QVERIFY(ask({{}, u"staff"_s, {}, u"ops.audit"_s, u"subscribe"_s})->isAllowed);
    QCOMPARE(ask({{}, u"user"_s, {}, {}, u"fly"_s}).error().code, ErrorCode::InvalidContract);
}

void TestAdminPort::statisticsComeOnlyWhenWatched()
{
    ADMIN_STAGE(stage);
    QSignalSpy statistics(&stage.port(), &AdminPort::statisticsChanged);
    QSignalSpy rows(&stage.port(), &AdminPort::revisionChanged);
    // A revision of something else is proof that a second has passed without statistics.
    stage.port().watchRows(u"links"_s, {});
    QTRY_VERIFY(!rows.isEmpty());
    QCOMPARE(statistics.size(), 0);
    stage.port().watchStatistics(true);
    QTRY_VERIFY(statistics.size() >= 2);
    const auto seen = statistics.last().first().value<Statistics>();
    QVERIFY(seen.atMs > 0);
    for (const QString &name : seen.values.keys()) {
        const auto &known = stage.port().catalog().statistics();
        QVERIFY2(std::any_of(known.begin(), known.end(), [&](const Statistic &s) { return s.name == name; }),
                 qPrintable(name));
    }
    if (form != Form::Scripted)
        QCOMPARE(seen.values.value(u"links.inprocess"_s), double(Links));
}

void TestAdminPort::theLogTailComesWhenWatched()
{
    ADMIN_STAGE(stage);
    QSignalSpy log(&stage.port(), &AdminPort::logAppended);
    stage.port().watchLog({});
    // Anything that takes the same way back is proof that the watch stands.
    QVERIFY(stage.page(Stage::of(u"log"_s)));
    if (form != Form::Scripted) {
        auto client = stage.gateway().connectInProcess("/optimistic/ws?role=leader&site=default&subprotocol=1.0.0");
        QVERIFY(client->send("{\"type\":\"channel.subscribe\",\"channel\":\"ops.audit\"}"));
        QTRY_VERIFY(!log.isEmpty());
        const auto rows = log.first().first().value<QList<QJsonObject>>();
        QCOMPARE(rows.first()[u"type"_s], u"CHANNEL_ACCESS_DENIED"_s);
    } else {
        QTRY_VERIFY(!log.isEmpty());
    }
    stage.port().unwatchLog();
}

void TestAdminPort::historyHasOneSeriesPerStatistic()
{
    ADMIN_STAGE(stage);
    const auto ask = [&] {
        return Stage::wait<History>([&](auto done) { stage.port().fetchHistory(0, &stage.port(), done); });
    };
    QTRY_VERIFY(!ask()->series.isEmpty());
    const auto history = ask();
    QCOMPARE(history->series.size(), stage.port().catalog().statistics().size());
    const qsizetype steps = history->series.first().size();
    for (const QList<double> &values : history->series)
        QCOMPARE(values.size(), steps);
    QVERIFY(steps <= History::MaxSteps);
}

void TestAdminPort::anAnswerDoesNotReachADeadContext()
{
    ADMIN_STAGE(stage);
    bool isCalled = false;
    auto context = std::make_unique<QObject>();
    stage.port().fetchPage(Stage::of(u"links"_s), context.get(),
                           [&isCalled](const Result<Page> &) { isCalled = true; });
    context.reset();
    QVERIFY(stage.page(Stage::of(u"links"_s)));
    QVERIFY(!isCalled);
}

void TestAdminPort::aViewerMayLookAndNotAct()
{
    ADMIN_STAGE(stage);
    if (form != Form::Remote)
        return;
    RemoteAdminPort viewer({stage.gateway().url(), stage.token(Role::Staff)});
    QTRY_COMPARE(viewer.state().kind, PortState::Kind::Online);
    QCOMPARE(viewer.identity().role, OperatorRole::View);
    const auto outcome = Stage::wait<CommandOutcome>([&](auto done) {
        viewer.invoke({u"links"_s, u"kick"_s, {u"1"_s}, {}, false}, &viewer, done);
    });
    QCOMPARE(outcome.error().code, ErrorCode::Forbidden);
    const auto audit = stage.page(Stage::of(u"audit"_s));
    QCOMPARE(audit->rows.first()[u"outcome"_s], u"refused"_s);
}

void TestAdminPort::strangersAreRefused()
{
    ADMIN_STAGE(stage);
    if (form != Form::Remote)
        return;
    for (const QByteArray &token : {QByteArray(), QByteArray("x.y.z"), stage.token(Role::User)}) {
        RemoteAdminPort stranger({stage.gateway().url(), token});
        QTRY_COMPARE(stranger.state().kind, PortState::Kind::Refused);
        QVERIFY(!stranger.state().reason.isEmpty());
    }
}

void TestAdminPort::aPortOutlivesItsGateway()
{
    ADMIN_STAGE(stage);
    if (form == Form::Scripted)
        return;
    QSignalSpy states(&stage.port(), &AdminPort::stateChanged);
    std::optional<Result<Page>> answer;
    stage.port().fetchPage(Stage::of(u"links"_s), &stage.port(), [&answer](Result<Page> page) { answer = page; });
    stage.gateway().stop();
    QTRY_VERIFY(answer);
    QTRY_VERIFY(stage.port().state().kind != PortState::Kind::Online);
    QVERIFY(!states.isEmpty());
    QCOMPARE(stage.page(Stage::of(u"links"_s)).error().code, ErrorCode::Unavailable);
}

QTEST_GUILESS_MAIN(TestAdminPort)
#include "tst_adminport.moc"
