// SPDX-License-Identifier: MIT
#include "auth/ratelimit.h"

namespace Tidegate {

FixedWindowLimiter::FixedWindowLimiter(Config config)
    : m_config(config)
{
    m_config.maxKeys = qMax(qsizetype(1), m_config.maxKeys);
}

FixedWindowLimiter::Decision FixedWindowLimiter::hit(const QByteArray &key, qint64 nowMs)
{
    if (m_config.max <= 0 || m_config.windowMs <= 0)
        return {};
    freeEnded(nowMs);
    auto found = m_windows.find(key);
    if (found != m_windows.end() && hasEnded(*found, nowMs)) {
        m_oldestFirst.erase(found->age);
        m_windows.erase(found);
        found = m_windows.end();
    }
    if (found == m_windows.end()) {
        if (m_windows.size() >= m_config.maxKeys)
            freeOldest();
        const auto age = m_oldestFirst.insert(m_oldestFirst.end(), key);
        found = m_windows.insert(key, Window{nowMs, 0, age});
    }
    if (found->hits >= m_config.max)
        return {false, found->startMs + m_config.windowMs - nowMs};
    ++found->hits;
    return {};
}

std::vector<LimitBucket> FixedWindowLimiter::buckets(const DecisionRule &rule, qint64 nowMs, size_t most) const
{
    std::vector<LimitBucket> buckets;
    for (auto key = m_oldestFirst.crbegin(); key != m_oldestFirst.crend() && buckets.size() < most; ++key) {
        const Window &window = *m_windows.constFind(*key);
        if (!hasEnded(window, nowMs))
            buckets.push_back({&rule, *key, window.hits, m_config.max, window.startMs + m_config.windowMs - nowMs});
    }
    return buckets;
}

bool FixedWindowLimiter::hasEnded(const Window &window, qint64 nowMs) const
{
    // A clock that was set back must not leave a key locked out for that long.
    return nowMs >= window.startMs + m_config.windowMs || nowMs < window.startMs;
}

void FixedWindowLimiter::freeEnded(qint64 nowMs)
{
    // All windows are equally long, so the order of start is the order of end too, unless the clock was set back; hit()
    // therefore looks at the window it uses once more.
    while (!m_oldestFirst.empty() && hasEnded(*m_windows.constFind(m_oldestFirst.front()), nowMs))
        freeOldest();
}

void FixedWindowLimiter::freeOldest()
{
    m_windows.remove(m_oldestFirst.front());
    m_oldestFirst.pop_front();
}

} // namespace Tidegate
