// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <atomic>

namespace Tidegate {

//! A statistic that any thread may bump and any thread may read; readings are not ordered with anything else.
class Counter
{
public:
    void add(qint64 amount = 1) { m_value.fetch_add(amount, std::memory_order_relaxed); }
    void raiseTo(qint64 value)
    {
        qint64 seen = m_value.load(std::memory_order_relaxed);
        while (seen < value && !m_value.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
        }
    }
    void set(qint64 value) { m_value.store(value, std::memory_order_relaxed); }
    qint64 value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<qint64> m_value = 0;
};

} // namespace Tidegate
