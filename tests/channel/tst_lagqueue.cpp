// SPDX-License-Identifier: MIT
#include "channel/lagqueue.h"

#include <QTest>

using namespace Tidegate;

namespace {

//! One publication with an event for each letter of \p keys; its last event has \p cursor.
PublicationPtr publication(Offset cursor, const QByteArray &keys, qsizetype payloadBytes = 0)
{
    auto made = std::make_shared<Publication>();
    made->cursor = cursor;
    Offset offset = cursor - Offset(keys.size());
    for (const char key : keys) {
        auto event = std::make_shared<Event>();
        event->offset = ++offset;
        event->key = QByteArray(1, key);
        event->payload = QByteArray(payloadBytes, key);
        made->events.push_back(event);
    }
    return made;
}

//! A blank is an event without a key.
QByteArray keyOf(const Event &event)
{
    return event.key == " " ? QByteArray() : event.key;
}

//! "3ab 4c": what is left, oldest first, by cursor and keys.
QByteArray drain(LagQueue &queue)
{
    QByteArrayList texts;
    while (const PublicationPtr next = queue.takeNext()) {
        QByteArray text = QByteArray::number(next->cursor);
        for (const EventPtr &event : next->events)
            text += event->key;
        texts.append(text);
    }
    return texts.join(' ');
}

} // namespace

class TestLagQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withoutAKeyEverythingIsKeptInOrder();
    void aNewerEventReplacesTheHeldOneOfItsKey();
    void onlyTheReplacedEventGoesFromAPublication();
    void eventsWithoutAKeyAreNeverReplaced();
    void equalKeysWithinOnePublicationStay();
    void overTheBoundTheOldestGoAndAreRemembered();
    void aSingleOneOverTheBoundStays();
    void aReplacedEventIsNoLoss();
    void takenEventsCanComeAgain();
    void bytesAreCountedToZero();
};

void TestLagQueue::withoutAKeyEverythingIsKeptInOrder()
{
    LagQueue queue(100'000, {});
    for (Offset cursor = 1; cursor <= 3; ++cursor)
        queue.hold(publication(cursor, "a"));
    QCOMPARE(drain(queue), QByteArray("1a 2a 3a"));
    QVERIFY(queue.isEmpty());
}

void TestLagQueue::aNewerEventReplacesTheHeldOneOfItsKey()
{
    LagQueue queue(100'000, keyOf);
    queue.hold(publication(1, "a"));
    queue.hold(publication(2, "b"));
    QCOMPARE(queue.hold(publication(3, "a")).conflated, 1);
    QCOMPARE(drain(queue), QByteArray("2b 3a"));
}

void TestLagQueue::onlyTheReplacedEventGoesFromAPublication()
{
    LagQueue queue(100'000, keyOf);
    queue.hold(publication(3, "abc"));
    QCOMPARE(queue.hold(publication(4, "b")).conflated, 1);
    QCOMPARE(queue.hold(publication(5, "c")).conflated, 1);
    QCOMPARE(drain(queue), QByteArray("3a 4b 5c"));
}

void TestLagQueue::eventsWithoutAKeyAreNeverReplaced()
{
    LagQueue queue(100'000, keyOf);
    queue.hold(publication(2, "a "));
    QCOMPARE(queue.hold(publication(4, "a ")).conflated, 1);
    QCOMPARE(drain(queue), QByteArray("2  4a "));
}

void TestLagQueue::equalKeysWithinOnePublicationStay()
{
    LagQueue queue(100'000, keyOf);
    queue.hold(publication(2, "aa"));
    QCOMPARE(drain(queue), QByteArray("2aa"));
    queue.hold(publication(4, "aa"));
    queue.hold(publication(5, "a"));
    QCOMPARE(drain(queue), QByteArray("5a"));
}

void TestLagQueue::overTheBoundTheOldestGoAndAreRemembered()
{
    LagQueue queue(25'000, {});
    qint64 dropped = 0;
    for (Offset cursor = 11; cursor <= 15; ++cursor)
        dropped += queue.hold(publication(cursor, "a", 10'000)).dropped;
    QCOMPARE(dropped, 3);
    const Loss loss = queue.takeLoss();
    QCOMPARE(loss.after, Offset(10));
    QCOMPARE(loss.upTo, Offset(13));
    QCOMPARE(loss.publications, 3);
    QCOMPARE(queue.takeLoss().publications, 0);
    QCOMPARE(drain(queue), QByteArray("14a 15a"));
}

void TestLagQueue::aSingleOneOverTheBoundStays()
{
    LagQueue queue(1'000, {});
    QCOMPARE(queue.hold(publication(1, "a", 50'000)).dropped, 0);
    QCOMPARE(drain(queue), QByteArray("1a"));
}

void TestLagQueue::aReplacedEventIsNoLoss()
{
    LagQueue queue(25'000, keyOf);
    for (Offset cursor = 1; cursor <= 100; ++cursor)
        queue.hold(publication(cursor, "a", 10'000));
    QCOMPARE(queue.takeLoss().publications, 0);
    QCOMPARE(drain(queue), QByteArray("100a"));
}

void TestLagQueue::takenEventsCanComeAgain()
{
    LagQueue queue(100'000, keyOf);
    queue.hold(publication(1, "a"));
    QCOMPARE(drain(queue), QByteArray("1a"));
    QCOMPARE(queue.hold(publication(2, "a")).conflated, 0);
    QCOMPARE(drain(queue), QByteArray("2a"));
}

void TestLagQueue::bytesAreCountedToZero()
{
    LagQueue queue(25'000, keyOf);
    for (Offset cursor = 4; cursor <= 400; cursor += 4)
        queue.hold(publication(cursor, cursor % 8 ? "abcd" : "cdxy", 100 * cursor));
    drain(queue);
    QCOMPARE(queue.heldBytes(), 0);
}

QTEST_GUILESS_MAIN(TestLagQueue)
#include "tst_lagqueue.moc"
