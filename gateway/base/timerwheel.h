// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <vector>

namespace Tidegate {

//! Deadlines for very many things at a coarse grain: scheduling is a push, a tick visits only what falls due.
//! Entries are hints: an owner whose deadline moved later schedules again when it is visited too early.
//! Not thread-safe; one per I/O shard.
class TimerWheel
{
public:
    static constexpr qint64 SlotMs = 100;
    static constexpr size_t SlotCount = 1024; // 102 s per turn; later deadlines stay for further turns

    explicit TimerWheel(qint64 nowMs)
        : m_slots(SlotCount)
        , m_tick(nowMs / SlotMs)
    {
    }

    void schedule(quint64 key, qint64 dueMs)
    {
        const qint64 tick = qMax(dueMs / SlotMs + 1, m_tick + 1);
        m_slots[size_t(tick) % SlotCount].push_back({key, tick});
        ++m_size;
    }

    //! Calls \p visit(key) for everything due at \p nowMs. visit may schedule.
    template <typename Visit>
    void advance(qint64 nowMs, Visit &&visit)
    {
        for (const qint64 target = nowMs / SlotMs; m_tick < target;) {
            ++m_tick;
            std::vector<Entry> due;
            due.swap(m_slots[size_t(m_tick) % SlotCount]);
            m_size -= due.size();
            for (const Entry &entry : due) {
                if (entry.tick > m_tick) {
                    m_slots[size_t(entry.tick) % SlotCount].push_back(entry);
                    ++m_size;
                } else {
                    visit(entry.key);
                }
            }
        }
    }

    bool isEmpty() const { return m_size == 0; }

private:
    struct Entry
    {
        quint64 key;
        qint64 tick;
    };
    std::vector<std::vector<Entry>> m_slots;
    qint64 m_tick;
    size_t m_size = 0;
};

} // namespace Tidegate
