// SPDX-License-Identifier: MIT
#include "intent/intentengine.h"

#include "intent/decidedelsewhere.h"

// What changes a row that stands in the log.

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
        amendment->done(decidedElsewhere());
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
        amendment->done(decidedElsewhere());
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

} // namespace Tidegate
