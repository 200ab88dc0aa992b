// SPDX-License-Identifier: MIT
#include "base/decisionlog.h"

namespace Tidegate {

void DecisionLog::record(std::vector<Decision> decisions)
{
    const std::lock_guard lock(m_mutex);
    for (Decision &decision : decisions) {
        if (decision.rule->isLimit)
            countLimit(decision);
        add(std::move(decision));
    }
    m_revision.fetch_add(1, std::memory_order_relaxed);
    m_count.store(qint64(m_entries.size()), std::memory_order_relaxed);
}

DecisionLog::EntryPtr *DecisionLog::openEntry(const Decision &decision)
{
    const auto number = m_newestLike.constFind(likenessHash(decision));
    if (number == m_newestLike.constEnd())
        return nullptr;
    EntryPtr &entry = m_entries[size_t(*number - m_entries.front()->number)];
    const bool isOpen = decision.lastAtMs - entry->decision.firstAtMs < MergeWindowMs;
    return isOpen && entry->decision.isLike(decision) ? &entry : nullptr;
}

void DecisionLog::add(Decision &&decision)
{
    if (EntryPtr *open = openEntry(decision)) {
        auto merged = std::make_shared<Entry>(**open); // readers may hold the one that was
        m_bytes -= merged->decision.byteSize();
        merged->decision.absorb(decision);
        m_bytes += merged->decision.byteSize();
        *open = std::move(merged);
    } else {
        m_newestLike.insert(likenessHash(decision), ++m_newest);
        m_bytes += decision.byteSize();
        m_entries.push_back(std::make_shared<Entry>(Entry{m_newest, std::move(decision)}));
    }
    while (m_bytes > m_maxBytes && m_entries.size() > 1)
        dropOldest();
}

void DecisionLog::dropOldest()
{
    const EntryPtr oldest = std::move(m_entries.front());
    m_entries.pop_front();
    m_bytes -= oldest->decision.byteSize();
    const auto newest = m_newestLike.constFind(likenessHash(oldest->decision));
    if (newest != m_newestLike.constEnd() && *newest == oldest->number)
        m_newestLike.erase(newest);
}

void DecisionLog::countLimit(const Decision &decision)
{
    const LimitKey key(decision.rule, decision.who);
    const auto known = m_limitByKey.constFind(key);
    if (known != m_limitByKey.constEnd()) {
        LimitHits &hits = **known;
        hits.hits += decision.count;
        hits.lastAtMs = decision.lastAtMs;
        m_limits.splice(m_limits.begin(), m_limits, *known);
        return;
    }
    if (m_limits.size() >= MaxLimits) {
        m_limitByKey.remove({m_limits.back().rule, m_limits.back().who});
        m_limits.pop_back();
    }
    m_limits.push_front({decision.rule, decision.who, decision.count, decision.firstAtMs, decision.lastAtMs});
    m_limitByKey.insert(key, m_limits.begin());
}

std::vector<DecisionLog::EntryPtr> DecisionLog::entries() const
{
    const std::lock_guard lock(m_mutex);
    return {m_entries.begin(), m_entries.end()};
}

DecisionLog::EntryPtr DecisionLog::entry(qint64 number) const
{
    const std::lock_guard lock(m_mutex);
    if (m_entries.empty() || number < m_entries.front()->number || number > m_newest)
        return nullptr;
    return m_entries[size_t(number - m_entries.front()->number)];
}

std::vector<DecisionLog::LimitHits> DecisionLog::limitHits() const
{
    const std::lock_guard lock(m_mutex);
    return {m_limits.begin(), m_limits.end()};
}

} // namespace Tidegate
