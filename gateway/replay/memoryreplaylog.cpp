// SPDX-License-Identifier: MIT
#include "replay/memoryreplaylog.h"

#include <algorithm>

namespace Tidegate {

void MemoryReplayLog::append(const QByteArray &stream, const EventPtr &event)
{
    auto &kept = m_streams[stream];
    Q_ASSERT(kept.empty() || kept.back()->offset < event->offset);
    kept.push_back(event);
    m_order.push_back(stream);
    m_bytes += event->byteSize();
    while (m_bytes > m_maxBytes && !m_order.empty())
        evictOldest();
}

ReplaySlice MemoryReplayLog::readAfter(const QByteArray &stream, Offset after, qsizetype limit) const
{
    ReplaySlice slice;
    slice.isCovered = after >= m_floor;
    const auto found = m_streams.constFind(stream);
    if (found == m_streams.constEnd())
        return slice;
    const auto begin = std::upper_bound(found->begin(), found->end(), after,
                                        [](Offset offset, const EventPtr &event) { return offset < event->offset; });
    const qsizetype available = found->end() - begin;
    const qsizetype count = qMin(limit, available);
    slice.hasMore = available > count;
    slice.events.assign(begin, begin + count);
    return slice;
}

ReplaySlice MemoryReplayLog::readNewest(const QByteArray &stream, qsizetype limit) const
{
    ReplaySlice slice;
    const auto found = m_streams.constFind(stream);
    const qsizetype available = found == m_streams.constEnd() ? 0 : qsizetype(found->size());
    slice.isCovered = m_floor == 0 || available >= limit;
    if (available == 0)
        return slice;
    const qsizetype count = qMin(limit, available);
    slice.hasMore = available > count;
    slice.events.assign(found->end() - count, found->end());
    return slice;
}

void MemoryReplayLog::evictOldest()
{
    const auto stream = m_streams.find(m_order.front());
    const EventPtr oldest = stream->front();
    stream->pop_front();
    if (stream->empty())
        m_streams.erase(stream);
    m_order.pop_front();
    m_bytes -= oldest->byteSize();
    m_floor = std::max(m_floor, oldest->offset);
}

} // namespace Tidegate
