// SPDX-License-Identifier: MIT
#include "base/decisionbatch.h"

namespace Tidegate {

void DecisionBatch::note(Decision decision)
{
    decision.firstAtMs = decision.lastAtMs = m_clock.nowMs();
    if (m_resolver && decision.link != 0)
        m_resolver(decision);
    // Like ones come in a row: a flood over one link, the rows of one publication.
    if (!m_decisions.empty() && m_decisions.back().isLike(decision)) {
        m_decisions.back().absorb(decision);
        return;
    }
    m_decisions.push_back(std::move(decision));
    if (m_decisions.size() >= MaxDecisions)
        handOver();
}

void DecisionBatch::handOver()
{
    m_sink.record(std::exchange(m_decisions, {}));
}

} // namespace Tidegate
