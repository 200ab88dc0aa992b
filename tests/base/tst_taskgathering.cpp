// SPDX-License-Identifier: MIT
#include "base/taskgathering.h"

#include "base/taskqueue.h"

#include <QTest>

using namespace Tidegate;

class TestTaskGathering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsHandedOverBeforeTheScopeEnds();
    void flushHandsOverWhatThereIs();
    void orderIsKeptPerTarget();
    void anInnerScopeLeavesItToTheOuterOne();
    void aGatheringQueueHandsOverAfterItsTurnEnd();
    void withoutAScopePostsGoOutAtOnce();
};

void TestTaskGathering::nothingIsHandedOverBeforeTheScopeEnds()
{
    TaskQueue target;
    {
        const TaskGathering gathering;
        target.post([] {}, 100);
        QCOMPARE(target.backlogBytes(), 0);
    }
    QCOMPARE(target.backlogBytes(), 100);
}

void TestTaskGathering::flushHandsOverWhatThereIs()
{
    TaskQueue target;
    const TaskGathering gathering;
    target.post([] {}, 100);
    TaskGathering::flush();
    QCOMPARE(target.backlogBytes(), 100);
    target.post([] {}, 1);
    QCOMPARE(target.backlogBytes(), 100);
}

void TestTaskGathering::orderIsKeptPerTarget()
{
    TaskQueue first;
    TaskQueue second;
    QByteArray said;
    {
        const TaskGathering gathering;
        first.post([&said] { said += 'a'; });
        second.post([] {});
        first.post([&said] { said += 'b'; });
    }
    first.post([&said] { said += 'c'; });
    QTRY_COMPARE(said, QByteArray("abc"));
}

void TestTaskGathering::anInnerScopeLeavesItToTheOuterOne()
{
    TaskQueue target;
    {
        const TaskGathering outer;
        {
            const TaskGathering inner;
            target.post([] {}, 7);
        }
        QCOMPARE(target.backlogBytes(), 0);
    }
    QCOMPARE(target.backlogBytes(), 7);
}

void TestTaskGathering::aGatheringQueueHandsOverAfterItsTurnEnd()
{
    TaskQueue source;
    TaskQueue target;
    source.setGathering(true);
    int ran = 0;
    qsizetype seenByTask = -1;
    qsizetype seenByTurnEnd = -1;
    source.setTurnEnd([&] {
        target.post([&ran] { ++ran; }, 10);
        seenByTurnEnd = target.backlogBytes();
    });
    source.post([&] {
        target.post([&ran] { ++ran; }, 5);
        seenByTask = target.backlogBytes();
    });
    QTRY_COMPARE(ran, 2);
    QCOMPARE(seenByTask, 0);
    QCOMPARE(seenByTurnEnd, 0);
}

void TestTaskGathering::withoutAScopePostsGoOutAtOnce()
{
    TaskQueue target;
    target.post([] {}, 3);
    QCOMPARE(target.backlogBytes(), 3);
}

QTEST_GUILESS_MAIN(TestTaskGathering)
#include "tst_taskgathering.moc"
