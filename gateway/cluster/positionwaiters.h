// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <functional>
#include <limits>
#include <map>
#include <vector>

namespace Tidegate {

//! What waits until this node is as far as a position of the log: a client that hears of a position may ask for what
//! follows it at once. Core thread. Bound: answers by what may be open, others by one per link.
class PositionWaiters
{
public:
    static constexpr qint64 Forever = std::numeric_limits<qint64>::max();

    //! \p untilMs (monotonic): then it runs without.
    void add(quint64 position, std::function<void()> then, qint64 untilMs = Forever)
    {
        m_waiting.emplace(position, Waiting{std::move(then), untilMs});
    }
    //! Runs those that wait for \p position or less. They may add others.
    void reach(quint64 position)
    {
        while (!m_waiting.empty() && m_waiting.begin()->first <= position) {
            const auto reached = m_waiting.extract(m_waiting.begin());
            reached.mapped().then();
        }
    }
    void expire(qint64 nowMs)
    {
        std::vector<std::function<void()>> overdue;
        for (auto each = m_waiting.begin(); each != m_waiting.end();) {
            if (each->second.untilMs > nowMs) {
                ++each;
                continue;
            }
            overdue.push_back(std::move(each->second.then));
            each = m_waiting.erase(each);
        }
        for (const auto &then : overdue)
            then();
    }

private:
    struct Waiting
    {
        std::function<void()> then;
        qint64 untilMs;
    };
    std::multimap<quint64, Waiting> m_waiting;
};

} // namespace Tidegate
