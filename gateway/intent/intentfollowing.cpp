// SPDX-License-Identifier: MIT
#include "intent/decidedelsewhere.h"
#include "intent/intentengine.h"

// What an engine does that does not decide itself.

namespace Tidegate {

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
    const Error error = decidedElsewhere();
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
