// SPDX-License-Identifier: MIT
#include "base/bytebudget.h"

#include <algorithm>

namespace Tidegate {

void OwedBytes::charge(qint64 deltaBytes)
{
    const qint64 now = m_value.fetch_add(deltaBytes, std::memory_order_relaxed) + deltaBytes;
    if (m_limitBytes == 0)
        return;
    // Written only when it changes: the flag shares its cache line with a count that all shards touch anyway.
    const bool wasOver = m_wasOver.load(std::memory_order_relaxed);
    if (!wasOver && now >= m_limitBytes)
        m_wasOver.store(true, std::memory_order_relaxed);
    else if (wasOver && now < relievedBytes())
        m_wasOver.store(false, std::memory_order_relaxed);
}

bool OwedBytes::isOver() const
{
    if (m_limitBytes == 0)
        return false;
    const qint64 now = value();
    // Two threads may have left the flag in the wrong order; outside the two marks the count alone decides.
    if (now >= m_limitBytes)
        return true;
    return now >= relievedBytes() && m_wasOver.load(std::memory_order_relaxed);
}

qint64 OwedBytes::excessBytes() const
{
    return isOver() ? std::max<qint64>(0, value() - relievedBytes() + 1) : 0;
}

bool BudgetPool::isCalm() const
{
    const auto isBelow = [owed = m_owed.value()](qint64 limit) { return limit == 0 || owed < limit - limit / 4; };
    return isBelow(m_config.processBytes) && isBelow(m_config.siteBytes);
}

std::shared_ptr<SiteBudget> BudgetPool::site(const QByteArray &name)
{
    const std::lock_guard lock(m_mutex);
    QByteArray key = name;
    auto found = m_sites.find(key);
    if (found == m_sites.end() && m_sites.size() >= m_config.maxSites) {
        key.clear(); // the budget of the crowd
        found = m_sites.find(key);
    }
    if (found != m_sites.end()) {
        if (auto existing = found->lock())
            return existing;
    }
    const auto release = [this, key](SiteBudget *budget) {
        delete budget;
        forget(key);
    };
    const std::shared_ptr<SiteBudget> made(new SiteBudget(key, m_config.siteBytes, m_owed), release);
    m_sites.insert(key, made);
    return made;
}

void BudgetPool::forget(const QByteArray &name)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_sites.constFind(name);
    // Another link may have opened the site anew while this one was going.
    if (found != m_sites.constEnd() && found->expired())
        m_sites.erase(found);
}

qsizetype BudgetPool::siteCount() const
{
    const std::lock_guard lock(m_mutex);
    return m_sites.size();
}

void LinkBudget::replaceCharge(qint64 owedBytes)
{
    if (m_site)
        m_site->charge(owedBytes - m_chargedBytes);
    m_chargedBytes = owedBytes;
}

} // namespace Tidegate
