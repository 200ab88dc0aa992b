// SPDX-License-Identifier: MIT
#include "app/toldislands.h"

namespace Tidegate {

bool ToldIslands::add(const QByteArray &eventId, const QByteArray &act, qint64 nowMs)
{
    if (m_ids.contains(eventId))
        return false;
    m_ids.insert(eventId);
    m_told.push_back({eventId, act, nowMs});
    m_bytes += m_told.back().byteSize();
    while (m_bytes > MaxBytes) {
        const Told &oldest = m_told.front();
        m_bytes -= oldest.byteSize();
        m_forgottenMs = oldest.atMs;
        m_ids.remove(oldest.eventId);
        m_told.pop_front();
    }
    return true;
}

QByteArrayList ToldIslands::since(qint64 sinceMs) const
{
    QByteArrayList acts;
    for (const Told &told : m_told) {
        if (told.atMs >= sinceMs)
            acts.append(told.act);
    }
    return acts;
}

} // namespace Tidegate
