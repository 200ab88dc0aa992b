// SPDX-License-Identifier: MIT
#include "base/taskgathering.h"

#include "base/taskqueue.h"

#include <QCoreApplication>
#include <QTest>

using namespace Tidegate;

namespace {

//! Counts what was handed over to it; handed over means that its thread finds it.
struct Receiver
{
    TaskQueue queue;
    int ran = 0;

    void take(qsizetype costBytes = 64)
    {
        queue.post([this] { ++ran; }, costBytes);
    }
    int ranAfterALook()
    {
        QCoreApplication::sendPostedEvents(&queue);
        return ran;
    }
};

} // namespace

class TestTaskGathering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsHandedOverBeforeTheScopeEnds();
    void whatIsKeptBackCountsAsBacklog();
    void whatAClosedQueueIsHandedIsForgotten();
    void flushHandsOverWhatThereIs();
    void orderIsKeptPerTarget();
    void anInnerScopeLeavesItToTheOuterOne();
    void aGatheringQueueHandsOverAfterItsTurnEnd();
    void withoutAScopePostsGoOutAtOnce();
};

void TestTaskGathering::nothingIsHandedOverBeforeTheScopeEnds()
{
    Receiver target;
    {
        const TaskGathering gathering;
        target.take();
        QCOMPARE(target.ranAfterALook(), 0);
    }
    QCOMPARE(target.ranAfterALook(), 1);
}

void TestTaskGathering::whatIsKeptBackCountsAsBacklog()
{
    Receiver target;
    {
        const TaskGathering gathering;
        target.take(100);
        QCOMPARE(target.queue.backlogBytes(), 100);
    }
    QCOMPARE(target.queue.backlogBytes(), 100);
    QCOMPARE(target.ranAfterALook(), 1);
    QCOMPARE(target.queue.backlogBytes(), 0);
}

void TestTaskGathering::whatAClosedQueueIsHandedIsForgotten()
{
    Receiver target;
    {
        const TaskGathering gathering;
        target.take(100);
        target.queue.close();
    }
    QCOMPARE(target.queue.backlogBytes(), 0);
    QCOMPARE(target.ranAfterALook(), 0);
}

void TestTaskGathering::flushHandsOverWhatThereIs()
{
    Receiver target;
    const TaskGathering gathering;
    target.take();
    TaskGathering::flush();
    QCOMPARE(target.ranAfterALook(), 1);
    target.take();
    QCOMPARE(target.ranAfterALook(), 1);
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
    Receiver target;
    {
        const TaskGathering outer;
        {
            const TaskGathering inner;
            target.take();
        }
        QCOMPARE(target.ranAfterALook(), 0);
    }
    QCOMPARE(target.ranAfterALook(), 1);
}

void TestTaskGathering::aGatheringQueueHandsOverAfterItsTurnEnd()
{
    TaskQueue source;
    Receiver target;
    source.setGathering(true);
    int seenByTurnEnd = -1;
    source.setTurnEnd([&] {
        target.take();
        seenByTurnEnd = target.ranAfterALook();
    });
    source.post([&] { target.take(); });
    QCoreApplication::sendPostedEvents(&source);
    QCOMPARE(seenByTurnEnd, 0);
    QCOMPARE(target.ranAfterALook(), 2);
}

void TestTaskGathering::withoutAScopePostsGoOutAtOnce()
{
    Receiver target;
    target.take();
    QCOMPARE(target.ranAfterALook(), 1);
}

QTEST_GUILESS_MAIN(TestTaskGathering)
#include "tst_taskgathering.moc"
