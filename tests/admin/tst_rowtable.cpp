// SPDX-License-Identifier: MIT
#include "admin/rowtable.h"

#include <QJsonArray>
#include <QTest>

using namespace Tidegate::Admin;
using namespace Qt::StringLiterals;

namespace {

QJsonObject link(const QString &id, const QString &user, const QJsonValue &rtt, qint64 queued)
{
    return {{u"id"_s, id}, {u"user"_s, user}, {u"rttMs"_s, rtt}, {u"queuedBytes"_s, queued}, {u"openedAt"_s, queued}};
}

const Resource &links()
{
    return *ResourceCatalog::builtIn().find(u"links"_s);
}

QStringList idsOf(const Page &page)
{
    QStringList ids;
    for (const QJsonObject &row : page.rows)
        ids.append(row[u"id"_s].toString());
    return ids;
}

} // namespace

class TestRowTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pages_data();
    void pages();
    void listsAreLookedThroughByElement();
    void logLinesPassByLevelAndText();
};

void TestRowTable::pages_data()
{
    QTest::addColumn<PageRequest>("request");
    QTest::addColumn<QStringList>("ids");
    QTest::addColumn<qint64>("total");
    PageRequest request{u"links"_s, {}, {}, {}, false, 0, 10};
    QTest::newRow("the resource's own order") << request << QStringList{u"c"_s, u"b"_s, u"a"_s} << qint64(3);
    request.sort = u"user"_s;
    QTest::newRow("texts without case") << request << QStringList{u"a"_s, u"c"_s, u"b"_s} << qint64(3);
    request.sort = u"rttMs"_s;
    QTest::newRow("unknown values first") << request << QStringList{u"b"_s, u"c"_s, u"a"_s} << qint64(3);
    request.isDescending = true;
    QTest::newRow("unknown values last") << request << QStringList{u"a"_s, u"c"_s, u"b"_s} << qint64(3);
    request.offset = 1;
    request.limit = 1;
    QTest::newRow("a window") << request << QStringList{u"c"_s} << qint64(3);
    request.offset = 7;
    QTest::newRow("past the end") << request << QStringList() << qint64(3);
    request = {u"links"_s, u"ANN"_s, {}, {}, false, 0, 10};
    QTest::newRow("a search in any text") << request << QStringList{u"c"_s, u"a"_s} << qint64(2);
    request = {u"links"_s, {}, {{u"queuedBytes"_s, FilterOp::GreaterOrEqual, 2}}, {}, false, 0, 10};
    QTest::newRow("at least") << request << QStringList{u"c"_s, u"b"_s} << qint64(2);
    request.filters.append({u"user"_s, FilterOp::NotEqual, u"bob"_s});
    QTest::newRow("two filters") << request << QStringList{u"c"_s} << qint64(1);
    request.filters = {{u"rttMs"_s, FilterOp::Less, 100}};
    QTest::newRow("unknown is not less") << request << QStringList{u"c"_s, u"a"_s} << qint64(2);
}

void TestRowTable::pages()
{
    QFETCH(PageRequest, request);
    const ObjectTable table(
        {link(u"a"_s, u"anna"_s, 20, 1), link(u"b"_s, u"bob"_s, {}, 2), link(u"c"_s, u"Annabel"_s, 10, 3)});
    const Page page = pageOf(table, links(), request);
    QTEST(idsOf(page), "ids");
    QTEST(page.total, "total");
}

void TestRowTable::listsAreLookedThroughByElement()
{
    const QJsonArray reasons{u"late"_s, u"rework"_s};
    QVERIFY(matches(Filter{u"reasons"_s, FilterOp::Contains, u"Rework"_s}, reasons));
    QVERIFY(!matches(Filter{u"reasons"_s, FilterOp::Contains, u"work"_s}, reasons));
}

void TestRowTable::logLinesPassByLevelAndText()
{
    const QJsonObject line{
        {u"level"_s, u"warn"_s}, {u"type"_s, u"RATE_LIMIT_HIT"_s}, {u"data"_s, QJsonObject{{u"ip"_s, u"10.0.0.7"_s}}}};
    QVERIFY(matches(LogFilter{}, line));
    QVERIFY(matches(LogFilter{u"warn"_s, u"limit"_s}, line));
    QVERIFY(matches(LogFilter{{}, u"10.0.0"_s}, line));
    QVERIFY(!matches(LogFilter{u"error"_s, {}}, line));
    QVERIFY(!matches(LogFilter{{}, u"store"_s}, line));
}

QTEST_GUILESS_MAIN(TestRowTable)
#include "tst_rowtable.moc"
