// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/decisionsink.h"

#include <functional>

namespace Tidegate {

//! One thread's decisions of a turn: like ones become one with a count, all are handed over together. Not thread-safe.
//! Bound: MaxDecisions; when it is full, it is handed over at once.
class DecisionBatch
{
public:
    static constexpr size_t MaxDecisions = 256;

    //! Both are borrowed.
    DecisionBatch(DecisionSink &sink, const Clock &clock)
        : m_sink(sink)
        , m_clock(clock)
    {
    }

    //! \p resolver fills in what the noting place does not know of a link: its user and site.
    void setResolver(std::function<void(Decision &)> resolver) { m_resolver = std::move(resolver); }

    void note(Decision decision);
    //! Call at the end of each turn.
    void flush()
    {
        if (!m_decisions.empty())
            handOver();
    }

private:
    void handOver();

    DecisionSink &m_sink;
    const Clock &m_clock;
    std::function<void(Decision &)> m_resolver;
    std::vector<Decision> m_decisions;
};

//! For places that are also used where nobody records.
inline void note(DecisionBatch *batch, Decision decision)
{
    if (batch)
        batch->note(std::move(decision));
}

} // namespace Tidegate
