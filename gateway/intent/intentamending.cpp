// SPDX-License-Identifier: MIT
#include "intent/intentengine.h"

#include "base/logging.h"

// What changes a row that stands in the log, and what an engine does that does not decide itself.

namespace Tidegate {

struct IntentEngine::Amendment
{
    AmendKind kind;
    quint64 seq;
    IntentKey key;
    QByteArray actor;
    QByteArray reason;
    Change change;
    std::function<void(Result<IntentPtr>)> done;
    quint64 term;
};

namespace {

Error noSuchIntent()
{
    return {ErrorCode::NotFound, QStringLiteral("no such intent")};
}

} // namespace

std::optional<std::pair<quint64, IntentKey>> IntentEngine::findStored(const std::optional<QByteArray> &site,
                                                                      const QByteArray &id) const
{
    const auto sites = site ? QSet<QByteArray>{*site} : m_sites;
    for (const QByteArray &each : sites) {
        const IntentKey key = (*m_hash)(each, id);
        if (const auto seq = m_index.find(key))
            return std::pair(*seq, key);
    }
    return std::nullopt;
}

void IntentEngine::amend(AmendKind kind, const std::optional<QByteArray> &site, const QByteArray &id,
                         const QByteArray &actor, Change change, std::function<void(Result<IntentPtr>)> done,
                         const QByteArray &reason)
{
    const auto stored = findStored(site, id);
    if (!stored) {
        done(noSuchIntent());
        return;
    }
    const auto [seq, key] = *stored;
    if (!m_leader && !m_inflight.try_emplace(key).second) {
        done(Error{ErrorCode::Conflict, QStringLiteral("the intent is being settled; try again"), true});
        return;
    }
    IntentQuery query;
    query.seqs = {seq};
    const AmendmentPtr amendment = std::make_shared<Amendment>(
        Amendment{kind, seq, key, actor, reason, std::move(change), std::move(done), m_term});
    m_store.read(std::move(query),
                 [this, amendment](const Result<std::vector<IntentPtr>> &rows) { applyChange(amendment, rows); });
}

void IntentEngine::applyChange(const AmendmentPtr &amendment, const Result<std::vector<IntentPtr>> &rows)
{
    const bool isOurs = !m_leader && !isOver(amendment->term);
    if (!rows || rows->empty()) {
        const Error error = rows ? noSuchIntent() : rows.error();
        if (isOurs)
            reject(amendment->key, error);
        amendment->done(error);
        return;
    }
    const IntentPtr before = rows->front();
    auto intent = std::make_shared<Intent>(*before);
    if (const Result<void> allowed = amendment->change(*intent); !allowed) {
        if (isOurs)
            resolve(amendment->key, outcomeOf(*before, false));
        amendment->done(allowed.error());
        return;
    }
    if (m_leader) {
        m_leader->amend(amendment->kind, intent, amendment->actor, amendment->reason, amendment->done);
        return;
    }
    if (!isOurs) {
        amendment->done(Error{ErrorCode::Unavailable, QStringLiteral("another gateway decides now; try again"), true});
        return;
    }
    if (amendment->kind != AmendKind::Mark) {
        intent->updatedAtMs = m_clock.nowMs();
        intent->seq = ++m_assignedSeq;
        appendTransition(*intent, amendment->kind == AmendKind::Undo ? "undone" : "reworked", intent->updatedAtMs,
                         amendment->actor);
    }
    StoreWrite write;
    write.settled.push_back({intent, amendment->key, false, amendment->seq});
    m_store.write(std::move(write), [this, amendment, intent](const Result<void> &stored) {
        finishAmendment(amendment, intent, stored);
    });
}

void IntentEngine::finishAmendment(const AmendmentPtr &amendment, const std::shared_ptr<Intent> &intent,
                                   const Result<void> &stored)
{
    if (isOver(amendment->term)) {
        amendment->done(Error{ErrorCode::Unavailable, QStringLiteral("another gateway decides now; try again"), true});
        return;
    }
    if (!stored) {
        m_counters.storeFailures.add();
        reject(amendment->key, stored.error());
        amendment->done(stored.error());
        return;
    }
    const bool hasMoved = intent->seq != amendment->seq;
    if (hasMoved) {
        m_index.insert(intent->seq, amendment->key);
        m_headSeq = intent->seq;
    }
    resolve(amendment->key, outcomeOf(*intent, false));
    amendment->done(IntentPtr(intent));
    if (hasMoved)
        Q_EMIT intentAmended(amendment->kind, intent, amendment->reason);
}

void IntentEngine::follow(StoreContents contents, IntentLeader &leader)
{
    load(contents);
    follow(leader);
}

void IntentEngine::follow(IntentLeader &leader)
{
    m_leader = &leader;
    ++m_term;
    const auto inflight = std::exchange(m_inflight, {});
    const Error error{ErrorCode::Unavailable, QStringLiteral("another gateway decides now; try again"), true};
    for (const auto &[key, waiters] : inflight)
        fail(waiters, error);
}

//! Ids are made here, so that asking again is a repetition.
void IntentEngine::askLeader(IntentSubmission submission, Done done)
{
    for (IntentDraft &draft : submission.drafts) {
        if (draft.id.isEmpty())
            draft.id = m_rng.uuid();
    }
    const qsizetype bytes = submission.byteSize();
    m_counters.inflightBytes.add(bytes);
    m_counters.received.add(qint64(submission.drafts.size()));
    m_leader->submit(std::move(submission), [this, bytes, done = std::move(done)](auto outcomes) {
        m_counters.inflightBytes.add(-bytes);
        done(std::move(outcomes));
    });
}

void IntentEngine::enter(const SettledBatchPtr &batch)
{
    if (m_sites.size() < MaxKnownSites)
        m_sites.insert(batch->site);
    for (const IntentPtr &intent : batch->intents)
        enterLog(*intent, (*m_hash)(intent->site, intent->id));
    Q_EMIT batchSettled(batch);
}

void IntentEngine::enterAmended(AmendKind kind, const IntentPtr &intent, const QByteArray &reason)
{
    m_index.insert(intent->seq, (*m_hash)(intent->site, intent->id));
    m_headSeq = intent->seq;
    Q_EMIT intentAmended(kind, intent, reason);
}

void IntentEngine::trimBelow(quint64 floorSeq)
{
    m_index.trimBelow(floorSeq);
    m_floorSeq = std::max(m_floorSeq, floorSeq);
}

} // namespace Tidegate
