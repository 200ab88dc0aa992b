// SPDX-License-Identifier: MIT
#include "admin/resourcecatalog.h"

#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Admin;
using namespace Qt::StringLiterals;

class TestResourceCatalog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyResourceIsComplete();
    void itSurvivesItsJson();
    void anOfferHasOnlyWhatItNames();
    void pagesTheCatalogAllows_data();
    void pagesTheCatalogAllows();
    void commandsTheCatalogAllows_data();
    void commandsTheCatalogAllows();
};

void TestResourceCatalog::everyResourceIsComplete()
{
    QSet<QString> names;
    for (const Resource &resource : ResourceCatalog::builtIn().resources()) {
        QVERIFY2(!names.contains(resource.name), qPrintable(resource.name));
        names.insert(resource.name);
        QVERIFY2(resource.column(resource.keyField), qPrintable(resource.name));
        const Column *sort = resource.column(resource.defaultSort);
        QVERIFY2(sort && sort->isSortable, qPrintable(resource.name));
        for (const QString &field : resource.requiredFilters)
            QVERIFY2(resource.column(field) && resource.column(field)->isFilterable, qPrintable(resource.name));
        QSet<QString> columns;
        for (const Column &column : resource.columns) {
            const QString where = resource.name + u'.' + column.name;
            QVERIFY2(!columns.contains(column.name), qPrintable(where));
            columns.insert(column.name);
            QVERIFY2(!column.title.isEmpty() && !column.doc.isEmpty(), qPrintable(where));
            QVERIFY2((column.type == ColumnType::Enum) == !column.values.isEmpty(), qPrintable(where));
        }
        for (const Command &command : resource.commands)
            QVERIFY2(!command.title.isEmpty() && !command.doc.isEmpty(), qPrintable(resource.name + command.name));
    }
}

void TestResourceCatalog::itSurvivesItsJson()
{
    const QJsonObject json = ResourceCatalog::builtIn().toJson();
    const auto again = ResourceCatalog::fromJson(json);
    QVERIFY(again);
    QCOMPARE(again->toJson(), json);
    QVERIFY(!ResourceCatalog::fromJson({{u"resources"_s, QJsonArray{QJsonObject{{u"name"_s, u"x"_s}}}}}));
}

void TestResourceCatalog::anOfferHasOnlyWhatItNames()
{
    const auto offer = ResourceCatalog::builtIn().offering({u"links"_s, u"links.kick"_s, u"log"_s});
    QCOMPARE(offer.resources().size(), 2);
    QVERIFY(offer.find(u"links"_s)->command(u"kick"_s));
    QVERIFY(!offer.find(u"links"_s)->command(u"throttle"_s));
    QVERIFY(!offer.find(u"intents"_s));
}

void TestResourceCatalog::pagesTheCatalogAllows_data()
{
    QTest::addColumn<PageRequest>("request");
    QTest::addColumn<QString>("complaint");
    const auto row = [](const char *name, const PageRequest &request, const QString &complaint = {}) {
        QTest::newRow(name) << request << complaint;
    };
    const auto links = [](const QList<Filter> &filters) {
        PageRequest request;
        request.resource = u"links"_s;
        request.filters = filters;
        return request;
    };
    row("plain", links({}));
    row("an enum", links({{u"transport"_s, FilterOp::Equal, u"sse"_s}}));
    row("a number", links({{u"queuedBytes"_s, FilterOp::Greater, 1000}}));
    row("a number as text", links({{u"queuedBytes"_s, FilterOp::Greater, u"1000"_s}}), u"with a number"_s);
    row("an unknown column", links({{u"colour"_s, FilterOp::Equal, u"red"_s}}), u"cannot be filtered"_s);
    PageRequest request = links({});
    request.limit = PageRequest::MaxLimit + 1;
    row("too many rows", request, u"limit must be"_s);
    request = links({});
    request.offset = -1;
    row("before the beginning", request, u"offset"_s);
    request = links({});
    request.sort = u"session"_s;
    row("a column without order", request, u"cannot be sorted"_s);
    request.resource = u"ships"_s;
    row("an unknown resource", request, u"no resource"_s);
    request = {};
    request.resource = u"events"_s;
    row("events of no stream", request, u"needs the filter \"stream\""_s);
    request.filters = {{u"stream"_s, FilterOp::Equal, u"a.b"_s}};
    row("events of a stream", request);
}

void TestResourceCatalog::pagesTheCatalogAllows()
{
    QFETCH(PageRequest, request);
    QFETCH(QString, complaint);
    const auto checked = ResourceCatalog::builtIn().check(request, OperatorRole::View);
    QCOMPARE(checked.has_value(), complaint.isEmpty());
    if (!checked)
        QVERIFY2(checked.error().text.contains(complaint), qPrintable(checked.error().text));
}

void TestResourceCatalog::commandsTheCatalogAllows_data()
{
    QTest::addColumn<CommandCall>("call");
    QTest::addColumn<OperatorRole>("role");
    QTest::addColumn<QString>("complaint");
    const QStringList one{u"a"_s};
    const auto operate = OperatorRole::Operate;
    QTest::newRow("kick") << CommandCall{u"links"_s, u"kick"_s, one, {}, false} << operate << QString();
    QTest::newRow("kick as a viewer") << CommandCall{u"links"_s, u"kick"_s, one, {}, false} << OperatorRole::View
                                      << u"needs the operator role \"operate\""_s;
    QTest::newRow("kick nobody") << CommandCall{u"links"_s, u"kick"_s, {}, {}, false} << operate << u"1 to 500 keys"_s;
    QTest::newRow("no such command") << CommandCall{u"links"_s, u"praise"_s, one, {}, false} << operate
                                     << u"no command"_s;
    QTest::newRow("without what it needs")
        << CommandCall{u"links"_s, u"throttle"_s, one, {}, false} << operate << u"needs the argument \"max\""_s;
    QTest::newRow("with an argument of the wrong kind")
        << CommandCall{u"links"_s, u"throttle"_s, one, {{u"max"_s, u"ten"_s}}, false} << operate
        << u"max must be a number"_s;
    QTest::newRow("with an unknown argument")
        << CommandCall{u"links"_s, u"kick"_s, one, {{u"why"_s, u"x"_s}}, false} << operate << u"no argument \"why\""_s;
    QTest::newRow("a role nobody has") << CommandCall{u"users"_s, u"set-role"_s, one, {{u"role"_s, u"king"_s}}, false}
                                       << OperatorRole::Admin << u"role must be one of"_s;
}

void TestResourceCatalog::commandsTheCatalogAllows()
{
    QFETCH(CommandCall, call);
    QFETCH(OperatorRole, role);
    QFETCH(QString, complaint);
    const auto checked = ResourceCatalog::builtIn().check(call, role);
    QCOMPARE(checked.has_value(), complaint.isEmpty());
    if (!checked)
        QVERIFY2(checked.error().text.contains(complaint), qPrintable(checked.error().text));
}

QTEST_GUILESS_MAIN(TestResourceCatalog)
#include "tst_resourcecatalog.moc"
