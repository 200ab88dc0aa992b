// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"
#include "qml/models/logtail.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

struct Tail : ConsoleFixture
{
    Tail()
        : tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
        model.setSession(&session);
    }

    QString newest() const { return model.index(model.count() - 1).data(LogTail::TypeRole).toString(); }

    LogTail model;
    QAbstractItemModelTester tester;
};

} // namespace

class TestLogTail : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thePastComesFirstThenWhatHappens();
    void aLineThatBothBringIsShownOnce();
    void theOldestLinesMakeRoom();
    void aPauseKeepsLinesBack();
    void aLevelLeavesLowerLinesOut();
    void nothingIsWatchedWhileNobodyLooks();
    void skippedLinesAreCounted();
};

void TestLogTail::thePastComesFirstThenWhatHappens()
{
    Tail tail;
    QTRY_COMPARE(tail.model.count(), int(LogTail::PastLines));
    tail.port.addLogLine(u"warn"_s, u"TIDE_IS_HIGH"_s, {{u"m"_s, 4}});
    QCOMPARE(tail.newest(), u"TIDE_IS_HIGH"_s);
    QCOMPARE(tail.model.index(tail.model.count() - 1).data(LogTail::ToneRole).toString(), u"warning"_s);
}

void TestLogTail::aLineThatBothBringIsShownOnce()
{
    Tail tail;
    tail.port.holdAnswers();
    tail.model.setMinLevel(u"error"_s); // asks for the past again
    tail.port.addLogLine(u"error"_s, u"ONCE"_s);
    tail.port.releaseAnswers();
    QTRY_VERIFY(tail.model.count() > 0);
    int found = 0;
    for (int row = 0; row < tail.model.count(); ++row)
        found += tail.model.index(row).data(LogTail::TypeRole).toString() == u"ONCE"_s ? 1 : 0;
    QCOMPARE(found, 1);
}

void TestLogTail::theOldestLinesMakeRoom()
{
    Tail tail;
    QTRY_COMPARE(tail.model.count(), int(LogTail::PastLines));
    for (int i = 0; i < 3000; ++i)
        tail.port.addLogLine(u"info"_s, u"L%1"_s.arg(i));
    QCOMPARE(tail.model.count(), int(LogTail::MaxLines));
    QCOMPARE(tail.newest(), u"L2999"_s);
}

void TestLogTail::aPauseKeepsLinesBack()
{
    Tail tail;
    QTRY_COMPARE(tail.model.count(), int(LogTail::PastLines));
    tail.model.setPaused(true);
    tail.port.addLogLine(u"info"_s, u"LATER"_s);
    QCOMPARE(tail.model.held(), 1);
    QVERIFY(tail.newest() != u"LATER"_s);
    tail.model.setPaused(false);
    QCOMPARE(tail.model.held(), 0);
    QCOMPARE(tail.newest(), u"LATER"_s);
}

void TestLogTail::aLevelLeavesLowerLinesOut()
{
    Tail tail;
    QTRY_COMPARE(tail.model.count(), int(LogTail::PastLines));
    tail.model.setMinLevel(u"warn"_s);
    // The answer replaces all lines at once; those of two low levels were most of them.
    QTRY_VERIFY(tail.model.count() > 0 && tail.model.count() != int(LogTail::PastLines));
    for (int row = 0; row < tail.model.count(); ++row) {
        const QString level = tail.model.index(row).data(LogTail::LevelRole).toString();
        QVERIFY2(level == u"warn"_s || level == u"error"_s, qPrintable(level));
    }
    const int before = tail.model.count();
    tail.port.addLogLine(u"info"_s, u"TOO_LOW"_s);
    QCOMPARE(tail.model.count(), before);
}

void TestLogTail::nothingIsWatchedWhileNobodyLooks()
{
    Tail tail;
    QVERIFY(tail.port.isWatchingLog());
    tail.model.setActive(false);
    QVERIFY(!tail.port.isWatchingLog());
    tail.model.setActive(true);
    QVERIFY(tail.port.isWatchingLog());
    tail.session.setActive(false);
    QVERIFY(!tail.port.isWatchingLog());
}

void TestLogTail::skippedLinesAreCounted()
{
    Tail tail;
    QTRY_COMPARE(tail.model.count(), int(LogTail::PastLines));
    Q_EMIT tail.port.logAppended({}, 120);
    QCOMPARE(tail.model.skipped(), 120.0);
}

QTEST_GUILESS_MAIN(TestLogTail)
#include "tst_logtail.moc"
