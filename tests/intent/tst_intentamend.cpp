// SPDX-License-Identifier: MIT
#include "intent/enginefixture.h"

#include <QTest>

using namespace Tidegate;

//! IntentEngine::amend(): rework and undo.
class TestIntentAmend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { f = std::make_unique<EngineFixture>(); }
    void cleanup() { f.reset(); }

    void movesTheRowToANewSeq_data();
    void movesTheRowToANewSeq();
    void aMarkStaysWhereItIsAndIsNotPublished();
    void isToldBeforeItIsPublished();
    void anUnknownIdIsNotFound();
    void withoutASiteEverySiteIsSearched();
    void aRefusedChangeLeavesEverythingAsItWas();
    void anIntentThatIsBeingSettledIsAConflict();
    void aRetryDuringAnAmendWaitsForIt();
    void aFailedWriteLeavesEverythingAsItWas();
    void aTrimmedRowIsNotFound();
    void amendsAfterARestart();

private:
    struct Amended
    {
        int completions = 0;
        std::optional<Result<IntentPtr>> result;
        bool failedWith(ErrorCode code) const { return result && !*result && result->error().code == code; }
    };
    std::shared_ptr<Amended> amend(const QByteArray &id, const IntentEngine::Change &change = addMark,
                                   const std::optional<QByteArray> &site = "default",
                                   AmendKind kind = AmendKind::Rework)
    {
        auto amended = std::make_shared<Amended>();
        f->engine->amend(kind, site, id, "admin-1", change, [amended](Result<IntentPtr> result) {
            ++amended->completions;
            amended->result = std::move(result);
        });
        return amended;
    }
    static Result<void> addMark(Intent &intent)
    {
        intent.reasons.append("rework");
        return {};
    }

    std::unique_ptr<EngineFixture> f;
};

void TestIntentAmend::movesTheRowToANewSeq_data()
{
    QTest::addColumn<AmendKind>("kind");
    QTest::addColumn<QByteArray>("transition");
    QTest::newRow("rework") << AmendKind::Rework << QByteArray("reworked");
    QTest::newRow("undo") << AmendKind::Undo << QByteArray("undone");
}

void TestIntentAmend::movesTheRowToANewSeq()
{
    QFETCH(AmendKind, kind);
    QFETCH(QByteArray, transition);
    f->settle("it-00000001");
    f->settle("it-00000002");
    f->clock.advance(77);
    const auto amended = amend("it-00000001", addMark, "default", kind);
    f->turn();
    QCOMPARE(amended->completions, 1);
    const IntentPtr row = **amended->result;
    QCOMPARE(row->seq, 3ull);
    QVERIFY(row->reasons.contains("rework"));
    QVERIFY(row->history.contains("\"" + transition + "\""));
    QVERIFY(row->history.contains("admin-1"));
    QCOMPARE(f->rows().size(), size_t(2));
    QCOMPARE(f->rows().back()->id, QByteArray("it-00000001"));
    QCOMPARE(f->published, (std::vector<quint64>{1, 2, 3}));
    QCOMPARE(f->engine->headSeq(), 3ull);
    QCOMPARE(f->submit({"it-00000001"})->outcome().seq, 3ull);
}

void TestIntentAmend::aMarkStaysWhereItIsAndIsNotPublished()
{
    f->settle("it-00000001");
    f->settle("it-00000002");
    const qint64 updatedAt = f->rows().front()->updatedAtMs;
    f->clock.advance(77);
    const auto note = [](Intent &intent) -> Result<void> {
        appendTransition(intent, "marked", 5, "admin-1", R"({"note":"seen"})");
        return {};
    };
    for (int i = 0; i < 2; ++i) {
        const auto marked = amend("it-00000001", note, "default", AmendKind::Mark);
        f->turn();
        QCOMPARE(marked->completions, 1);
        QCOMPARE((**marked->result)->seq, 1ull);
    }
    const IntentPtr row = f->rows().front();
    QCOMPARE(row->id, QByteArray("it-00000001"));
    QCOMPARE(row->updatedAtMs, updatedAt);
    QCOMPARE(row->history.count(R"(["marked",5,"admin-1",{"note":"seen"}])"), 2);
    QCOMPARE(f->rows().size(), size_t(2));
    QCOMPARE(f->published, (std::vector<quint64>{1, 2}));
    QCOMPARE(f->engine->headSeq(), 2ull);
    QCOMPARE(f->submit({"it-00000001"})->outcome().seq, 1ull);
}

void TestIntentAmend::isToldBeforeItIsPublished()
{
    f->settle("it-00000001");
    QByteArrayList order;
    connect(f->engine.get(), &IntentEngine::intentAmended, f->engine.get(), [&] { order << "published"; });
    f->engine->amend(AmendKind::Undo, "default", "it-00000001", "a", addMark, [&](const auto &) { order << "told"; });
    QVERIFY(order.isEmpty());
    f->turn();
    QCOMPARE(order, (QByteArrayList{"told", "published"}));
}

void TestIntentAmend::anUnknownIdIsNotFound()
{
    f->settle("it-00000001");
    QVERIFY(amend("it-00000002")->failedWith(ErrorCode::NotFound));
    QVERIFY(amend("it-00000001", addMark, "other")->failedWith(ErrorCode::NotFound));
}

void TestIntentAmend::withoutASiteEverySiteIsSearched()
{
    f->submit({"it-00000001"}, "far away");
    f->backend->answer(0);
    f->turn();
    const auto amended = amend("it-00000001", addMark, std::nullopt);
    f->turn();
    QCOMPARE((**amended->result)->site, QByteArray("far away"));
}

void TestIntentAmend::aRefusedChangeLeavesEverythingAsItWas()
{
    f->settle("it-00000001");
    const auto refused = amend("it-00000001", [](Intent &intent) -> Result<void> {
        intent.reasons = {"changed"};
        return Error{ErrorCode::Conflict, QStringLiteral("mismatch")};
    });
    const auto retried = f->submit({"it-00000001"});
    QVERIFY(refused->failedWith(ErrorCode::Conflict));
    QCOMPARE(retried->outcome().seq, 1ull);
    QCOMPARE(f->rows().at(0)->reasons, QByteArrayList{"replay"});
    QCOMPARE(f->settle("it-00000002")->outcome().seq, 2ull);
}

void TestIntentAmend::anIntentThatIsBeingSettledIsAConflict()
{
    f->submit({"it-00000001"});
    QVERIFY(amend("it-00000001")->failedWith(ErrorCode::NotFound)); // has no place in the log yet
    f->backend->answer(0, Verdict::Failed);
    f->turn();
    f->submit({"it-00000001"}); // forwarded again
    const auto conflict = amend("it-00000001");
    QVERIFY(conflict->failedWith(ErrorCode::Conflict));
    QVERIFY(conflict->result->error().retryable);
    f->backend->answer(1);
    f->turn();
    const auto later = amend("it-00000001");
    QVERIFY(amend("it-00000001")->failedWith(ErrorCode::Conflict)); // two at once
    f->turn();
    QCOMPARE((**later->result)->seq, 3ull);
}

void TestIntentAmend::aRetryDuringAnAmendWaitsForIt()
{
    f->settle("it-00000001");
    const auto amended = amend("it-00000001");
    const auto retried = f->submit({"it-00000001"});
    QCOMPARE(retried->completions, 1);
    QCOMPARE(retried->outcome().seq, 2ull);
    QVERIFY(!retried->outcome().isFresh);
    QCOMPARE((**amended->result)->seq, 2ull);
    QCOMPARE(f->backend->calls.size(), size_t(1));
}

void TestIntentAmend::aFailedWriteLeavesEverythingAsItWas()
{
    f->settle("it-00000001");
    f->store.failWriteAt = f->store.writes + 1;
    const auto amended = amend("it-00000001");
    f->turn();
    QVERIFY(amended->failedWith(ErrorCode::Storage));
    QCOMPARE(f->rows().at(0)->seq, 1ull);
    QCOMPARE(f->submit({"it-00000001"})->outcome().seq, 1ull);
    const auto again = amend("it-00000001");
    f->turn();
    QVERIFY((**again->result)->seq > 1);
    QCOMPARE(f->rows().size(), size_t(1));
}

void TestIntentAmend::aTrimmedRowIsNotFound()
{
    f->engine->setMaxEntries(1);
    f->settle("it-00000001");
    f->settle("it-00000002");
    QVERIFY(amend("it-00000001")->failedWith(ErrorCode::NotFound));
}

void TestIntentAmend::amendsAfterARestart()
{
    f->settle("it-00000001");
    f->restart();
    const auto amended = amend("it-00000001", addMark, std::nullopt);
    f->turn();
    QCOMPARE((**amended->result)->seq, 2ull);
    f->restart();
    QCOMPARE(f->submit({"it-00000001"})->outcome().seq, 2ull);
    QCOMPARE(f->rows().size(), size_t(1));
}

QTEST_GUILESS_MAIN(TestIntentAmend)
#include "tst_intentamend.moc"
