// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentengine.h"
#include "intent/memory/store.h"

#include <QCoreApplication>

namespace Tidegate {

//! A backend that answers when the test says so.
class HeldBackend final : public BackendAdapter
{
public:
    struct Call
    {
        ApplyRequest request;
        Completion<ApplyReply> done;
    };

    std::optional<ApplyReply> decideInline(const ApplyRequest &) override { return inlineReply; }
    void applyIntents(ApplyRequest request, Completion<ApplyReply> done) override
    {
        calls.push_back({std::move(request), std::move(done)});
    }
    void subscribe(SnapshotRequest, Completion<SnapshotReply>) override {}
    void query(QByteArray, QByteArray, BackendContext, Completion<QByteArray>) override {}
    void health(Completion<QByteArray>) override {}

    //! Completes a call with one verdict for every row of it.
    void answer(size_t call, Verdict verdict = Verdict::Acked, const QByteArray &code = {})
    {
        ApplyReply reply;
        for (const BackendIntent &intent : calls[call].request.intents)
            reply.verdicts.push_back({intent.id, verdict, code, {}});
        calls[call].done(std::move(reply));
    }
    void fail(size_t call, ErrorCode code) { calls[call].done(Error{code, QStringLiteral("backend says no")}); }

    std::optional<ApplyReply> inlineReply;
    std::vector<Call> calls;
};

//! A real store in memory whose next writes or reads can be made to fail.
class BreakableStore final : public IntentStore
{
public:
    BreakableStore(TaskQueue &owner, Rng &rng)
        : m_owner(owner)
        , m_store(owner, rng)
    {
    }

    Result<StoreContents> open() override { return m_store.open(); }
    void write(StoreWrite write, std::function<void(Result<void>)> done) override
    {
        ++writes;
        trimmedBelow = write.trimBelowSeq;
        if (failWriteAt == writes)
            m_owner.post([done] { done(diskFull()); });
        else
            m_store.write(std::move(write), std::move(done));
    }
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override
    {
        if (failReads)
            m_owner.post([done] { done(diskFull()); });
        else
            m_store.read(std::move(query), std::move(done));
    }
    void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override
    {
        m_store.countReasons(std::move(done));
    }
    void close() override { m_store.close(); }

    static Error diskFull() { return {ErrorCode::Storage, QStringLiteral("disk full")}; }

    int writes = 0;
    int failWriteAt = 0; //!< number of the write that fails; 0 = none
    bool failReads = false;
    quint64 trimmedBelow = 0;

private:
    TaskQueue &m_owner;
    MemoryIntentStore m_store;
};

struct Submitted
{
    int completions = 0;
    std::optional<Result<std::vector<IntentOutcome>>> result;

    bool isDone() const { return completions > 0; }
    const IntentOutcome &outcome(size_t i = 0) const { return (**result)[i]; }
    IntentStatus status(size_t i = 0) const { return outcome(i).status; }
    bool failed() const { return result && !result->has_value(); }
};
using SubmittedPtr = std::shared_ptr<Submitted>;

//! One engine over a store that survives its restarts.
class EngineFixture
{
public:
    EngineFixture() { start(); }

    void start()
    {
        IntentEngine::Config config;
        config.maxEntries = maxEntries;
        config.rowText = [](const Intent &intent) { return "{\"id\":\"" + intent.id + "\"}"; };
        backend = std::make_unique<HeldBackend>();
        engine = std::make_unique<IntentEngine>(config, store, *backend, clock, rng);
        QObject::connect(engine.get(), &IntentEngine::batchSettled, engine.get(), [this](const SettledBatchPtr &batch) {
            batches.push_back(batch);
            for (const IntentPtr &intent : batch->intents)
                published.push_back(intent->seq);
        });
        QObject::connect(engine.get(), &IntentEngine::intentAmended, engine.get(),
                         [this](AmendKind, const IntentPtr &intent) {
                             amended.push_back(intent);
                             published.push_back(intent->seq);
                         });
        Result<StoreContents> contents = store.open();
        engine->start(std::move(*contents));
        turn();
    }
    //! As after a crash or a clean stop: what the store has is all that is left.
    void restart()
    {
        engine->stop();
        engine.reset();
        store.close();
        start();
    }
    //! Runs everything that is under way, except what the backend holds back.
    void turn()
    {
        for (int i = 0; i < 20; ++i)
            QCoreApplication::sendPostedEvents(&queue);
    }

    SubmittedPtr submit(const QByteArrayList &ids, const QByteArray &site = "default",
                        const QByteArray &connection = "link-1", bool isDecided = false)
    {
        IntentSubmission submission;
        for (const QByteArray &id : ids)
            submission.drafts.push_back({id, "TODO_CREATE", "{}", R"({"clock":1})", {"global"}, {"pending", "replay"}});
        submission.context.site = site;
        submission.context.connectionId = connection;
        submission.context.userId = "user-1";
        submission.isDecided = isDecided;
        auto submitted = std::make_shared<Submitted>();
        engine->submit(std::move(submission), [submitted](Result<std::vector<IntentOutcome>> result) {
            ++submitted->completions;
            submitted->result = std::move(result);
        });
        turn();
        return submitted;
    }
    //! Submits one and lets the backend decide it.
    SubmittedPtr settle(const QByteArray &id, Verdict verdict = Verdict::Acked)
    {
        const size_t call = backend->calls.size();
        const SubmittedPtr submitted = submit({id});
        if (backend->calls.size() > call) // else it could not be stored
            backend->answer(call, verdict);
        turn();
        return submitted;
    }
    std::vector<IntentPtr> rows(IntentQuery::Source source = IntentQuery::Source::Log)
    {
        std::vector<IntentPtr> rows;
        IntentQuery query;
        query.source = source;
        query.limit = 100'000;
        engine->read(query, [&rows](Result<std::vector<IntentPtr>> result) { rows = *result; });
        turn();
        return rows;
    }

    TaskQueue queue;
    SystemRng rng;
    FakeClock clock;
    BreakableStore store{queue, rng};
    quint64 maxEntries = 1'000'000;
    std::unique_ptr<HeldBackend> backend;
    std::unique_ptr<IntentEngine> engine;
    std::vector<SettledBatchPtr> batches;
    std::vector<IntentPtr> amended;
    std::vector<quint64> published; //!< seqs in the order they were published
};

} // namespace Tidegate
