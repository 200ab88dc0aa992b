// SPDX-License-Identifier: MIT
#include "document/documentregistry.h"

#include "document/documentlogging.h"
#include "document/documentstream.h"
#include "wire/jsonwalk.h"

#include <algorithm>

namespace Tidegate {

namespace {

const char StorageText[] = "the transaction could not be stored; nothing was recorded";

//! It is not stored, and whoever decides now can.
bool isToBeAskedAgain(const Result<void> &stored)
{
    return !stored && stored.error().code == ErrorCode::Cancelled;
}

} // namespace

DocumentRegistry::DocumentRegistry(Services services, Config config)
    : m_services(std::move(services))
    , m_config(std::move(config))
    , m_walk(std::make_unique<JsonWalk>())
{
}

DocumentRegistry::~DocumentRegistry()
{
    *m_isAlive = false;
}

QByteArray DocumentRegistry::notFoundText(const QByteArray &id)
{
    constexpr qsizetype MaxShownBytes = 1024;
    return "shareDataId " + (id.size() > MaxShownBytes ? id.first(MaxShownBytes) + "..." : id) + " not found";
}

void DocumentRegistry::start(StoredDocuments contents, std::function<void()> started)
{
    m_lastEpoch = contents.lastEpoch;
    for (StoredDocument &stored : contents.documents)
        take(std::move(stored));
    // Runs when the last of those who hold it has let go.
    const std::shared_ptr<void> whenAllAreMade(nullptr, [started = std::move(started)](void *) {
        if (started)
            started();
    });
    for (const auto &[id, rule] : m_config.rules) {
        if (!rule.state || id.contains('*') || m_documents.contains(id))
            continue;
        order({DocumentOrder::Kind::Seed, id, *rule.state, {}}, [id = id, whenAllAreMade](const Result<void> &made) {
            if (!made)
                qCWarning(lcDocument).noquote() << "document not made at start doc=" << id << made.error().text;
        });
    }
}

void DocumentRegistry::take(StoredDocument stored)
{
    auto document = std::make_unique<Document>();
    document->id = stored.id;
    document->epoch = stored.epoch;
    document->createdAtMs = stored.createdAtMs;
    document->updatedAtMs = stored.updatedAtMs;
    document->durable = {stored.revision, stored.seq, stored.state};
    document->head = document->durable;
    document->window.restore(std::move(stored.window), m_config.limits, m_services.clock.nowMs());
    m_services.counters.stateBytes.add(document->durable.state.size());
    m_services.counters.windowBytes.add(document->window.bytes());
    adopt(std::move(document));
}

void DocumentRegistry::adopt(std::unique_ptr<Document> document)
{
    document->stream = documentStream(document->id);
    document->rule = &ruleFor(m_config.rules, document->id);
    m_documents[document->id] = std::move(document);
    m_services.counters.documents.set(qint64(m_documents.size()));
}

Document *DocumentRegistry::live(const QByteArray &id) const
{
    const auto found = m_documents.find(id);
    return found == m_documents.end() || found->second->isLeaving ? nullptr : found->second.get();
}

const Document *DocumentRegistry::find(const QByteArray &id) const
{
    return live(id);
}

//! Also one that is leaving: its writes under way still come to their end.
Document *DocumentRegistry::sameLife(const QByteArray &id, quint64 epoch) const
{
    const auto found = m_documents.find(id);
    return found == m_documents.end() || found->second->epoch != epoch ? nullptr : found->second.get();
}

Result<QByteArray> DocumentRegistry::readState(const QByteArray &text, qsizetype replacedBytes)
{
    if (text.size() > m_config.limits.stateBytes)
        return Error{ErrorCode::TooLarge, QStringLiteral("the state is larger than documents may be")};
    if (m_services.counters.stateBytes.value() + text.size() - replacedBytes > m_config.limits.totalStateBytes)
        return Error{ErrorCode::TooLarge, QStringLiteral("all documents together are as large as they may be")};
    QByteArray state = m_walk->line(text, MaxStateDepth);
    if (state.isEmpty())
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("the state is not JSON")};
    return state;
}

void DocumentRegistry::put(const QByteArray &id, const QByteArray &state, DocumentDone done)
{
    order({DocumentOrder::Kind::Put, id, state, {}}, std::move(done));
}

void DocumentRegistry::remove(const QByteArray &id, DocumentDone done)
{
    order({DocumentOrder::Kind::Remove, id, {}, {}}, std::move(done));
}

void DocumentRegistry::order(DocumentOrder order, DocumentDone done)
{
    if (m_leader)
        m_leader->order(std::move(order), std::move(done));
    else if (order.kind == DocumentOrder::Kind::Remove)
        removeNow(std::move(order), std::move(done));
    else if (order.kind == DocumentOrder::Kind::Seed && m_documents.contains(order.id))
        done({});
    else
        put(std::move(order), std::move(done));
}

void DocumentRegistry::put(DocumentOrder order, DocumentDone done)
{
    const auto found = m_documents.find(order.id);
    if (found == m_documents.end())
        return create(std::move(order), std::move(done));
    Document &document = *found->second;
    if (document.isLeaving)
        return done(Error{ErrorCode::Conflict, QStringLiteral("the document is just being made or removed"), true});
    auto read = readState(order.state, document.head.state.size());
    if (!read)
        return done(read.error());
    if (int(document.waiting.size()) >= m_config.limits.waitingProposals)
        return done(Error{ErrorCode::Unavailable, QStringLiteral("too many proposals wait for the document"), true});
    document.waiting.push_back(PendingReplacement{*std::move(read), std::move(order.requestId), std::move(done)});
    advance(document);
}

void DocumentRegistry::create(DocumentOrder order, DocumentDone done)
{
    const QByteArray &id = order.id;
    if (id.isEmpty() || id.size() > m_config.limits.idBytes)
        return done(Error{ErrorCode::InvalidContract, QStringLiteral("the id is empty or too long")});
    if (qsizetype(m_documents.size()) >= m_config.limits.documents)
        return done(Error{ErrorCode::TooLarge, QStringLiteral("there are as many documents as there may be")});
    auto read = readState(order.state, 0);
    if (!read)
        return done(read.error());
    auto document = std::make_unique<Document>();
    document->id = id;
    document->epoch = ++m_lastEpoch;
    document->createdAtMs = document->updatedAtMs = m_services.clock.nowMs();
    document->durable = {1, 0, *std::move(read)};
    document->head = document->durable;
    document->isLeaving = true;
    m_services.counters.stateBytes.add(document->durable.state.size());
    const CreateDocument write{id, document->epoch, document->durable.state, document->createdAtMs, order.requestId};
    adopt(std::move(document));
    m_services.store.write(write, [this, order = std::move(order), epoch = write.epoch,
                                   done = std::move(done)](const Result<void> &stored) mutable {
        Document *made = sameLife(order.id, epoch);
        if (stored) {
            enterCreated(*made);
            return done(stored);
        }
        forget(*made);
        if (isToBeAskedAgain(stored))
            askAgain(std::move(order), done);
        else
            done(stored);
    });
}

void DocumentRegistry::removeNow(DocumentOrder order, DocumentDone done)
{
    const QByteArray &id = order.id;
    Document *document = live(id);
    if (!document)
        return done(Error{ErrorCode::NotFound, QString::fromUtf8(notFoundText(id))});
    document->isLeaving = true;
    const FailedProposal gone{notFoundText(id)};
    if (document->evaluating)
        finish(document, std::exchange(document->evaluating, {}), gone);
    for (Document::Step &step : std::exchange(document->waiting, {})) {
        if (auto *pending = std::get_if<PendingPtr>(&step))
            finish(document, *pending, gone);
        else
            std::get<PendingReplacement>(step).done(Error{ErrorCode::NotFound, QString::fromUtf8(gone.text)});
    }
    const RemoveDocument write{id, document->epoch, order.requestId};
    m_services.store.write(write, [this, order = std::move(order), epoch = document->epoch,
                                   done = std::move(done)](const Result<void> &stored) mutable {
        Document *leaving = sameLife(order.id, epoch);
        if (stored) {
            enterRemoved(*leaving);
            return done(stored);
        }
        leaving->isLeaving = false;
        if (isToBeAskedAgain(stored))
            askAgain(std::move(order), done);
        else
            done(stored);
    });
}

void DocumentRegistry::propose(Proposal proposal, ProposalDone done)
{
    if (m_leader)
        return m_leader->propose(std::move(proposal), std::move(done));
    auto pending = std::make_shared<PendingProposal>();
    pending->proposal = std::move(proposal);
    pending->add(pending->proposal.isHeld, std::move(done));
    m_services.counters.inflightBytes.add(pending->proposal.byteSize());
    Document *document = live(pending->proposal.documentId);
    if (!document)
        return finish(nullptr, pending, FailedProposal{notFoundText(pending->proposal.documentId)});
    pending->idempotencyId = idempotencyIdOf(pending->proposal);
    if (!pending->idempotencyId.isEmpty()) {
        if (const TransactionRecord *known = document->window.findByIdempotency(pending->idempotencyId)) {
            m_services.counters.repeated.add();
            m_services.counters.inflightBytes.add(-pending->proposal.byteSize());
            return pending->answer(RecordedProposal{known->seq, known->accepted});
        }
        if (const PendingPtr first = document->underWay.value(pending->idempotencyId)) {
            m_services.counters.repeated.add();
            m_services.counters.inflightBytes.add(-pending->proposal.byteSize());
            first->add(pending->proposal.isHeld,
                       std::move((pending->proposal.isHeld ? pending->heldDone : pending->done).front()));
            return;
        }
        document->underWay.insert(pending->idempotencyId, pending);
    }
    if (int(document->waiting.size()) >= m_config.limits.waitingProposals)
        return finish(document, pending, FailedProposal{"too many proposals wait for this document; try again"});
    document->waiting.push_back(std::move(pending));
    advance(*document);
}

//! Functions may answer before they return, so this loops instead of being called by each outcome.
void DocumentRegistry::advance(Document &document)
{
    if (document.isAdvancing)
        return;
    document.isAdvancing = true;
    while (!document.evaluating && !document.waiting.empty()) {
        Document::Step step = std::move(document.waiting.front());
        document.waiting.pop_front();
        std::visit([&](auto &&each) { begin(document, std::forward<decltype(each)>(each)); }, std::move(step));
    }
    document.isAdvancing = false;
}

void DocumentRegistry::begin(Document &document, PendingPtr pending)
{
    const Proposal &proposal = pending->proposal;
    const auto function = document.rule->functions.contains(proposal.functionId)
                              ? m_config.functions.find(proposal.functionId)
                              : m_config.functions.end();
    if (function == m_config.functions.end())
        return finish(&document, pending,
                      FailedProposal{"unknown functionId " + proposal.functionId + " for shareDataId " + document.id});
    if (document.rule->proof == ProofPolicy::Purpose && proposal.proofPurpose != proposal.functionId)
        return finish(&document, pending,
                      FailedProposal{"the proof's purpose is not functionId " + proposal.functionId});
    const Evaluation evaluation{document.id,
                                document.epoch,
                                document.head.seq + 1,
                                document.head.state,
                                document.head.seq ? transactionId(document.head.seq) : QByteArray(),
                                proposal.functionId,
                                proposal.proposedData,
                                proposal.proof,
                                proposal.proposer};
    if (document.rule->proof == ProofPolicy::Adapter) {
        const QByteArray wrong =
            m_services.verifyProof ? m_services.verifyProof(evaluation) : "nothing can verify proofs";
        if (!wrong.isEmpty())
            return finish(&document, pending, FailedProposal{wrong});
    }
    document.evaluating = pending;
    function->second->evaluate(evaluation, [this, isAlive = m_isAlive, id = document.id, epoch = document.epoch,
                                            generation = document.generation, pending](Ruling decision) {
        if (*isAlive)
            decided(id, epoch, generation, pending, std::move(decision));
    });
}

void DocumentRegistry::decided(const QByteArray &id, quint64 epoch, quint64 generation, const PendingPtr &pending,
                               Ruling decision)
{
    Document *document = sameLife(id, epoch);
    if (!document || document->evaluating != pending)
        return; // removed meanwhile, and answered then
    document->evaluating.reset();
    if (document->generation != generation)
        finish(document, pending, FailedProposal{StorageText}); // what it was decided on was lost
    else
        settle(*document, pending, std::move(decision));
    advance(*document);
}

void DocumentRegistry::settle(Document &document, const PendingPtr &pending, Ruling decision)
{
    if (auto *failed = std::get_if<Failed>(&decision))
        return finish(&document, pending, FailedProposal{std::move(failed->text)});
    if (const auto *rejected = std::get_if<Rejected>(&decision))
        return record(document, pending, false, rejected->reason, document.head.state);
    const auto state = readState(std::get<Accepted>(decision).state, document.head.state.size());
    if (!state)
        return finish(&document, pending, FailedProposal{state.error().text.toUtf8()});
    record(document, pending, true, {}, *state);
}

void DocumentRegistry::record(Document &document, const PendingPtr &pending, bool accepted, const QByteArray &reason,
                              const QByteArray &state)
{
    m_services.counters.stateBytes.add(state.size() - document.head.state.size());
    document.head = {document.head.revision + 1, document.head.seq + 1, state};
    RecordTransaction write;
    write.id = document.id;
    write.epoch = document.epoch;
    write.revision = document.head.revision;
    write.record = {document.head.seq, accepted, m_services.clock.nowMs(), pending->idempotencyId,
                    m_config.limits.keepsStates ? state : QByteArray()};
    write.state = state;
    write.functionId = pending->proposal.functionId;
    write.subject = pending->proposal.proposer.subject;
    write.proof = pending->proposal.proof;
    write.reason = reason;
    const quint64 kept = m_config.limits.historyCount;
    write.trimThroughSeq = document.head.seq > kept ? document.head.seq - kept : 0;
    const TransactionRecord transaction = write.record;
    m_services.store.write(std::move(write),
                           [this, id = document.id, epoch = document.epoch, revision = document.head.revision,
                            generation = document.generation, pending, transaction, state](const Result<void> &stored) {
                               Document *written = sameLife(id, epoch);
                               if (!stored) {
                                   rollBack(*written, generation);
                                   return notRecorded(*written, pending, stored.error());
                               }
                               const RecordedProposal outcome{transaction.seq, transaction.accepted};
                               enterTransaction(*written, transaction, state, revision);
                               finish(written, pending, outcome);
                               Q_EMIT transactionRecorded(id, outcome.seq, outcome.accepted);
                           });
}

void DocumentRegistry::notRecorded(Document &document, const PendingPtr &pending, const Error &why)
{
    if (why.code == ErrorCode::Cancelled)
        return askAgain(&document, pending);
    const bool isTold = why.code == ErrorCode::TooLarge || why.code == ErrorCode::Timeout;
    finish(&document, pending, FailedProposal{isTold ? why.text.toUtf8() : QByteArray(StorageText)});
}

//! Once per lost write that others were decided on: those fail in the store and come here with an older generation.
void DocumentRegistry::rollBack(Document &document, quint64 generation)
{
    if (document.generation != generation)
        return;
    ++document.generation;
    m_services.counters.stateBytes.add(document.durable.state.size() - document.head.state.size());
    document.head = document.durable;
}

void DocumentRegistry::begin(Document &document, PendingReplacement replacement)
{
    m_services.counters.stateBytes.add(replacement.state.size() - document.head.state.size());
    document.head.state = replacement.state;
    ++document.head.revision;
    const ReplaceState write{document.id,       document.epoch,           document.head.revision,
                             replacement.state, m_services.clock.nowMs(), replacement.requestId};
    m_services.store.write(write, [this, write, generation = document.generation,
                                   done = std::move(replacement.done)](const Result<void> &stored) {
        Document *written = sameLife(write.id, write.epoch);
        if (stored) {
            enterReplaced(*written, write);
            return done({});
        }
        rollBack(*written, generation);
        if (isToBeAskedAgain(stored))
            askAgain({DocumentOrder::Kind::Put, write.id, write.state, write.requestId}, done);
        else
            done(stored);
    });
}

//! It is not decided here any more, one way or another.
void DocumentRegistry::letGo(Document *document, const PendingPtr &pending)
{
    if (document && !pending->idempotencyId.isEmpty())
        document->underWay.remove(pending->idempotencyId);
    m_services.counters.inflightBytes.add(-pending->proposal.byteSize());
}

void DocumentRegistry::finish(Document *document, const PendingPtr &pending, const ProposalOutcome &outcome)
{
    letGo(document, pending);
    DocumentCounters &counters = m_services.counters;
    if (const auto *recorded = std::get_if<RecordedProposal>(&outcome))
        (recorded->accepted ? counters.accepted : counters.rejected).add();
    else
        counters.failed.add();
    pending->answer(outcome);
}

void DocumentRegistry::publish(const Document &document, const QByteArray &kind, const QByteArray &payload)
{
    auto event = std::make_shared<Event>();
    event->offset = document.durable.seq;
    event->key = document.id;
    event->payload = payload;
    auto publication = std::make_shared<Publication>();
    publication->stream = document.stream;
    publication->kind = kind;
    publication->cursor = document.durable.seq;
    publication->events = {std::move(event)};
    m_services.hub.publish(std::move(publication));
}

} // namespace Tidegate
