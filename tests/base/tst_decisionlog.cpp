// SPDX-License-Identifier: MIT
#include "base/decisionbatch.h"
#include "base/decisionlog.h"

#include <QTest>

#include <thread>

using namespace Tidegate;

namespace {

constexpr DecisionRule Denied{"test.denied", DecisionKind::Denied, "It was denied.", "Ask again."};
constexpr DecisionRule Limit{"test.limit", DecisionKind::Denied, "Too many.", "Slow down.", true};

Decision on(quint64 link, const DecisionRule &rule = Denied, const QByteArray &subject = "global")
{
    return {&rule, link, "u-1", "default", subject};
}

} // namespace

class TestDecisionLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void likeOnesAreOneWithACount();
    void whatDiffersIsAnEntryOfItsOwn_data();
    void whatDiffersIsAnEntryOfItsOwn();
    void afterTheWindowANewEntryBegins();
    void messagesAreGatheredUpToTheirBound();
    void theOldestGoWhenItIsFull();
    void whoHoldsEntriesSeesNoChange();
    void limitsCountPerWho();
    void limitsForgetWhoeverHitFirst();
    void aTurnIsHandedOverAtOnce();
    void aFullBatchIsHandedOverAtOnce();
    void theResolverKnowsTheLink();
    void threadsMayRecordAtATime();
};

void TestDecisionLog::likeOnesAreOneWithACount()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.note(on(1));
    batch.note(on(2));
    batch.note(on(1));
    batch.flush();
    clock.advance(5'000);
    batch.note(on(1));
    batch.flush();
    const auto entries = log.entries();
    QCOMPARE(entries.size(), 2U);
    QCOMPARE(entries[0]->number, 1);
    QCOMPARE(entries[0]->decision.count, 3);
    QCOMPARE(entries[0]->decision.lastAtMs - entries[0]->decision.firstAtMs, 5'000);
    QCOMPARE(entries[1]->decision.count, 1);
}

void TestDecisionLog::whatDiffersIsAnEntryOfItsOwn_data()
{
    QTest::addColumn<int>("field");
    for (int field = 0; field < 6; ++field)
        QTest::addRow("field %d", field) << field;
}

void TestDecisionLog::whatDiffersIsAnEntryOfItsOwn()
{
    QFETCH(int, field);
    Decision other = on(1);
    if (field == 0)
        other.link = 2;
    QByteArray *const texts[] = {&other.user, &other.site, &other.subject, &other.code, &other.who};
    if (field > 0)
        *texts[field - 1] = "other";
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.note(on(1));
    batch.note(other);
    batch.flush();
    QCOMPARE(log.entries().size(), 2U);
}

void TestDecisionLog::afterTheWindowANewEntryBegins()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.note(on(1));
    batch.flush();
    clock.advance(DecisionLog::MergeWindowMs);
    for (int i = 0; i < 2; ++i) {
        batch.note(on(1));
        batch.flush();
    }
    QCOMPARE(log.entries().size(), 2U);
    QCOMPARE(log.entries().back()->decision.count, 2);
    QCOMPARE(log.entries().back()->number, 2);
}

void TestDecisionLog::messagesAreGatheredUpToTheirBound()
{
    Decision first = on(1);
    first.messages = {"a"};
    for (int i = 0; i < 30; ++i) {
        Decision next = on(1);
        next.messages = {"a", QByteArray::number(i)};
        first.absorb(next);
    }
    QCOMPARE(first.messages.size(), Decision::MaxMessages);
    QCOMPARE(first.messages.count("a"), 1);
    QCOMPARE(first.count, 31);
}

void TestDecisionLog::theOldestGoWhenItIsFull()
{
    FakeClock clock;
    const qsizetype one = on(1).byteSize();
    DecisionLog log(10 * one);
    DecisionBatch batch(log, clock);
    for (quint64 link = 1; link <= 25; ++link)
        batch.note(on(link));
    batch.flush();
    const auto entries = log.entries();
    QCOMPARE(entries.size(), 10U);
    QCOMPARE(log.count(), 10);
    QCOMPARE(entries.front()->number, 16);
    QCOMPARE(entries.back()->number, 25);
    batch.note(on(1)); // gone: a new one
    batch.flush();
    QCOMPARE(log.entries().back()->number, 26);
}

void TestDecisionLog::whoHoldsEntriesSeesNoChange()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.note(on(1));
    batch.flush();
    const auto before = log.entries();
    batch.note(on(1));
    batch.flush();
    QCOMPARE(before[0]->decision.count, 1);
    QCOMPARE(log.entries()[0]->decision.count, 2);
    QCOMPARE(log.entries().size(), 1U);
}

void TestDecisionLog::limitsCountPerWho()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    for (const char *who : {"a", "b", "a"}) {
        Decision hit = on(0, Limit);
        hit.who = who;
        clock.advance(1'000);
        batch.note(hit);
        batch.flush();
    }
    batch.note(on(1));
    batch.flush();
    const auto limits = log.limitHits();
    QCOMPARE(limits.size(), 2U);
    QCOMPARE(limits[0].who, "a");
    QCOMPARE(limits[0].hits, 2);
    QCOMPARE(limits[0].lastAtMs - limits[0].firstAtMs, 2'000);
    QCOMPARE(limits[1].hits, 1);
}

void TestDecisionLog::limitsForgetWhoeverHitFirst()
{
    DecisionLog log;
    for (size_t i = 0; i <= DecisionLog::MaxLimits; ++i) {
        Decision hit = on(0, Limit);
        hit.who = QByteArray::number(qint64(i));
        log.record({hit});
    }
    const auto limits = log.limitHits();
    QCOMPARE(limits.size(), DecisionLog::MaxLimits);
    QCOMPARE(limits.back().who, "1");
}

void TestDecisionLog::aTurnIsHandedOverAtOnce()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.note(on(1));
    batch.note(on(2));
    QCOMPARE(log.revision(), 0);
    batch.flush();
    QCOMPARE(log.revision(), 1);
    batch.flush();
    QCOMPARE(log.revision(), 1);
}

void TestDecisionLog::aFullBatchIsHandedOverAtOnce()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    for (quint64 link = 1; link <= DecisionBatch::MaxDecisions; ++link)
        batch.note(on(link));
    QCOMPARE(log.count(), qint64(DecisionBatch::MaxDecisions));
}

void TestDecisionLog::theResolverKnowsTheLink()
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch(log, clock);
    batch.setResolver([](Decision &decision) { decision.user = "resolved"; });
    batch.note({&Denied, 7, {}, {}, {}});
    batch.note({&Denied, 0, "given", {}, {}});
    batch.flush();
    QCOMPARE(log.entries()[0]->decision.user, "resolved");
    QCOMPARE(log.entries()[1]->decision.user, "given");
}

void TestDecisionLog::threadsMayRecordAtATime()
{
    DecisionLog log;
    std::vector<std::thread> threads;
    for (quint64 link = 1; link <= 4; ++link) {
        threads.emplace_back([&log, link] {
            SystemClock clock;
            DecisionBatch batch(log, clock);
            for (int i = 0; i < 1'000; ++i) {
                batch.note(on(link));
                batch.flush();
                if (i % 100 == 0)
                    (void)log.entries();
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    qint64 count = 0;
    for (const auto &entry : log.entries())
        count += entry->decision.count;
    QCOMPARE(count, 4'000);
}

QTEST_GUILESS_MAIN(TestDecisionLog)
#include "tst_decisionlog.moc"
