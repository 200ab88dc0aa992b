// SPDX-License-Identifier: MIT
#include "admin/local/kepttable.h"

namespace Tidegate::Admin {

void KeptTableProvider::collect(Answer<TablePtr> done)
{
    if (m_kept && m_view.clock.monotonicMs() - m_keptAtMs < m_keptForMs) {
        done(m_kept);
        return;
    }
    m_waiting.push_back(std::move(done));
    if (m_waiting.size() > 1)
        return;
    make([this](TablePtr table) {
        m_kept = std::move(table);
        m_keptAtMs = m_view.clock.monotonicMs();
        for (const auto &waiting : std::exchange(m_waiting, {}))
            waiting(m_kept);
    });
}

} // namespace Tidegate::Admin
