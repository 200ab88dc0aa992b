// SPDX-License-Identifier: MIT
#include "intent/enginefixture.h"
#include "session/ssma/continuity.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestSsmaContinuity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answerFitsTheCursor_data();
    void answerFitsTheCursor();
    void hasMoreIsPassedOn();

private:
    //! Rows 1 to 5 of which 3 to 5 are kept.
    static void fill(EngineFixture &fixture)
    {
        fixture.maxEntries = 3;
        fixture.restart();
        for (int i = 1; i <= 5; ++i)
            fixture.settle("row-0000" + QByteArray::number(i));
    }
};

void TestSsmaContinuity::answerFitsTheCursor_data()
{
    QTest::addColumn<quint64>("cursor");
    QTest::addColumn<bool>("wasGiven");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("gapReason");
    QTest::addColumn<quint64>("resumeAt");
    const auto row = [](const char *name, quint64 cursor, bool wasGiven, const char *text, const char *gap,
                        quint64 resumeAt) {
        QTest::newRow(name) << cursor << wasGiven << QByteArray(text) << QByteArray(gap) << resumeAt;
    };
    row("no cursor", 0, false, "snapshot", "", 0);
    row("at the head", 5, true, "exact", "", 5);
    row("one behind", 4, true, "exact", "", 4);
    row("just before the oldest row", 2, true, "exact", "", 2);
    row("one row was trimmed", 1, true, "gap", "retention", 1);
    row("the beginning, of which something was trimmed", 0, true, "gap", "retention", 0);
    row("beyond the head: another history", 6, true, "gap", "epoch", 0);
    row("far beyond", std::numeric_limits<quint64>::max(), true, "gap", "epoch", 0);
}

void TestSsmaContinuity::answerFitsTheCursor()
{
    QFETCH(quint64, cursor);
    QFETCH(bool, wasGiven);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, gapReason);
    QFETCH(quint64, resumeAt);
    EngineFixture fixture;
    fill(fixture);
    QCOMPARE(fixture.engine->headSeq(), quint64(5));
    QCOMPARE(fixture.engine->floorSeq(), quint64(3));
    const Continuity continuity = continuityOf(*fixture.engine, cursor, wasGiven, false);
    QCOMPARE(continuity.text.toByteArray(), text);
    QCOMPARE(continuity.gapReason.toByteArray(), gapReason);
    QCOMPARE(resumePoint(*fixture.engine, cursor), resumeAt);
}

void TestSsmaContinuity::hasMoreIsPassedOn()
{
    EngineFixture fixture;
    for (const bool hasMore : {false, true}) {
        QCOMPARE(continuityOf(*fixture.engine, 0, false, hasMore).hasMore, hasMore);
        QCOMPARE(continuityOf(*fixture.engine, 0, true, hasMore).hasMore, hasMore);
    }
}

QTEST_GUILESS_MAIN(TestSsmaContinuity)
#include "tst_ssma_continuity.moc"
