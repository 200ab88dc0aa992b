// SPDX-License-Identifier: MIT
#include "intent/intentengine.h"

#include "base/logging.h"

#include <algorithm>

namespace Tidegate {

//! One submission waiting for its outcomes.
struct IntentEngine::Ticket
{
    std::vector<IntentOutcome> outcomes;
    std::optional<Error> error;
    size_t open = 0;
    qsizetype bytes = 0;
    Done done;
};

namespace {

bool isRetryable(IntentStatus status)
{
    return status == IntentStatus::Failed || status == IntentStatus::Indeterminate;
}

} // namespace

IntentEngine::IntentEngine(Config config, IntentStore &store, BackendAdapter &backend, const Clock &clock, Rng &rng)
    : m_config(std::move(config))
    , m_store(store)
    , m_backend(backend)
    , m_clock(clock)
    , m_rng(rng)
{
}

IntentEngine::~IntentEngine() = default;

void IntentEngine::load(StoreContents &contents)
{
    m_hash.emplace(contents.keySeed);
    m_epoch = contents.epoch;
    m_index.load(contents.firstSeq, contents.keys);
    m_sites = QSet<QByteArray>(contents.sites.begin(), contents.sites.end());
    m_assignedSeq = m_headSeq = contents.headSeq;
    m_floorSeq = contents.firstSeq;
}

void IntentEngine::start(StoreContents contents)
{
    load(contents);
    m_leader = nullptr;
    BatchPtr batch;
    for (const IntentPtr &intent : contents.unsettled) {
        const QByteArray batchKey = IntentBatch::keyOf(*intent);
        if (!batch || batch->idempotencyKey != batchKey) {
            if (batch)
                forward(batch);
            batch = std::make_shared<IntentBatch>();
            batch->context = {intent->site, intent->connectionId, {}, {}, intent->userId, {}};
            batch->idempotencyKey = batchKey;
            batch->term = m_term;
            batch->isInInbox = true;
        }
        const IntentKey key = (*m_hash)(intent->site, intent->id);
        m_inflight.try_emplace(key);
        batch->rows.push_back({std::make_shared<Intent>(*intent), key, m_index.find(key).value_or(0)});
    }
    if (batch)
        forward(batch);
}

void IntentEngine::submit(IntentSubmission submission, Done done)
{
    if (m_leader) {
        askLeader(std::move(submission), std::move(done));
        return;
    }
    auto ticket = std::make_shared<Ticket>();
    ticket->outcomes.resize(submission.drafts.size());
    ticket->open = submission.drafts.size();
    ticket->bytes = submission.byteSize();
    ticket->done = std::move(done);
    m_counters.inflightBytes.add(ticket->bytes);
    m_counters.received.add(qint64(submission.drafts.size()));

    auto batch = std::make_shared<IntentBatch>();
    batch->context = std::move(submission.context);
    batch->isDecided = submission.isDecided;
    batch->term = m_term;
    batch->rows.reserve(submission.drafts.size());
    for (size_t i = 0; i < submission.drafts.size(); ++i) {
        IntentDraft &draft = submission.drafts[i];
        if (draft.id.isEmpty())
            draft.id = m_rng.uuid();
        const IntentKey key = (*m_hash)(batch->context.site, draft.id);
        const auto [waiters, isFirst] = m_inflight.try_emplace(key);
        waiters->second.push_back({ticket, i});
        if (!isFirst) {
            m_counters.duplicates.add();
            continue;
        }
        if (const auto seq = m_index.find(key))
            batch->stored.push_back({std::move(draft), key, *seq});
        else
            batch->add(std::move(draft), key, 0, m_clock.nowMs());
    }
    if (ticket->open == 0)
        complete(*ticket);
    else if (batch->stored.empty())
        process(batch);
    else
        lookUpStored(batch);
}

void IntentEngine::lookUpStored(const BatchPtr &batch)
{
    IntentQuery query;
    for (const IntentBatch::Stored &stored : batch->stored)
        query.seqs.push_back(stored.seq);
    query.limit = qsizetype(query.seqs.size());
    m_store.read(std::move(query),
                 [this, batch](Result<std::vector<IntentPtr>> rows) { takeStored(batch, std::move(rows)); });
}

void IntentEngine::takeStored(const BatchPtr &batch, Result<std::vector<IntentPtr>> rows)
{
    if (isOver(batch->term))
        return;
    for (IntentBatch::Stored &stored : batch->stored) {
        if (!rows) {
            reject(stored.key, rows.error());
            continue;
        }
        const auto found =
            std::find_if(rows->begin(), rows->end(), [&](const IntentPtr &row) { return row->seq == stored.seq; });
        if (found == rows->end()) {
            batch->add(std::move(stored.draft), stored.key, 0, m_clock.nowMs()); // trimmed in the meantime
        } else if (isRetryable((*found)->status)) {
            batch->add(std::move(stored.draft), stored.key, stored.seq, m_clock.nowMs());
        } else {
            m_counters.duplicates.add();
            resolve(stored.key, outcomeOf(**found, false));
        }
    }
    batch->stored.clear();
    process(batch);
}

void IntentEngine::process(const BatchPtr &batch)
{
    if (batch->rows.empty())
        return;
    if (m_sites.size() < MaxKnownSites)
        m_sites.insert(batch->context.site);
    Q_EMIT intentsAccepted(batch->ids(), batch->context);
    if (batch->isDecided) {
        settle(batch, ApplyReply{});
        return;
    }
    if (auto decided = m_backend.decideInline(batch->applyRequest({}))) {
        settle(batch, std::move(*decided));
        return;
    }
    batch->assignKey(m_clock.nowMs());
    StoreWrite write;
    for (const IntentBatch::Row &row : batch->rows)
        write.admitted.push_back(std::make_shared<Intent>(*row.intent)); // the store's copy must not change any more
    m_store.write(std::move(write), [this, batch](const Result<void> &stored) {
        if (isOver(batch->term))
            return;
        if (!stored) {
            m_counters.storeFailures.add();
            qCCritical(lcIntent, "intents not stored: %s", qPrintable(stored.error().text));
            rejectAll(*batch, stored.error());
            return;
        }
        batch->isInInbox = true;
        forward(batch);
    });
}

void IntentEngine::forward(const BatchPtr &batch)
{
    Q_EMIT intentsForwarded(batch->ids(), batch->context);
    for (const IntentBatch::Row &row : batch->rows)
        appendTransition(*row.intent, "forwarded", m_clock.nowMs(), "gateway");
    m_backend.applyIntents(batch->applyRequest(m_config.rowText),
                           [this, batch, sentMs = m_clock.monotonicMs()](const Result<ApplyReply> &reply) {
                               m_counters.backendAnswers.add();
                               m_counters.backendMs.add(m_clock.monotonicMs() - sentMs);
                               settle(batch, reply);
                           });
}

void IntentEngine::settle(const BatchPtr &batch, const Result<ApplyReply> &reply)
{
    if (m_isStopped || isOver(batch->term))
        return;
    batch->applyVerdicts(reply, m_clock.nowMs());
    for (const IntentBatch::Row &row : batch->rows)
        row.intent->seq = ++m_assignedSeq;
    StoreWrite write;
    write.trimBelowSeq = m_floorSeq;
    write.settled.reserve(batch->rows.size());
    for (const IntentBatch::Row &row : batch->rows)
        write.settled.push_back({row.intent, row.key, batch->isInInbox, row.replacesSeq});
    m_store.write(std::move(write), [this, batch](const Result<void> &stored) { finish(batch, stored); });
}

void IntentEngine::finish(const BatchPtr &batch, const Result<void> &stored)
{
    if (isOver(batch->term))
        return;
    if (!stored) {
        m_counters.storeFailures.add();
        qCCritical(lcIntent, "outcomes not stored: %s", qPrintable(stored.error().text));
        rejectAll(*batch, stored.error());
        return;
    }
    auto facts = std::make_shared<SettledBatch>();
    facts->site = batch->context.site;
    facts->events = std::move(batch->events);
    facts->isDecided = batch->isDecided;
    for (const IntentBatch::Row &row : batch->rows) {
        enterLog(*row.intent, row.key);
        facts->intents.push_back(row.intent);
    }
    for (const IntentBatch::Row &row : batch->rows)
        resolve(row.key, outcomeOf(*row.intent, true));
    facts->context = std::move(batch->context);
    Q_EMIT batchSettled(facts);
}

void IntentEngine::enterLog(const Intent &intent, const IntentKey &key)
{
    m_index.insert(intent.seq, key);
    m_headSeq = intent.seq;
    while (quint64(m_index.size()) > m_config.maxEntries)
        m_index.trimBelow(m_index.firstSeq() + 1);
    m_floorSeq = std::max(m_floorSeq, m_index.firstSeq());
    switch (intent.status) {
    case IntentStatus::Acked:
        m_counters.acked.add();
        break;
    case IntentStatus::Rejected:
    case IntentStatus::Conflict:
        m_counters.refused.add();
        break;
    default:
        m_counters.failed.add();
    }
}

void IntentEngine::resolve(const IntentKey &key, const IntentOutcome &outcome)
{
    const auto found = m_inflight.find(key);
    const std::vector<Waiter> waiters = std::move(found->second);
    m_inflight.erase(found);
    for (size_t i = 0; i < waiters.size(); ++i) {
        Ticket &ticket = *waiters[i].ticket;
        ticket.outcomes[waiters[i].slot] = outcome;
        ticket.outcomes[waiters[i].slot].isFresh = outcome.isFresh && i == 0;
        if (--ticket.open == 0)
            complete(ticket);
    }
}

void IntentEngine::reject(const IntentKey &key, const Error &error)
{
    const auto found = m_inflight.find(key);
    const std::vector<Waiter> waiters = std::move(found->second);
    m_inflight.erase(found);
    fail(waiters, error);
}

void IntentEngine::fail(const std::vector<Waiter> &waiters, const Error &error)
{
    for (const Waiter &waiter : waiters) {
        waiter.ticket->error = error;
        if (--waiter.ticket->open == 0)
            complete(*waiter.ticket);
    }
}

void IntentEngine::rejectAll(const IntentBatch &batch, const Error &error)
{
    for (const IntentBatch::Row &row : batch.rows)
        reject(row.key, error);
}

void IntentEngine::complete(Ticket &ticket)
{
    m_counters.inflightBytes.add(-ticket.bytes);
    const Done done = std::move(ticket.done);
    if (ticket.error)
        done(*ticket.error);
    else
        done(std::move(ticket.outcomes));
}

void IntentEngine::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    query.afterSeq = std::max(query.afterSeq, m_floorSeq - 1);
    m_store.read(std::move(query), std::move(done));
}

} // namespace Tidegate
