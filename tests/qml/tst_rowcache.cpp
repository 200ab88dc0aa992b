// SPDX-License-Identifier: MIT
#include "qml/models/rowcache.h"

#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

QList<QJsonObject> rows(int first, int count)
{
    QList<QJsonObject> made;
    for (int i = first; i < first + count; ++i)
        made.append({{u"id"_s, u"r%1"_s.arg(i)}, {u"n"_s, i}});
    return made;
}

} // namespace

class TestRowCache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rowsAreFoundByIndexAndKey();
    void indicesOutsideAreNotHere();
    void theFarthestPageGoesFirst();
    void aKeyThatMovedIsFoundWhereItStandsNow();
    void cutForgetsWhatIsBehind();
    void staleRowsStayUntilTheyAreReplaced();
    void numericKeysAreDecimalText();
};

void TestRowCache::rowsAreFoundByIndexAndKey()
{
    RowCache cache(u"id"_s);
    cache.store(2, rows(200, 100), 2);
    QCOMPARE(cache.key(250), u"r250"_s);
    QCOMPARE(cache.find(u"r250"_s), 250);
    QVERIFY(!cache.row(100));
    QCOMPARE(cache.find(u"r100"_s), -1);
}

void TestRowCache::indicesOutsideAreNotHere()
{
    RowCache cache(u"id"_s);
    cache.store(0, rows(0, 3), 0);
    QVERIFY(!cache.row(-1));
    QVERIFY(!cache.row(3));
    QVERIFY(!cache.replace(-1, {}));
}

void TestRowCache::theFarthestPageGoesFirst()
{
    RowCache cache(u"id"_s);
    for (int page = 0; page < RowCache::MaxPages; ++page)
        cache.store(page, rows(page * RowCache::PageRows, RowCache::PageRows), page);
    cache.store(RowCache::MaxPages, rows(0, 1), RowCache::MaxPages);
    QVERIFY(cache.needs(0));
    QVERIFY(!cache.needs(1));
    QVERIFY(!cache.needs(RowCache::MaxPages));
}

void TestRowCache::aKeyThatMovedIsFoundWhereItStandsNow()
{
    RowCache cache(u"id"_s);
    cache.store(0, rows(0, 100), 0);
    cache.store(1, rows(99, 100), 0); // r99 has moved to the second page
    QCOMPARE(cache.find(u"r99"_s), 100);
    cache.store(0, rows(500, 100), 0);
    QCOMPARE(cache.find(u"r99"_s), 100);
    QCOMPARE(cache.find(u"r0"_s), -1);
}

void TestRowCache::cutForgetsWhatIsBehind()
{
    RowCache cache(u"id"_s);
    cache.store(0, rows(0, 100), 0);
    cache.store(1, rows(100, 100), 0);
    cache.cut(40);
    QCOMPARE(cache.key(39), u"r39"_s);
    QVERIFY(!cache.row(40));
    QCOMPARE(cache.find(u"r120"_s), -1);
}

void TestRowCache::staleRowsStayUntilTheyAreReplaced()
{
    RowCache cache(u"id"_s);
    cache.store(0, rows(0, 100), 0);
    cache.markAllStale();
    QVERIFY(cache.needs(0));
    QCOMPARE(cache.key(5), u"r5"_s);
    cache.store(0, rows(1, 100), 0);
    QVERIFY(!cache.needs(0));
    QCOMPARE(cache.key(5), u"r6"_s);
}

void TestRowCache::numericKeysAreDecimalText()
{
    QCOMPARE(rowKey({{u"offset"_s, qint64(9'007'199'254'740'991)}}, u"offset"_s), u"9007199254740991"_s);
}

QTEST_GUILESS_MAIN(TestRowCache)
#include "tst_rowcache.moc"
