// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"
#include "qml/models/rowsmodel.h"
#include "support/waiting.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

constexpr int Links = 900, Intents = 3000;

Admin::ScriptedAdminPort::Script small()
{
    Admin::ScriptedAdminPort::Script script;
    script.sizes.links = Links;
    script.sizes.intents = Intents;
    return script;
}

struct Table : ConsoleFixture
{
    explicit Table(const QString &resource, const QStringList &columns = {},
                   const Admin::ScriptedAdminPort::Script &script = small())
        : ConsoleFixture(script)
        , resets(&model, &QAbstractItemModel::modelReset)
    {
        // The tester reads every cell after each change: right for thousands, forever for a hundred thousand.
        if (script.sizes.intents <= Intents)
            tester.emplace(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSession(&session);
        model.setResource(resource);
        model.setColumns(columns);
        model.componentComplete();
        model.show(0, 25);
    }

    bool isReady() const { return model.state() == RowsModel::State::Ready; }
    QString text(int row, int column) const { return model.index(row, column).data().toString(); }

    RowsModel model;
    std::optional<QAbstractItemModelTester> tester;
    QSignalSpy resets;
};

} // namespace

class TestRowsModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aHugeResourceIsFetchedByPagesAroundTheWindow();
    void scrollingThroughEverythingFetchesFewPages_data();
    void scrollingThroughEverythingFetchesFewPages();
    void changesAreTakenInPlaceWithoutAReset();
    void anotherQueryReplacesRowsWithoutAReset();
    void anotherQueryIsReadFromTheTop();
    void typingAsksOnceItPauses();
    void theNewestOfTwoQueriesWins();
    void rowsThatLeftAreMarkedAndNoLongerChosen();
    void nothingIsWatchedWhileNobodyLooks();
    void onlyRowsInViewAreWatched();
    void aPauseHoldsChangesAndCountsThem();
    void anErrorIsToldAndCanBeTriedAgain();
    void whatIsNotOfferedIsUnavailable();
    void oldRowsStayWhileTheConnectionIsLost();
    void anotherServerStartsEmpty();
    void filtersTakeTheColumnsType();
    void aValueIsLocatedByCounting();
    void chosenRowsAreCopiedAsJsonAndCsv();
};

void TestRowsModel::aHugeResourceIsFetchedByPagesAroundTheWindow()
{
    Table table(u"intents"_s, {u"id"_s, u"status"_s}, {});
    QTRY_VERIFY(table.isReady());
    QCOMPARE(table.model.rowCount(), 100'000);
    QVERIFY(!table.text(0, 0).isEmpty());
    QVERIFY(!table.model.index(50'000, 0).data(RowsModel::IsLoadedRole).toBool());
    table.model.show(50'000, 50'025);
    QTRY_VERIFY(table.model.index(50'010, 0).data(RowsModel::IsLoadedRole).toBool());
    QVERIFY(pagesAsked(table.port, u"intents"_s) <= 4);
}

void TestRowsModel::scrollingThroughEverythingFetchesFewPages_data()
{
    QTest::addColumn<QString>("resource");
    QTest::addColumn<int>("rows");
    QTest::newRow("100 000 intents") << u"intents"_s << 100'000;
    QTest::newRow("10 000 links") << u"links"_s << 10'000;
}

void TestRowsModel::scrollingThroughEverythingFetchesFewPages()
{
    QFETCH(QString, resource);
    QFETCH(int, rows);
    Table table(resource, {}, {});
    QTRY_VERIFY(table.isReady());
    // A fling: a thousand windows in a row, the event loop turning now and then as frames are drawn.
    for (int i = 0; i <= 1000; ++i) {
        const int first = int(qint64(rows - 26) * i / 1000);
        table.model.show(first, first + 25);
        if (i % 20 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_VERIFY(table.model.index(rows - 1, 0).data(RowsModel::IsLoadedRole).toBool());
    // No more than what is in flight at each drawn frame; far from one per window.
    QVERIFY2(pagesAsked(table.port, resource) <= 120, qPrintable(QString::number(pagesAsked(table.port, resource))));
    QCOMPARE(table.resets.size(), 1); // the columns that came with the catalog
}

void TestRowsModel::changesAreTakenInPlaceWithoutAReset()
{
    auto script = small();
    script.newLinksPerStep = 3;
    Table table(u"links"_s, {u"id"_s, u"rttMs"_s, u"bytesOut"_s}, script);
    QTRY_VERIFY(table.isReady());
    const qsizetype resets = table.resets.size();
    QSignalSpy changed(&table.model, &QAbstractItemModel::dataChanged);
    table.port.step(40);
    QTRY_VERIFY(changed.size() > 0);
    QTRY_COMPARE(table.model.rowCount(), Links);
    QCOMPARE(table.resets.size(), resets);
}

void TestRowsModel::anotherQueryReplacesRowsWithoutAReset()
{
    Table table(u"intents"_s, {u"seq"_s, u"status"_s});
    QTRY_VERIFY(table.isReady());
    const qsizetype resets = table.resets.size();
    table.model.setFilters({QVariantMap{{u"field"_s, u"status"_s}, {u"op"_s, u"eq"_s}, {u"value"_s, u"failed"_s}}});
    QCOMPARE(table.model.rowCount(), Intents); // the old rows, until the new ones are there
    QTRY_VERIFY(table.model.rowCount() < Intents);
    for (int row = 0; row < table.model.rowCount(); ++row)
        QCOMPARE(table.text(row, 1), u"failed"_s);
    table.model.sortBy(u"seq"_s, false);
    QTRY_VERIFY(table.model.index(0, 0).data(RowsModel::ValueRole).toInt() <
                table.model.index(1, 0).data(RowsModel::ValueRole).toInt());
    QCOMPARE(table.resets.size(), resets);
}

void TestRowsModel::anotherQueryIsReadFromTheTop()
{
    Table table(u"intents"_s);
    QTRY_VERIFY(table.isReady());
    table.model.show(2000, 2025);
    QTRY_VERIFY(table.model.index(2000, 0).data(RowsModel::IsLoadedRole).toBool());
    QSignalSpy asked(&table.model, &RowsModel::asked);
    table.model.sortBy(u"insertedAt"_s, true);
    QCOMPARE(asked.size(), 1);
    QTRY_COMPARE(table.port.pageRequests().last().sort, u"insertedAt"_s);
    QCOMPARE(table.port.pageRequests().last().offset, 0);
}

void TestRowsModel::typingAsksOnceItPauses()
{
    Table table(u"links"_s);
    QTRY_VERIFY(table.isReady());
    const int before = pagesAsked(table.port, u"links"_s);
    for (const QString &typed : {u"l"_s, u"la"_s, u"lab"_s})
        table.model.setSearch(typed);
    QTRY_VERIFY(table.model.rowCount() < Links);
    QVERIFY(pagesAsked(table.port, u"links"_s) <= before + 2);
    QCOMPARE(table.port.pageRequests().last().search, u"lab"_s);
}

void TestRowsModel::theNewestOfTwoQueriesWins()
{
    Table table(u"intents"_s, {u"status"_s});
    QTRY_VERIFY(table.isReady());
    table.port.holdAnswers();
    const auto only = [](const QString &status) {
        return QVariantList{QVariantMap{{u"field"_s, u"status"_s}, {u"value"_s, status}}};
    };
    table.model.setFilters(only(u"failed"_s));
    QTRY_COMPARE(table.port.pageRequests().last().filters.size(), 1);
    table.model.setFilters(only(u"conflict"_s));
    QTRY_COMPARE(table.port.pageRequests().last().filters.front().value.toString(), u"conflict"_s);
    table.port.releaseAnswers();
    QTRY_COMPARE(table.text(0, 0), u"conflict"_s);
}

void TestRowsModel::rowsThatLeftAreMarkedAndNoLongerChosen()
{
    Table table(u"links"_s, {u"id"_s});
    QTRY_VERIFY(table.isReady());
    const QString key = table.model.keyAt(2);
    table.model.selection()->toggle(key);
    QSignalSpy changed(&table.model, &QAbstractItemModel::dataChanged);
    Q_EMIT table.port.rowsChanged(u"links"_s, {}, {key});
    QVERIFY(table.model.index(2, 0).data(RowsModel::IsGoneRole).toBool());
    QVERIFY(changed.size() > 0);
    QCOMPARE(table.model.selection()->count(), 0);
}

void TestRowsModel::nothingIsWatchedWhileNobodyLooks()
{
    Table table(u"links"_s);
    QTRY_VERIFY(!table.port.watchedKeys(u"links"_s).isEmpty());
    table.model.setActive(false);
    QVERIFY(!table.port.isWatchingRows(u"links"_s));
    table.model.setActive(true);
    QTRY_VERIFY(!table.port.watchedKeys(u"links"_s).isEmpty());
    table.session.setActive(false); // the window is hidden
    QVERIFY(!table.port.isWatchingRows(u"links"_s));
    const int before = pagesAsked(table.port, u"links"_s);
    table.port.step(20);
    QCoreApplication::processEvents();
    QCOMPARE(pagesAsked(table.port, u"links"_s), before);
}

void TestRowsModel::onlyRowsInViewAreWatched()
{
    Table table(u"links"_s);
    QTRY_VERIFY(table.isReady());
    table.model.show(500, 525);
    QTRY_VERIFY(table.port.watchedKeys(u"links"_s).contains(table.model.keyAt(510)));
    QVERIFY(table.port.watchedKeys(u"links"_s).size() <= 26);
}

void TestRowsModel::aPauseHoldsChangesAndCountsThem()
{
    Table table(u"links"_s, {u"bytesOut"_s});
    QTRY_VERIFY(!table.port.watchedKeys(u"links"_s).isEmpty());
    table.model.setPaused(true);
    const QString shown = table.text(0, 0);
    table.port.step(4);
    QVERIFY(table.model.heldChanges() > 0);
    QCOMPARE(table.text(0, 0), shown);
    table.model.setPaused(false);
    QCOMPARE(table.model.heldChanges(), 0);
}

void TestRowsModel::anErrorIsToldAndCanBeTriedAgain()
{
    ConsoleFixture fixture;
    fixture.port.failNext({ErrorCode::Timeout, u"the log did not answer"_s, true});
    RowsModel model;
    model.setSession(&fixture.session);
    model.setResource(u"intents"_s);
    model.componentComplete();
    QTRY_COMPARE(model.state(), RowsModel::State::Failed);
    QCOMPARE(model.errorText(), u"the log did not answer"_s);
    model.refresh();
    QTRY_COMPARE(model.state(), RowsModel::State::Ready);
}

void TestRowsModel::whatIsNotOfferedIsUnavailable()
{
    Admin::ScriptedAdminPort::Script script;
    script.offers = {u"links"_s};
    Table table(u"intents"_s, {}, script);
    QCoreApplication::processEvents();
    QCOMPARE(table.model.state(), RowsModel::State::Unavailable);
    QCOMPARE(pagesAsked(table.port, u"intents"_s), 0);
}

void TestRowsModel::oldRowsStayWhileTheConnectionIsLost()
{
    Table table(u"links"_s, {u"id"_s});
    QTRY_VERIFY(table.isReady());
    const QString first = table.text(0, 0);
    table.port.setState({Admin::PortState::Kind::Offline, 1000, u"gone"_s});
    QCoreApplication::processEvents();
    QCOMPARE(table.text(0, 0), first);
    const int before = pagesAsked(table.port, u"links"_s);
    table.port.setState({Admin::PortState::Kind::Online, 0, {}});
    QTRY_VERIFY(pagesAsked(table.port, u"links"_s) > before);
    QTRY_VERIFY(table.isReady());
}

void TestRowsModel::anotherServerStartsEmpty()
{
    Table table(u"links"_s);
    QTRY_VERIFY(table.isReady());
    Admin::ScriptedAdminPort::Script small;
    small.sizes.links = 7;
    Admin::ScriptedAdminPort other(small);
    table.session.setPort(&other);
    QCOMPARE(table.model.rowCount(), 0);
    QTRY_COMPARE(table.model.rowCount(), 7);
    table.session.setPort(nullptr);
    QCOMPARE(table.model.rowCount(), 0);
    QCOMPARE(table.model.state(), RowsModel::State::Unavailable);
}

void TestRowsModel::filtersTakeTheColumnsType()
{
    Table table(u"links"_s);
    QTRY_VERIFY(table.isReady());
    table.model.setFilters({QVariantMap{{u"field"_s, u"rttMs"_s}, {u"op"_s, u"gt"_s}, {u"value"_s, u"100"_s}},
                            QVariantMap{{u"field"_s, u"site"_s}, {u"op"_s, u"contains"_s}, {u"value"_s, u"la"_s}},
                            QVariantMap{{u"field"_s, u"user"_s}, {u"op"_s, u"eq"_s}, {u"value"_s, QVariant()}}});
    QTRY_COMPARE(table.port.pageRequests().last().filters.size(), 2);
    const QList<Admin::Filter> filters = table.port.pageRequests().last().filters;
    QCOMPARE(filters[0].value, QJsonValue(100.0));
    QCOMPARE(filters[1].op, Admin::FilterOp::Contains);
    QTRY_VERIFY(table.model.rowCount() < Links);
}

void TestRowsModel::aValueIsLocatedByCounting()
{
    Table table(u"intents"_s, {u"seq"_s});
    QTRY_VERIFY(table.isReady());
    QSignalSpy located(&table.model, &RowsModel::located);
    const double wanted = table.model.index(40, 0).data(RowsModel::ValueRole).toDouble();
    table.model.locate(u"seq"_s, wanted);
    QVERIFY(located.wait(WaitMs));
    QCOMPARE(located.front().front().toInt(), 40);
    QCOMPARE(table.port.pageRequests().last().limit, 1);
}

void TestRowsModel::chosenRowsAreCopiedAsJsonAndCsv()
{
    Table table(u"links"_s, {u"id"_s, u"user"_s});
    QTRY_VERIFY(table.isReady());
    QCOMPARE(QJsonDocument::fromJson(table.model.toJson(1).toUtf8())[u"id"_s].toString(), table.model.keyAt(1));
    table.model.selectRange(4, 2);
    QCOMPARE(table.model.selection()->count(), 3);
    const QJsonArray copied = QJsonDocument::fromJson(table.model.toJson(1).toUtf8()).array();
    QCOMPARE(copied.size(), 3);
    QCOMPARE(copied[0][u"id"_s].toString(), table.model.keyAt(2));
    const QStringList lines = table.model.toCsv(1).split(u"\r\n"_s);
    QCOMPARE(lines.front(), u"id,user"_s);
    QCOMPARE(lines.size(), 5); // head, three rows, the end
}

QTEST_GUILESS_MAIN(TestRowsModel)
#include "tst_rowsmodel.moc"
