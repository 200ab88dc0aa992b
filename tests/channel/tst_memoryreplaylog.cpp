// SPDX-License-Identifier: MIT
#include "replay/memoryreplaylog.h"

#include <QTest>

#include <random>

using namespace Tidegate;

namespace {

EventPtr eventAt(Offset offset, qsizetype payloadBytes = 0)
{
    auto made = std::make_shared<Event>();
    made->offset = offset;
    made->payload = QByteArray(payloadBytes, 'x');
    return made;
}

std::vector<Offset> offsetsOf(const ReplaySlice &slice)
{
    std::vector<Offset> offsets;
    for (const EventPtr &each : slice.events)
        offsets.push_back(each->offset);
    return offsets;
}

using Offsets = std::vector<Offset>;

} // namespace

class TestMemoryReplayLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAfterAnOffsetOldestFirst_data();
    void readsAfterAnOffsetOldestFirst();
    void anUnknownStreamIsCoveredAndEmpty();
    void nothingBeforeTheFloorIsCovered();
    void newestIsCoveredByCountOrByTheBeginning();
    void overflowDropsTheGloballyOldestAndRaisesTheFloor();
    void anEventLargerThanTheBoundIsNotKept();
    void emptiedStreamsAreForgotten();
    void aCoveredReadMissesNothing_data();
    void aCoveredReadMissesNothing();
};

void TestMemoryReplayLog::readsAfterAnOffsetOldestFirst_data()
{
    QTest::addColumn<Offset>("after");
    QTest::addColumn<int>("limit");
    QTest::addColumn<Offsets>("offsets");
    QTest::addColumn<bool>("hasMore");
    QTest::newRow("from the start") << Offset(0) << 10 << Offsets{2, 5, 9} << false;
    QTest::newRow("exactly at an event excludes it") << Offset(5) << 10 << Offsets{9} << false;
    QTest::newRow("in a gap") << Offset(3) << 10 << Offsets{5, 9} << false;
    QTest::newRow("at the head") << Offset(9) << 10 << Offsets{} << false;
    QTest::newRow("in the future") << Offset(100) << 10 << Offsets{} << false;
    QTest::newRow("the limit cuts the newest") << Offset(0) << 2 << Offsets{2, 5} << true;
    QTest::newRow("the limit fits exactly") << Offset(0) << 3 << Offsets{2, 5, 9} << false;
    QTest::newRow("limit zero") << Offset(0) << 0 << Offsets{} << true;
}

void TestMemoryReplayLog::readsAfterAnOffsetOldestFirst()
{
    QFETCH(Offset, after);
    QFETCH(int, limit);
    MemoryReplayLog log({});
    for (Offset offset : {2, 5, 9})
        log.append("a", eventAt(offset));
    log.append("b", eventAt(10));
    const ReplaySlice slice = log.readAfter("a", after, limit);
    QVERIFY(slice.isCovered);
    QTEST(offsetsOf(slice), "offsets");
    QTEST(slice.hasMore, "hasMore");
}

void TestMemoryReplayLog::anUnknownStreamIsCoveredAndEmpty()
{
    MemoryReplayLog log({});
    QVERIFY(log.readAfter("a", 0, 10).isCovered);
    QVERIFY(log.readNewest("a", 10).isCovered);
    QVERIFY(log.readNewest("a", 10).events.empty());
}

void TestMemoryReplayLog::nothingBeforeTheFloorIsCovered()
{
    MemoryReplayLog log({1'000'000, 50});
    log.append("a", eventAt(51));
    QCOMPARE(log.floor(), Offset(50));
    QVERIFY(!log.readAfter("a", 49, 10).isCovered);
    QVERIFY(log.readAfter("a", 50, 10).isCovered);
    QVERIFY(!log.readAfter("other", 49, 10).isCovered);
}

void TestMemoryReplayLog::newestIsCoveredByCountOrByTheBeginning()
{
    MemoryReplayLog fromBirth({});
    fromBirth.append("a", eventAt(1));
    QVERIFY(fromBirth.readNewest("a", 5).isCovered);
    MemoryReplayLog later({1'000'000, 50});
    later.append("a", eventAt(51));
    later.append("a", eventAt(52));
    QVERIFY(!later.readNewest("a", 5).isCovered);
    QVERIFY(later.readNewest("a", 2).isCovered);
    QCOMPARE(offsetsOf(later.readNewest("a", 1)), Offsets{52});
    QVERIFY(later.readNewest("a", 1).hasMore);
}

void TestMemoryReplayLog::overflowDropsTheGloballyOldestAndRaisesTheFloor()
{
    const qsizetype each = eventAt(1, 100)->byteSize();
    MemoryReplayLog log({3 * each, 0});
    log.append("a", eventAt(1, 100));
    log.append("b", eventAt(2, 100));
    log.append("a", eventAt(3, 100));
    QCOMPARE(log.bytes(), 3 * each);
    QCOMPARE(log.floor(), Offset(0));
    log.append("b", eventAt(4, 100));
    QCOMPARE(log.bytes(), 3 * each);
    QCOMPARE(log.floor(), Offset(1));
    QCOMPARE(offsetsOf(log.readAfter("a", 1, 10)), Offsets{3});
    QCOMPARE(offsetsOf(log.readAfter("b", 1, 10)), (Offsets{2, 4}));
    QVERIFY(!log.readAfter("b", 0, 10).isCovered);
}

void TestMemoryReplayLog::anEventLargerThanTheBoundIsNotKept()
{
    MemoryReplayLog log({500, 0});
    log.append("a", eventAt(1, 10'000));
    QCOMPARE(log.bytes(), qsizetype(0));
    QCOMPARE(log.floor(), Offset(1));
    QVERIFY(!log.readAfter("a", 0, 10).isCovered);
    QVERIFY(log.readAfter("a", 1, 10).isCovered);
}

void TestMemoryReplayLog::emptiedStreamsAreForgotten()
{
    const qsizetype each = eventAt(1, 100)->byteSize();
    MemoryReplayLog log({2 * each, 0});
    for (Offset offset = 1; offset <= 1000; ++offset)
        log.append(QByteArray::number(offset), eventAt(offset, 100));
    QCOMPARE(log.streamCount(), qsizetype(2));
}

void TestMemoryReplayLog::aCoveredReadMissesNothing_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 10; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestMemoryReplayLog::aCoveredReadMissesNothing()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    constexpr qsizetype MaxBytes = 20'000;
    MemoryReplayLog log({MaxBytes, 0});
    std::vector<Offsets> all(4);
    Offset next = 0;
    for (int step = 0; step < 2'000; ++step) {
        const size_t stream = random() % all.size();
        next += 1 + random() % 3;
        log.append(QByteArray::number(int(stream)), eventAt(next, qsizetype(random() % 300)));
        all[stream].push_back(next);
        QVERIFY(log.bytes() <= MaxBytes);
        const size_t asked = random() % all.size();
        const Offset after = next > 150 ? next - random() % 150 : random() % (next + 1);
        const ReplaySlice slice = log.readAfter(QByteArray::number(int(asked)), after, 1'000'000);
        QCOMPARE(slice.isCovered, after >= log.floor());
        if (slice.isCovered) {
            const auto begin = std::upper_bound(all[asked].begin(), all[asked].end(), after);
            QCOMPARE(offsetsOf(slice), Offsets(begin, all[asked].end()));
        }
    }
    QVERIFY(log.floor() > 0);
}

QTEST_GUILESS_MAIN(TestMemoryReplayLog)
#include "tst_memoryreplaylog.moc"
