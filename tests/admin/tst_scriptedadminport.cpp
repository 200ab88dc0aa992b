// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedadminport.h"

#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace Tidegate;
using namespace Tidegate::Admin;
using namespace Qt::StringLiterals;

class TestScriptedAdminPort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twoRunsShowTheSame();
    void everyResourceHasUniqueKeysThatLeadBack();
    void aHundredThousandIntentsScrollAndFilter();
    void aKickedLinkIsGoneForPagesAndWatchers();
    void heldAnswersWait();
    void offlineRequestsEndAsUnavailable();
    void linksComeAndGo();

private:
    static Result<Page> fetch(ScriptedAdminPort &port, const PageRequest &request);
};

Result<Page> TestScriptedAdminPort::fetch(ScriptedAdminPort &port, const PageRequest &request)
{
    std::optional<Result<Page>> answer;
    port.fetchPage(request, &port, [&answer](Result<Page> page) { answer = std::move(page); });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }))
        return Error{ErrorCode::Timeout, u"no answer"_s};
    return *answer;
}

void TestScriptedAdminPort::twoRunsShowTheSame()
{
    ScriptedAdminPort first;
    ScriptedAdminPort second;
    first.step(7);
    second.step(7);
    for (const Resource &resource : first.catalog().resources()) {
        PageRequest request;
        request.resource = resource.name;
        for (const QString &field : resource.requiredFilters)
            request.filters.append({field, FilterOp::Equal, u"default/in-0000042"_s});
        const auto page = fetch(first, request);
        QVERIFY2(page, qPrintable(resource.name));
        QVERIFY2(!page->rows.isEmpty(), qPrintable(resource.name));
        QCOMPARE(page->rows, fetch(second, request)->rows);
    }
}

void TestScriptedAdminPort::everyResourceHasUniqueKeysThatLeadBack()
{
    ScriptedAdminPort port;
    for (const Resource &resource : port.catalog().resources()) {
        if (!resource.requiredFilters.isEmpty())
            continue;
        PageRequest request;
        request.resource = resource.name;
        request.limit = PageRequest::MaxLimit;
        const auto page = fetch(port, request);
        QSet<QString> keys;
        for (const QJsonObject &row : page->rows)
            keys.insert(keyText(row[resource.keyField]));
        QCOMPARE(keys.size(), page->rows.size());
        const QString key = keyText(page->rows.last()[resource.keyField]);
        QJsonObject found;
        port.fetchOne(resource.name, key, &port, [&found](Result<QJsonObject> row) { found = *row; });
        QTRY_COMPARE(keyText(found[resource.keyField]), key);
    }
}

void TestScriptedAdminPort::aHundredThousandIntentsScrollAndFilter()
{
    ScriptedAdminPort port;
    PageRequest request;
    request.resource = u"intents"_s;
    request.offset = 99'950;
    const auto last = fetch(port, request);
    QCOMPARE(last->total, 100'000);
    QCOMPARE(last->rows.size(), 50);
    request.offset = 0;
    request.filters = {{u"status"_s, FilterOp::Equal, u"failed"_s}};
    const auto failed = fetch(port, request);
    QVERIFY(failed->total > 1'000 && failed->total < 4'000);
    QCOMPARE(failed->rows.first()[u"status"_s], u"failed"_s);
}

void TestScriptedAdminPort::aKickedLinkIsGoneForPagesAndWatchers()
{
    ScriptedAdminPort port;
    const QString key = u"lk-000003"_s;
    port.watchRows(u"links"_s, {key, u"lk-000004"_s});
    QSignalSpy changes(&port, &AdminPort::rowsChanged);
    port.step();
    QCOMPARE(changes.takeFirst().at(1).value<QList<QJsonObject>>().size(), 2);
    std::optional<CommandOutcome> outcome;
    port.invoke({u"links"_s, u"kick"_s, {key, u"lk-999999"_s}, {}, false}, &port,
                [&outcome](Result<CommandOutcome> result) { outcome = *result; });
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->affected, 1);
    QCOMPARE(outcome->errors.keys(), QStringList{u"lk-999999"_s});
    port.step();
    QCOMPARE(changes.takeFirst().at(2).toStringList(), QStringList{key});
    PageRequest request;
    request.resource = u"links"_s;
    QCOMPARE(fetch(port, request)->total, 9'999);
}

void TestScriptedAdminPort::heldAnswersWait()
{
    ScriptedAdminPort port;
    bool isAnswered = false;
    port.holdAnswers();
    port.fetchHistory(0, &port, [&isAnswered](const Result<History> &history) {
        isAnswered = history->series[u"deliveries"_s].size() == History::MaxSteps;
    });
    QCoreApplication::processEvents();
    QVERIFY(!isAnswered);
    port.releaseAnswers();
    QTRY_VERIFY(isAnswered);
}

void TestScriptedAdminPort::offlineRequestsEndAsUnavailable()
{
    ScriptedAdminPort port;
    QSignalSpy states(&port, &AdminPort::stateChanged);
    port.setState({PortState::Kind::Offline, 3'000, u"connection refused"_s});
    QCOMPARE(states.size(), 1);
    PageRequest request;
    request.resource = u"links"_s;
    QCOMPARE(fetch(port, request).error().code, ErrorCode::Unavailable);
}

void TestScriptedAdminPort::linksComeAndGo()
{
    ScriptedAdminPort::Script script;
    script.sizes.links = 100;
    script.newLinksPerStep = 5;
    ScriptedAdminPort port(script);
    port.watchRows(u"links"_s, {u"lk-000000"_s});
    QSignalSpy changes(&port, &AdminPort::rowsChanged);
    QSignalSpy revisions(&port, &AdminPort::revisionChanged);
    port.step(4);
    QCOMPARE(changes.first().at(2).toStringList(), QStringList{u"lk-000000"_s});
    QCOMPARE(revisions.size(), 1);
    QCOMPARE(revisions.first().at(1).toLongLong(), 4);
    QCOMPARE(revisions.first().at(2).toLongLong(), 100);
}

QTEST_GUILESS_MAIN(TestScriptedAdminPort)
#include "tst_scriptedadminport.moc"
