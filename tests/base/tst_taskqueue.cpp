// SPDX-License-Identifier: MIT
#include "base/taskqueue.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <thread>

using namespace Tidegate;

class TestTaskQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingRunsBeforeTheLoopTurns();
    void tasksRunInOrderOfPosting();
    void aBatchIsOneWakeUpAndOneTurnEnd();
    void aTaskPostedByATaskRunsInALaterTurn();
    void backlogCountsWhatHasNotRun();
    void closedQueueDropsLaterPosts();
    void closingDestroysUnrunTasksAndTheirBacklog();
    void aValueThatPostsFromItsDestructorDoesNotDeadlockClose();
    void everyThreadKeepsItsOwnOrder();
    void tasksRunOnTheOwnersThread();
};

namespace {

struct PostsWhenDestroyed
{
    TaskQueue *queue;
    ~PostsWhenDestroyed()
    {
        queue->post([] {});
    }
};

} // namespace

void TestTaskQueue::nothingRunsBeforeTheLoopTurns()
{
    TaskQueue queue;
    bool ran = false;
    queue.post([&ran] { ran = true; });
    QVERIFY(!ran);
    QTRY_VERIFY(ran);
}

void TestTaskQueue::tasksRunInOrderOfPosting()
{
    TaskQueue queue;
    std::vector<int> order;
    for (int i = 0; i < 1000; ++i)
        queue.post([&order, i] { order.push_back(i); });
    QTRY_COMPARE(order.size(), size_t(1000));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

void TestTaskQueue::aBatchIsOneWakeUpAndOneTurnEnd()
{
    TaskQueue queue;
    int turns = 0;
    int ran = 0;
    queue.setTurnEnd([&turns] { ++turns; });
    for (int i = 0; i < 100; ++i)
        queue.post([&ran] { ++ran; });
    QCoreApplication::sendPostedEvents(&queue);
    QCOMPARE(ran, 100);
    QCOMPARE(turns, 1);
    QCoreApplication::sendPostedEvents(&queue);
    QCOMPARE(turns, 1);
}

void TestTaskQueue::aTaskPostedByATaskRunsInALaterTurn()
{
    TaskQueue queue;
    int turns = 0;
    int turnOfSecond = -1;
    queue.setTurnEnd([&turns] { ++turns; });
    queue.post([&] { queue.post([&] { turnOfSecond = turns; }); });
    QTRY_COMPARE(turns, 2);
    QCOMPARE(turnOfSecond, 1);
}

void TestTaskQueue::backlogCountsWhatHasNotRun()
{
    TaskQueue queue;
    queue.post([] {}, 1000);
    queue.post([] {}, 24);
    QCOMPARE(queue.backlogBytes(), qsizetype(1024));
    qsizetype duringFirst = -1;
    queue.post([&] { duringFirst = queue.backlogBytes(); }, 6);
    QCoreApplication::sendPostedEvents(&queue);
    QCOMPARE(duringFirst, qsizetype(6)); // a task counts until it has run
    QCOMPARE(queue.backlogBytes(), qsizetype(0));
}

void TestTaskQueue::closedQueueDropsLaterPosts()
{
    TaskQueue queue;
    bool ran = false;
    queue.close();
    queue.post([&ran] { ran = true; }, 100);
    QCOMPARE(queue.backlogBytes(), qsizetype(0));
    QCoreApplication::sendPostedEvents(&queue);
    QVERIFY(!ran);
}

void TestTaskQueue::closingDestroysUnrunTasksAndTheirBacklog()
{
    TaskQueue queue;
    auto owned = std::make_shared<int>(0);
    queue.post([owned] { ++*owned; }, 512);
    queue.close();
    QCOMPARE(owned.use_count(), 1);
    QCOMPARE(queue.backlogBytes(), qsizetype(0));
    QCoreApplication::sendPostedEvents(&queue);
    QCOMPARE(*owned, 0);
}

void TestTaskQueue::aValueThatPostsFromItsDestructorDoesNotDeadlockClose()
{
    TaskQueue queue;
    queue.post([value = std::make_unique<PostsWhenDestroyed>(&queue)] {});
    queue.close();
    QCOMPARE(queue.backlogBytes(), qsizetype(0));
}

void TestTaskQueue::everyThreadKeepsItsOwnOrder()
{
    constexpr int Threads = 4;
    constexpr int PerThread = 20'000;
    TaskQueue queue;
    std::vector<std::vector<int>> seen(Threads);
    int total = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < Threads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < PerThread; ++i)
                queue.post([&, t, i] {
                    seen[size_t(t)].push_back(i);
                    ++total;
                });
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(total, Threads * PerThread, 30'000);
    for (auto &thread : threads)
        thread.join();
    for (const auto &each : seen) {
        QCOMPARE(each.size(), size_t(PerThread));
        QVERIFY(std::is_sorted(each.begin(), each.end()));
    }
    QCOMPARE(queue.backlogBytes(), qsizetype(0));
}

void TestTaskQueue::tasksRunOnTheOwnersThread()
{
    QThread worker;
    auto *queue = new TaskQueue;
    queue->moveToThread(&worker);
    connect(&worker, &QThread::finished, queue, &QObject::deleteLater);
    worker.start();
    std::atomic<QThread *> ranOn = nullptr;
    queue->post([&ranOn] { ranOn = QThread::currentThread(); });
    QTRY_COMPARE(ranOn.load(), &worker);
    worker.quit();
    QVERIFY(worker.wait());
}

QTEST_GUILESS_MAIN(TestTaskQueue)
#include "tst_taskqueue.moc"
