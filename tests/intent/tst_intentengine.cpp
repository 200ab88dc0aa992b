// SPDX-License-Identifier: MIT
#include "intent/enginefixture.h"

#include <QTest>

#include <random>

using namespace Tidegate;

class TestIntentEngine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { f = std::make_unique<EngineFixture>(); }
    void cleanup() { f.reset(); }

    void aFreshIntentIsDurableBeforeItIsForwarded();
    void aSettledIntentIsToldThenPublished();
    void anIntentWithoutIdGetsOne();
    void anEmptySubmissionCompletes();
    void aDuplicateWaitsForTheFirst();
    void aDuplicateInsideABatchSharesTheOutcome();
    void aRepetitionGetsTheStoredOutcome_data();
    void aRepetitionGetsTheStoredOutcome();
    void theSameIdOnAnotherSiteIsFresh();
    void aMixedBatchForwardsOnlyWhatIsFresh();
    void failedIntentsAreForwardedAgain_data();
    void failedIntentsAreForwardedAgain();
    void anIntentWithoutVerdictIsAcked();
    void anInlineDecisionNeedsOneWrite();
    void aDecidedSubmissionIsNotForwarded();
    void publishOrderIsSeqOrderWhenAnswersComeOutOfOrder();
    void aFailedFirstWriteIsAnErrorAndARetryWorks();
    void aFailedSecondWriteIsAnErrorAndARetryWorks();
    void aFailedReadIsAnErrorAndARetryWorks();
    void everyFailingWriteLeavesAUsableEngine();
    void inflightBytesReturnToZero();
    void trimmingForgetsTheOldestRows();
    void aTrimmedIdIsFreshAgain();
    void undecidedIntentsAreForwardedAgainAfterARestart();
    void batchesOfOneMillisecondKeepTheirIdempotencyKeys();
    void aBatchWithARetryKeepsItsIdempotencyKey();
    void aRestartedRetryStillReplacesItsFormerRow();
    void stopLeavesTheInbox();
    void seqsNeverComeTwiceOverRestarts();
    void randomHistoriesKeepTheInvariants_data();
    void randomHistoriesKeepTheInvariants();

private:
    std::unique_ptr<EngineFixture> f;
};

void TestIntentEngine::aFreshIntentIsDurableBeforeItIsForwarded()
{
    f->store.failWriteAt = 1;
    f->submit({"it-00000001"});
    QVERIFY(f->backend->calls.empty());
    f->submit({"it-00000002"});
    QCOMPARE(f->backend->calls.size(), size_t(1));
    QCOMPARE(f->rows(IntentQuery::Source::Inbox).size(), size_t(1));
    QCOMPARE(f->backend->calls[0].request.intents[0].row, QByteArray(R"({"id":"it-00000002"})"));
    QCOMPARE(f->engine->headSeq(), 0ull);
}

void TestIntentEngine::aSettledIntentIsToldThenPublished()
{
    QByteArrayList order;
    connect(f->engine.get(), &IntentEngine::batchSettled, f->engine.get(), [&] { order << "published"; });
    IntentSubmission submission;
    submission.drafts.push_back({"it-00000001", "A", "{}", "{}", {"global"}, {"pending", "replay"}});
    submission.context.site = "default";
    f->engine->submit(std::move(submission), [&](const auto &) { order << "told"; });
    f->turn();
    f->clock.advance(40);
    f->backend->answer(0);
    QVERIFY(order.isEmpty()); // the outcome is not durable yet
    f->turn();
    QCOMPARE(order, (QByteArrayList{"told", "published"}));
    const IntentPtr row = f->rows().at(0);
    QCOMPARE(row->seq, 1ull);
    QCOMPARE(row->status, IntentStatus::Acked);
    QCOMPARE(row->reasons, QByteArrayList{"replay"}); // "pending" goes with the acknowledgement
    QCOMPARE(row->updatedAtMs - row->insertedAtMs, 40);
    QVERIFY(f->rows(IntentQuery::Source::Inbox).empty());
    for (const char *state : {"received", "forwarded", "acked"})
        QVERIFY2(row->history.contains(state), state);
    QCOMPARE(f->engine->headSeq(), 1ull);
}

void TestIntentEngine::anIntentWithoutIdGetsOne()
{
    const auto submitted = f->submit({"", ""});
    f->backend->answer(0);
    f->turn();
    QVERIFY(!submitted->outcome(0).id.isEmpty());
    QVERIFY(submitted->outcome(0).id != submitted->outcome(1).id);
    QCOMPARE(submitted->outcome(1).seq, 2ull);
}

void TestIntentEngine::anEmptySubmissionCompletes()
{
    const auto submitted = f->submit({});
    QCOMPARE(submitted->completions, 1);
    QVERIFY((*submitted->result)->empty());
}

void TestIntentEngine::aDuplicateWaitsForTheFirst()
{
    const auto first = f->submit({"it-00000001"});
    const auto second = f->submit({"it-00000001"}, "default", "link-2");
    QCOMPARE(f->backend->calls.size(), size_t(1));
    QVERIFY(!second->isDone());
    f->backend->answer(0, Verdict::Rejected);
    f->turn();
    QCOMPARE(first->status(), IntentStatus::Rejected);
    QCOMPARE(second->status(), IntentStatus::Rejected);
    QCOMPARE(second->outcome().seq, first->outcome().seq);
    QVERIFY(first->outcome().isFresh);
    QVERIFY(!second->outcome().isFresh);
    QCOMPARE(f->rows().size(), size_t(1));
    QCOMPARE(first->completions, 1);
    QCOMPARE(second->completions, 1);
}

void TestIntentEngine::aDuplicateInsideABatchSharesTheOutcome()
{
    const auto submitted = f->submit({"it-00000001", "it-00000002", "it-00000001"});
    QCOMPARE(f->backend->calls.at(0).request.intents.size(), size_t(2));
    f->backend->answer(0);
    f->turn();
    QCOMPARE(submitted->outcome(0).seq, 1ull);
    QCOMPARE(submitted->outcome(1).seq, 2ull);
    QCOMPARE(submitted->outcome(2).seq, 1ull);
    QVERIFY(!submitted->outcome(2).isFresh);
    QCOMPARE(f->rows().size(), size_t(2));
}

void TestIntentEngine::aRepetitionGetsTheStoredOutcome_data()
{
    QTest::addColumn<Verdict>("verdict");
    QTest::addColumn<IntentStatus>("status");
    QTest::newRow("acked") << Verdict::Acked << IntentStatus::Acked;
    QTest::newRow("rejected is final") << Verdict::Rejected << IntentStatus::Rejected;
    QTest::newRow("conflict is final") << Verdict::Conflict << IntentStatus::Conflict;
}

void TestIntentEngine::aRepetitionGetsTheStoredOutcome()
{
    QFETCH(Verdict, verdict);
    QFETCH(IntentStatus, status);
    const auto first = f->settle("it-00000001", verdict);
    QCOMPARE(first->status(), status);
    f->clock.advance(1000);
    for (int restart = 0; restart < 2; ++restart) {
        const auto again = f->submit({"it-00000001"});
        QCOMPARE(again->status(), status);
        QCOMPARE(again->outcome().seq, first->outcome().seq);
        QCOMPARE(again->outcome().updatedAtMs, first->outcome().updatedAtMs);
        QVERIFY(!again->outcome().isFresh);
        QCOMPARE(f->backend->calls.size(), size_t(restart ? 0 : 1));
        f->restart();
    }
    QCOMPARE(f->batches.size(), size_t(1)); // a repetition is never published
}

void TestIntentEngine::theSameIdOnAnotherSiteIsFresh()
{
    f->settle("it-00000001");
    const auto other = f->submit({"it-00000001"}, "other");
    QVERIFY(!other->isDone());
    f->backend->answer(1);
    f->turn();
    QCOMPARE(other->outcome().seq, 2ull);
    QVERIFY(other->outcome().isFresh);
}

void TestIntentEngine::aMixedBatchForwardsOnlyWhatIsFresh()
{
    f->settle("it-00000001");
    f->settle("it-00000002", Verdict::Failed);
    const auto mixed = f->submit({"it-00000001", "it-00000002", "it-00000003"});
    QCOMPARE(f->backend->calls.size(), size_t(3));
    QByteArrayList ids;
    for (const BackendIntent &intent : f->backend->calls[2].request.intents)
        ids << intent.id;
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids, (QByteArrayList{"it-00000002", "it-00000003"}));
    f->backend->answer(2);
    f->turn();
    QCOMPARE(mixed->outcome(0).id, QByteArray("it-00000001"));
    QCOMPARE(mixed->outcome(0).seq, 1ull);
    QCOMPARE(mixed->outcome(1).id, QByteArray("it-00000002"));
    QCOMPARE(mixed->outcome(2).id, QByteArray("it-00000003"));
    QCOMPARE(f->rows().size(), size_t(3));
}

void TestIntentEngine::failedIntentsAreForwardedAgain_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<IntentStatus>("status");
    QTest::newRow("not reached") << ErrorCode::Unavailable << IntentStatus::Failed;
    QTest::newRow("no answer in time") << ErrorCode::Timeout << IntentStatus::Indeterminate;
}

void TestIntentEngine::failedIntentsAreForwardedAgain()
{
    QFETCH(ErrorCode, code);
    QFETCH(IntentStatus, status);
    const auto first = f->submit({"it-00000001"});
    f->backend->fail(0, code);
    f->turn();
    QCOMPARE(first->status(), status);
    QCOMPARE(statusName(first->status()), QByteArray("failed"));
    QCOMPARE(first->outcome().seq, 1ull);
    QVERIFY(f->rows().at(0)->reasons.contains("pending"));
    QCOMPARE(f->rows().at(0)->backendCode, QByteArray("BACKEND_REQUEST_FAILED"));

    const auto again = f->submit({"it-00000001"});
    QCOMPARE(f->backend->calls.size(), size_t(2));
    QCOMPARE(f->backend->calls[1].request.idempotencyKey, f->backend->calls[0].request.idempotencyKey);
    f->backend->answer(1);
    f->turn();
    QCOMPARE(again->status(), IntentStatus::Acked);
    QCOMPARE(again->outcome().seq, 2ull); // clients that have seen offset 1 must hear of it
    QVERIFY(again->outcome().isFresh);
    QCOMPARE(f->rows().size(), size_t(1));
    QCOMPARE(f->rows().at(0)->seq, 2ull);
}

void TestIntentEngine::anIntentWithoutVerdictIsAcked()
{
    const auto submitted = f->submit({"it-00000001", "it-00000002"});
    ApplyReply reply;
    reply.verdicts.push_back({"it-00000002", Verdict::Conflict, "STALE", "too late"});
    reply.verdicts.push_back({"it-unasked1", Verdict::Failed, {}, {}});
    f->backend->calls[0].done(reply);
    f->turn();
    QCOMPARE(submitted->status(0), IntentStatus::Acked);
    QCOMPARE(submitted->status(1), IntentStatus::Conflict);
    QCOMPARE(f->rows().at(1)->backendCode, QByteArray("STALE"));
    QCOMPARE(f->rows().at(1)->backendMessage, QByteArray("too late"));
}

void TestIntentEngine::anInlineDecisionNeedsOneWrite()
{
    f->backend->inlineReply = ApplyReply{};
    const auto submitted = f->submit({"it-00000001"});
    QCOMPARE(submitted->status(), IntentStatus::Acked);
    QCOMPARE(f->store.writes, 1);
    QVERIFY(f->backend->calls.empty());
}

void TestIntentEngine::aDecidedSubmissionIsNotForwarded()
{
    const auto submitted = f->submit({"it-00000001"}, "default", "link-1", true);
    QCOMPARE(submitted->status(), IntentStatus::Acked);
    QVERIFY(f->backend->calls.empty());
    QVERIFY(f->batches.at(0)->isDecided);
}

void TestIntentEngine::publishOrderIsSeqOrderWhenAnswersComeOutOfOrder()
{
    std::vector<SubmittedPtr> all;
    for (int i = 0; i < 20; ++i)
        all.push_back(f->submit({"it-1000" + QByteArray::number(1000 + i), "it-2000" + QByteArray::number(1000 + i)}));
    std::vector<size_t> order(20);
    std::iota(order.begin(), order.end(), size_t(0));
    std::shuffle(order.begin(), order.end(), std::mt19937(7));
    for (size_t i = 0; i < order.size(); ++i) {
        f->backend->answer(order[i], i % 5 == 0 ? Verdict::Rejected : Verdict::Acked);
        if (i % 3 == 0)
            f->turn();
    }
    f->turn();
    QCOMPARE(f->published.size(), size_t(40));
    for (size_t i = 0; i < f->published.size(); ++i)
        QCOMPARE(f->published[i], quint64(i + 1));
    QCOMPARE(all[order[0]]->outcome().seq, 1ull); // who was decided first stands first
}

void TestIntentEngine::aFailedFirstWriteIsAnErrorAndARetryWorks()
{
    f->store.failWriteAt = 1;
    const auto first = f->submit({"it-00000001"});
    QVERIFY(first->failed());
    QCOMPARE(first->result->error().code, ErrorCode::Storage);
    QVERIFY(f->backend->calls.empty());
    const auto again = f->settle("it-00000001");
    QCOMPARE(again->status(), IntentStatus::Acked);
    QCOMPARE(f->rows().size(), size_t(1));
    QCOMPARE(f->engine->counters().storeFailures.value(), 1);
}

void TestIntentEngine::aFailedSecondWriteIsAnErrorAndARetryWorks()
{
    f->store.failWriteAt = 2;
    const auto first = f->settle("it-00000001");
    QVERIFY(first->failed());
    QVERIFY(f->published.empty());
    QCOMPARE(f->engine->headSeq(), 0ull);
    const auto again = f->settle("it-00000001");
    QCOMPARE(again->status(), IntentStatus::Acked);
    QCOMPARE(f->rows().size(), size_t(1));
    QVERIFY(f->rows(IntentQuery::Source::Inbox).empty());
    QCOMPARE(f->backend->calls[1].request.idempotencyKey, f->backend->calls[0].request.idempotencyKey);
}

void TestIntentEngine::aFailedReadIsAnErrorAndARetryWorks()
{
    f->settle("it-00000001");
    f->store.failReads = true;
    QVERIFY(f->submit({"it-00000001"})->failed());
    const auto mixed = f->submit({"it-00000001", "it-00000002"});
    f->backend->answer(1); // the fresh one is stored all the same
    f->turn();
    QVERIFY(mixed->failed());
    f->store.failReads = false;
    const auto again = f->submit({"it-00000001", "it-00000002"});
    QCOMPARE(again->status(0), IntentStatus::Acked);
    QCOMPARE(again->status(1), IntentStatus::Acked);
    QCOMPARE(f->backend->calls.size(), size_t(2));
}

void TestIntentEngine::everyFailingWriteLeavesAUsableEngine()
{
    for (int failing = 1;; ++failing) {
        f = std::make_unique<EngineFixture>();
        f->store.failWriteAt = failing;
        for (int i = 0; i < 5; ++i)
            f->settle("it-0000000" + QByteArray::number(i), i == 3 ? Verdict::Failed : Verdict::Acked);
        const bool untouched = f->store.writes < failing;
        f->store.failWriteAt = 0;
        f->restart();
        for (size_t call = 0; call < f->backend->calls.size(); ++call)
            f->backend->answer(call);
        f->turn();
        const size_t forwarded = f->backend->calls.size();
        const auto again = f->submit({"it-00000000", "it-00000001", "it-00000002", "it-00000003", "it-00000004"});
        if (f->backend->calls.size() > forwarded)
            f->backend->answer(forwarded);
        f->turn();
        QVERIFY(again->isDone() && !again->failed());
        for (size_t i = 0; i < 5; ++i)
            QCOMPARE(again->status(i), IntentStatus::Acked);
        QCOMPARE(f->rows().size(), size_t(5));
        QVERIFY(f->rows(IntentQuery::Source::Inbox).empty());
        if (untouched)
            return;
    }
}

void TestIntentEngine::inflightBytesReturnToZero()
{
    f->submit({"it-00000001", "it-00000002"});
    f->submit({"it-00000001"});
    QVERIFY(f->engine->counters().inflightBytes.value() > 0);
    f->backend->fail(0, ErrorCode::Unavailable);
    f->turn();
    QCOMPARE(f->engine->counters().inflightBytes.value(), 0);
    f->store.failWriteAt = f->store.writes + 1;
    f->submit({"it-00000003"});
    f->submit({""});
    f->backend->answer(1);
    f->turn();
    QCOMPARE(f->engine->counters().inflightBytes.value(), 0);
}

void TestIntentEngine::trimmingForgetsTheOldestRows()
{
    f->engine->setMaxEntries(3);
    for (int i = 1; i <= 5; ++i)
        f->settle("it-0000000" + QByteArray::number(i));
    QCOMPARE(f->engine->storedCount(), qsizetype(3));
    QCOMPARE(f->engine->floorSeq(), 3ull);
    const auto rows = f->rows();
    QCOMPARE(rows.size(), size_t(3));
    QCOMPARE(rows.front()->seq, 3ull);
    f->settle("it-00000006");
    QCOMPARE(f->store.trimmedBelow, 3ull); // the store follows one write behind
}

void TestIntentEngine::aTrimmedIdIsFreshAgain()
{
    f->engine->setMaxEntries(2);
    for (int i = 1; i <= 3; ++i)
        f->settle("it-0000000" + QByteArray::number(i));
    const auto again = f->settle("it-00000001");
    QVERIFY(again->outcome().isFresh);
    QCOMPARE(again->outcome().seq, 4ull);
}

void TestIntentEngine::undecidedIntentsAreForwardedAgainAfterARestart()
{
    f->submit({"it-00000001", "it-00000002"}, "default", "link-1");
    f->clock.advance(5);
    f->submit({"it-00000003"}, "default", "link-1");
    f->submit({"it-00000004"}, "other", "link-2");
    std::vector<QByteArray> keys;
    for (const auto &call : f->backend->calls)
        keys.push_back(call.request.idempotencyKey);
    QCOMPARE(keys.size(), size_t(3));
    f->restart();
    QCOMPARE(f->backend->calls.size(), size_t(3));
    for (size_t i = 0; i < keys.size(); ++i)
        QCOMPARE(f->backend->calls[i].request.idempotencyKey, keys[i]);
    QCOMPARE(f->backend->calls[2].request.context.site, QByteArray("other"));
    QCOMPARE(f->backend->calls[0].request.context.userId, QByteArray("user-1"));

    const auto retried = f->submit({"it-00000002"}); // the client comes back before the backend has answered
    QVERIFY(!retried->isDone());
    QCOMPARE(f->backend->calls.size(), size_t(3));
    for (size_t i = 3; i-- > 0;)
        f->backend->answer(i);
    f->turn();
    QCOMPARE(retried->status(), IntentStatus::Acked);
    QCOMPARE(f->rows().size(), size_t(4));
    QVERIFY(f->rows(IntentQuery::Source::Inbox).empty());
    QCOMPARE(f->published, (std::vector<quint64>{1, 2, 3, 4}));
}

void TestIntentEngine::batchesOfOneMillisecondKeepTheirIdempotencyKeys()
{
    f->submit({"it-00000001", "it-00000002"});
    f->submit({"it-00000003"});
    std::vector<QByteArray> keys;
    for (const auto &call : f->backend->calls)
        keys.push_back(call.request.idempotencyKey);
    f->restart();
    std::vector<QByteArray> keysAfter;
    for (const auto &call : f->backend->calls)
        keysAfter.push_back(call.request.idempotencyKey);
    QCOMPARE(keysAfter, keys);
}

void TestIntentEngine::aBatchWithARetryKeepsItsIdempotencyKey()
{
    f->settle("it-00000001", Verdict::Failed);
    IntentSubmission submission;
    for (const char *id : {"it-00000001", "it-00000002"})
        submission.drafts.push_back({id, "TODO_CREATE", "{}", "{}", {"global"}, {"replay"}});
    submission.context.site = "default";
    f->engine->submit(std::move(submission), [](const auto &) {});
    f->clock.advance(3); // the stored outcome is read meanwhile
    f->turn();
    QCOMPARE(f->backend->calls.size(), size_t(2));
    const ApplyRequest before = f->backend->calls[1].request;
    QCOMPARE(before.intents.size(), size_t(2));
    f->restart();
    QCOMPARE(f->backend->calls.size(), size_t(1));
    QCOMPARE(f->backend->calls[0].request.idempotencyKey, before.idempotencyKey);
}

void TestIntentEngine::aRestartedRetryStillReplacesItsFormerRow()
{
    f->settle("it-00000001", Verdict::Failed);
    f->submit({"it-00000001"});
    f->restart();
    QCOMPARE(f->backend->calls.size(), size_t(1));
    f->backend->answer(0);
    f->turn();
    QCOMPARE(f->rows().size(), size_t(1));
    QCOMPARE(f->rows().at(0)->seq, 2ull);
    QCOMPARE(f->engine->storedCount(), qsizetype(1));
}

void TestIntentEngine::stopLeavesTheInbox()
{
    const auto submitted = f->submit({"it-00000001"});
    f->engine->stop();
    f->backend->fail(0, ErrorCode::Unavailable); // as an adapter that is destroyed completes what it holds
    f->turn();
    QVERIFY(!submitted->isDone());
    f->restart();
    QCOMPARE(f->backend->calls.size(), size_t(1));
}

void TestIntentEngine::seqsNeverComeTwiceOverRestarts()
{
    f->settle("it-00000001");
    f->settle("it-00000002", Verdict::Failed);
    f->restart();
    QCOMPARE(f->engine->headSeq(), 2ull);
    f->settle("it-00000002"); // moves to 3, so the newest row of the old log is gone
    f->restart();
    QCOMPARE(f->settle("it-00000003")->outcome().seq, 4ull);
}

void TestIntentEngine::randomHistoriesKeepTheInvariants_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 30; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestIntentEngine::randomHistoriesKeepTheInvariants()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    std::map<QByteArray, std::pair<quint64, IntentStatus>> told; // final answers given to clients
    std::vector<SubmittedPtr> open;
    size_t firstOpenCall = 0;
    for (int step = 0; step < 400; ++step) {
        const auto act = random() % 20;
        if (act < 10) {
            QByteArrayList ids;
            for (unsigned i = 0; i <= random() % 4; ++i)
                ids << "it-" + QByteArray::number(10'000 + random() % 60);
            open.push_back(f->submit(ids));
            f->clock.advance(1);
        } else if (act < 18) {
            if (firstOpenCall < f->backend->calls.size()) {
                if (random() % 5 == 0)
                    f->backend->fail(firstOpenCall++, random() % 2 ? ErrorCode::Timeout : ErrorCode::Unavailable);
                else
                    f->backend->answer(firstOpenCall++, random() % 4 ? Verdict::Acked : Verdict::Rejected);
                f->turn();
            }
        } else if (act == 18) {
            f->store.failWriteAt = f->store.writes + 1 + int(random() % 3);
        } else {
            f->restart();
            open.clear();
            firstOpenCall = 0;
        }
        for (const SubmittedPtr &submitted : open) {
            if (!submitted->isDone() || submitted->failed())
                continue;
            for (const IntentOutcome &outcome : **submitted->result) {
                if (outcome.status == IntentStatus::Acked || outcome.status == IntentStatus::Rejected) {
                    const auto [known, isNew] = told.try_emplace(outcome.id, outcome.seq, outcome.status);
                    QCOMPARE(known->second, std::pair(outcome.seq, outcome.status));
                }
            }
        }
        std::erase_if(open, [](const SubmittedPtr &each) { return each->isDone(); });
    }
    f->store.failWriteAt = 0;
    std::map<QByteArray, IntentPtr> stored;
    quint64 last = 0;
    for (const IntentPtr &row : f->rows()) {
        QVERIFY2(stored.emplace(row->id, row).second, "an id stands in the log twice");
        QVERIFY(row->seq > last);
        last = row->seq;
    }
    for (const auto &[id, outcome] : told) {
        QVERIFY2(stored.contains(id), id.constData());
        QCOMPARE(stored[id]->seq, outcome.first);
        QCOMPARE(stored[id]->status, outcome.second);
    }
    for (size_t i = 1; i < f->published.size(); ++i)
        QVERIFY(f->published[i] > f->published[i - 1]);
}

QTEST_GUILESS_MAIN(TestIntentEngine)
#include "tst_intentengine.moc"
