// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "document/documentregistry.h"
#include "document/documentstream.h"
#include "document/memory/store.h"
#include "replay/memoryreplaylog.h"

#include <QTest>

#include <deque>

namespace Tidegate {

//! Completes writes when it is told to, and can fail them.
class ScriptedDocumentStore final : public DocumentStore
{
public:
    Result<StoredDocuments> open(int) override { return contents; }
    void write(DocumentWrite write, std::function<void(Result<void>)> done) override
    {
        writes.push_back(std::move(write));
        m_done.push_back(std::move(done));
        if (isPrompt)
            completeAll();
    }
    void close() override { m_done.clear(); }

    void completeNext(const Result<void> &outcome = {})
    {
        const auto done = std::move(m_done.front());
        m_done.pop_front();
        done(outcome);
    }
    void completeAll()
    {
        while (!m_done.empty())
            completeNext();
    }
    size_t open() const { return m_done.size(); }

    StoredDocuments contents;
    std::vector<DocumentWrite> writes;
    bool isPrompt = true;

private:
    std::deque<std::function<void(Result<void>)>> m_done;
};

//! Answers when the test says so.
class HeldFunction final : public DocumentFunction
{
public:
    void evaluate(const Evaluation &evaluation, Done done) override
    {
        seen.push_back(evaluation);
        m_done.push_back(std::move(done));
    }
    void decide(Ruling decision)
    {
        const Done done = std::move(m_done.front());
        m_done.pop_front();
        done(std::move(decision));
    }
    size_t open() const { return m_done.size(); }

    std::vector<Evaluation> seen;

private:
    std::deque<Done> m_done;
};

class PromptFunction final : public DocumentFunction
{
public:
    explicit PromptFunction(std::function<Ruling(const Evaluation &)> decide)
        : m_decide(std::move(decide))
    {
    }
    void evaluate(const Evaluation &evaluation, Done done) override { done(m_decide(evaluation)); }

private:
    const std::function<Ruling(const Evaluation &)> m_decide;
};

struct RegistryFixture : ShardSink
{
    explicit RegistryFixture(DocumentRegistry::Config config = defaultConfig())
    {
        held = std::make_shared<HeldFunction>();
        config.functions["hold"] = held;
        registry = std::make_unique<DocumentRegistry>(DocumentRegistry::Services{hub, store, clock, counters, verifier},
                                                      std::move(config));
        hub.addShard(0, this);
    }

    static DocumentRegistry::Config defaultConfig()
    {
        DocumentRegistry::Config config;
        config.rules["*"].functions = {"set", "reject", "fail", "hold", "missing"};
        config.rules["*"].proof = ProofPolicy::None;
        config.functions["set"] =
            std::make_shared<PromptFunction>([](const Evaluation &e) -> Ruling { return Accepted{e.proposedData}; });
        config.functions["reject"] =
            std::make_shared<PromptFunction>([](const Evaluation &) -> Ruling { return Rejected{"no"}; });
        config.functions["fail"] =
            std::make_shared<PromptFunction>([](const Evaluation &) -> Ruling { return Failed{"boom"}; });
        return config;
    }

    void deliver(const PublicationPtr &publication) override { published.push_back(publication); }

    bool put(const QByteArray &id, const QByteArray &state)
    {
        bool isDone = false;
        registry->put(id, state, [&](const Result<void> &outcome) { isDone = outcome.has_value(); });
        return isDone;
    }
    //! Puts, and lets publications be seen.
    void make(const QByteArray &id, const QByteArray &state)
    {
        QVERIFY(put(id, state));
        hub.attach(0, documentStream(id));
    }
    //! "accepted 7", "rejected 7", "failed: text", or "open" until then.
    std::shared_ptr<QByteArray> propose(const QByteArray &id, const QByteArray &function, const QByteArray &data,
                                        const QByteArray &idempotencyKey = {}, const QByteArray &subject = "ann")
    {
        auto outcome = std::make_shared<QByteArray>("open");
        Proposal proposal;
        proposal.documentId = id;
        proposal.functionId = function;
        proposal.proposedData = data;
        proposal.proof = "{}";
        proposal.proofPurpose = purpose;
        proposal.proposer = {subject, "{}"};
        proposal.idempotencyKey = idempotencyKey;
        registry->propose(std::move(proposal), [outcome](const ProposalOutcome &settled) {
            if (const auto *failed = std::get_if<FailedProposal>(&settled)) {
                *outcome = "failed: " + failed->text;
                return;
            }
            const auto &recorded = std::get<RecordedProposal>(settled);
            *outcome = (recorded.accepted ? "accepted " : "rejected ") + QByteArray::number(recorded.seq);
        });
        return outcome;
    }
    //! "kind offset payload" of everything that was published.
    QByteArrayList publications() const
    {
        QByteArrayList texts;
        for (const PublicationPtr &each : published)
            texts.append(each->kind.sliced(qstrlen("document.")) + ' ' + QByteArray::number(each->cursor) + ' ' +
                         each->events.front()->payload);
        return texts;
    }

    FakeClock clock;
    MemoryReplayLog log{{}};
    Hub hub{log};
    ScriptedDocumentStore store;
    DocumentCounters counters;
    std::shared_ptr<HeldFunction> held;
    std::function<QByteArray(const Evaluation &)> verifier;
    QByteArray purpose;
    std::vector<PublicationPtr> published;
    std::unique_ptr<DocumentRegistry> registry; //!< last
};

} // namespace Tidegate
