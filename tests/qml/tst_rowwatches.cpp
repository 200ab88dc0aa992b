// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"

#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

} // namespace

class TestRowWatches : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keysOfAllWatchersAreJoined();
    void aWatchersDeathEndsItsWatch();
    void aHiddenWindowWatchesNothingAndComesBack();
    void anotherPortIsToldTheSame();
};

void TestRowWatches::keysOfAllWatchersAreJoined()
{
    ConsoleFixture fixture;
    QObject table, inspector;
    fixture.session.watches()->watch(&table, u"links"_s, {u"a"_s, u"b"_s});
    fixture.session.watches()->watch(&inspector, u"links"_s, {u"c"_s});
    QCOMPARE(sorted(fixture.port.watchedKeys(u"links"_s)), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    fixture.session.watches()->watch(&table, u"intents"_s, {u"i"_s});
    QCOMPARE(fixture.port.watchedKeys(u"links"_s), QStringList{u"c"_s});
    QCOMPARE(fixture.port.watchedKeys(u"intents"_s), QStringList{u"i"_s});
}

void TestRowWatches::aWatchersDeathEndsItsWatch()
{
    ConsoleFixture fixture;
    {
        QObject table;
        fixture.session.watches()->watch(&table, u"links"_s, {u"a"_s});
        QVERIFY(fixture.port.isWatchingRows(u"links"_s));
    }
    QVERIFY(!fixture.port.isWatchingRows(u"links"_s));
}

void TestRowWatches::aHiddenWindowWatchesNothingAndComesBack()
{
    ConsoleFixture fixture;
    QObject table;
    fixture.session.watches()->watch(&table, u"links"_s, {u"a"_s});
    fixture.session.setActive(false);
    QVERIFY(!fixture.port.isWatchingRows(u"links"_s));
    fixture.session.setActive(true);
    QCOMPARE(fixture.port.watchedKeys(u"links"_s), QStringList{u"a"_s});
}

void TestRowWatches::anotherPortIsToldTheSame()
{
    ConsoleFixture fixture;
    QObject table;
    fixture.session.watches()->watch(&table, u"links"_s, {u"a"_s});
    Tidegate::Admin::ScriptedAdminPort other;
    fixture.session.setPort(&other);
    QCOMPARE(other.watchedKeys(u"links"_s), QStringList{u"a"_s});
    fixture.session.setPort(nullptr);
}

QTEST_GUILESS_MAIN(TestRowWatches)
#include "tst_rowwatches.moc"
