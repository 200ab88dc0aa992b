// SPDX-License-Identifier: MIT
#include "base/task.h"

#include <QTest>

using namespace Tidegate;

class TestTask : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anEmptyTaskIsFalse();
    void runsWhatItHolds();
    void carriesMoveOnlyCaptures();
    void aMovedTaskRunsOnceItsNewOwnerCalls();
    void copiesACallableThatIsAnLvalue();
    void releasesItsCapturesWhenReplaced();
};

void TestTask::anEmptyTaskIsFalse()
{
    Task task;
    QVERIFY(!task);
    task = [] {};
    QVERIFY(bool(task));
}

void TestTask::runsWhatItHolds()
{
    int runs = 0;
    Task task([&runs] { ++runs; });
    QCOMPARE(runs, 0);
    task();
    task();
    QCOMPARE(runs, 2);
}

void TestTask::carriesMoveOnlyCaptures()
{
    int seen = 0;
    Task task([value = std::make_unique<int>(7), &seen] { seen = *value; });
    task();
    QCOMPARE(seen, 7);
}

void TestTask::aMovedTaskRunsOnceItsNewOwnerCalls()
{
    int runs = 0;
    Task first([&runs] { ++runs; });
    Task second(std::move(first));
    second();
    QCOMPARE(runs, 1);
    Task third;
    third = std::move(second);
    third();
    QCOMPARE(runs, 2);
}

void TestTask::copiesACallableThatIsAnLvalue()
{
    int runs = 0;
    const auto callable = [&runs] { ++runs; };
    Task task(callable);
    task();
    callable();
    QCOMPARE(runs, 2);
}

void TestTask::releasesItsCapturesWhenReplaced()
{
    auto owned = std::make_shared<int>(1);
    Task task([owned] {});
    QCOMPARE(owned.use_count(), 2);
    task = {};
    QCOMPARE(owned.use_count(), 1);
}

QTEST_GUILESS_MAIN(TestTask)
#include "tst_task.moc"
