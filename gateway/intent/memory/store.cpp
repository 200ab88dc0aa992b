// SPDX-License-Identifier: MIT
#include "intent/memory/store.h"

#include "base/rng.h"
#include "intent/intentquery.h"

#include <algorithm>
#include <set>

namespace Tidegate {

namespace {

Error notOpen()
{
    return {ErrorCode::Storage, QStringLiteral("the intent store is not open")};
}

// \p rows are in stored order. Sorts only where that is not the query's order already.
void arrange(const IntentQuery &query, std::vector<IntentPtr> &rows)
{
    if (query.newestFirst)
        std::reverse(rows.begin(), rows.end());
    if (query.byInsertion)
        std::stable_sort(rows.begin(), rows.end(),
                         [&](const IntentPtr &a, const IntentPtr &b) { return comesBefore(query, *a, *b); });
    if (std::ssize(rows) > query.limit)
        rows.resize(size_t(std::max<qsizetype>(query.limit, 0)));
}

void countReasonsOf(const Intent &intent, std::map<QByteArray, quint64> &counts)
{
    const std::set<QByteArray> reasons(intent.reasons.begin(), intent.reasons.end());
    for (const QByteArray &reason : reasons)
        ++counts[reason];
}

} // namespace

MemoryIntentStore::MemoryIntentStore(TaskQueue &owner, Rng &rng)
    : m_owner(owner)
    , m_rng(rng)
{
}

MemoryIntentStore::~MemoryIntentStore()
{
    close();
}

Result<StoreContents> MemoryIntentStore::open()
{
    m_open = true;
    m_completionsWanted = std::make_shared<bool>(true);
    if (m_epoch.isEmpty()) {
        m_epoch = m_rng.uuid();
        m_keySeed = m_rng.bytes(IntentKeyHasher::SeedBytes);
    }
    StoreContents contents;
    contents.epoch = m_epoch;
    contents.keySeed = m_keySeed;
    contents.headSeq = m_headSeq;
    contents.firstSeq = m_log.empty() ? m_headSeq + 1 : m_log.begin()->first;
    contents.keys.resize(m_headSeq + 1 - contents.firstSeq);
    std::set<QByteArray> sites;
    for (const auto &[seq, row] : m_log) {
        contents.keys[seq - contents.firstSeq] = row.key;
        sites.insert(row.intent->site);
    }
    for (const auto &[position, intent] : m_inbox) {
        contents.unsettled.push_back(intent);
        sites.insert(intent->site);
    }
    contents.sites.assign(sites.begin(), sites.end());
    return contents;
}

template <typename T>
void MemoryIntentStore::complete(std::function<void(Result<T>)> done, Result<T> result)
{
    m_owner.post([wanted = m_completionsWanted, done = std::move(done), result = std::move(result)]() mutable {
        if (*wanted)
            done(std::move(result));
    });
}

Result<void> MemoryIntentStore::check(const StoreWrite &write) const
{
    std::set<quint64> seqs;
    for (const SettledIntent &settled : write.settled) {
        const bool isTaken = m_log.contains(settled.intent->seq) && settled.replacesSeq != settled.intent->seq;
        if (isTaken || !seqs.insert(settled.intent->seq).second)
            return Error{ErrorCode::Storage, QStringLiteral("seq %1 is in the log already").arg(settled.intent->seq)};
    }
    return {};
}

void MemoryIntentStore::write(StoreWrite write, std::function<void(Result<void>)> done)
{
    if (!m_open)
        return complete<void>(std::move(done), notOpen());
    Result<void> checked = check(write);
    if (checked)
        apply(write);
    m_lowestSeq = std::max(m_lowestSeq, write.trimBelowSeq);
    m_log.erase(m_log.begin(), m_log.lower_bound(m_lowestSeq));
    complete<void>(std::move(done), std::move(checked));
}

void MemoryIntentStore::apply(const StoreWrite &write)
{
    for (const IntentPtr &intent : write.admitted)
        admit(intent);
    for (const SettledIntent &settled : write.settled) {
        if (settled.wasPending)
            dropPending({settled.intent->site, settled.intent->id});
        if (settled.replacesSeq)
            m_log.erase(settled.replacesSeq);
        m_log.insert_or_assign(settled.intent->seq, LogRow{settled.intent, settled.key});
        m_headSeq = std::max(m_headSeq, settled.intent->seq);
    }
}

void MemoryIntentStore::admit(const IntentPtr &intent)
{
    const Identity identity{intent->site, intent->id};
    dropPending(identity);
    m_inbox.emplace(++m_lastPosition, intent);
    m_inboxPositions.emplace(identity, m_lastPosition);
}

void MemoryIntentStore::dropPending(const Identity &identity)
{
    const auto known = m_inboxPositions.find(identity);
    if (known == m_inboxPositions.end())
        return;
    m_inbox.erase(known->second);
    m_inboxPositions.erase(known);
}

std::vector<IntentPtr> MemoryIntentStore::selectSeqs(const IntentQuery &query) const
{
    const std::set<quint64> seqs(query.seqs.begin(), query.seqs.end());
    std::vector<IntentPtr> rows;
    for (const quint64 seq : seqs) {
        const auto row = m_log.find(seq);
        if (row != m_log.end() && std::ssize(rows) < query.limit)
            rows.push_back(row->second.intent);
    }
    return rows;
}

std::vector<IntentPtr> MemoryIntentStore::selectLog(const IntentQuery &query) const
{
    std::vector<IntentPtr> rows;
    for (auto row = m_log.upper_bound(query.afterSeq); row != m_log.end(); ++row) {
        if (matches(query, *row->second.intent))
            rows.push_back(row->second.intent);
        if (!query.newestFirst && !query.byInsertion && std::ssize(rows) >= query.limit)
            break;
    }
    arrange(query, rows);
    return rows;
}

std::vector<IntentPtr> MemoryIntentStore::selectInbox(const IntentQuery &query) const
{
    std::vector<IntentPtr> rows;
    for (const auto &[position, intent] : m_inbox) {
        if (matches(query, *intent))
            rows.push_back(intent);
    }
    arrange(query, rows);
    return rows;
}

void MemoryIntentStore::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    if (!m_open)
        return complete<std::vector<IntentPtr>>(std::move(done), notOpen());
    std::vector<IntentPtr> rows;
    if (!query.seqs.empty())
        rows = selectSeqs(query);
    else if (query.source == IntentQuery::Source::Log)
        rows = selectLog(query);
    else if (query.source == IntentQuery::Source::Inbox)
        rows = selectInbox(query);
    else
        rows = mergeRows(query, selectLog(query), selectInbox(query));
    complete<std::vector<IntentPtr>>(std::move(done), std::move(rows));
}

void MemoryIntentStore::countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done)
{
    if (!m_open)
        return complete<std::vector<std::pair<QByteArray, quint64>>>(std::move(done), notOpen());
    std::map<QByteArray, quint64> counts;
    for (const auto &[seq, row] : m_log)
        countReasonsOf(*row.intent, counts);
    for (const auto &[position, intent] : m_inbox)
        countReasonsOf(*intent, counts);
    complete<std::vector<std::pair<QByteArray, quint64>>>(std::move(done), {{counts.begin(), counts.end()}});
}

void MemoryIntentStore::close()
{
    m_open = false;
    *m_completionsWanted = false;
}

} // namespace Tidegate
