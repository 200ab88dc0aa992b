// SPDX-License-Identifier: MIT
#include "replay/memoryreplaylog.h"

#include <algorithm>

namespace Tidegate {

void MemoryReplayLog::append(const QByteArray &stream, const EventPtr &event)
{
    Kept &kept = m_streams[stream];
    Q_ASSERT(kept.events.empty() || kept.events.back()->offset < event->offset);
    kept.events.push_back(event);
    kept.bytes += event->byteSize();
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
    const auto &events = found->events;
    const auto begin = std::upper_bound(events.begin(), events.end(), after,
                                        [](Offset offset, const EventPtr &event) { return offset < event->offset; });
    const qsizetype available = events.end() - begin;
    const qsizetype count = qMin(limit, available);
    slice.hasMore = available > count;
    slice.events.assign(begin, begin + count);
    return slice;
}

ReplaySlice MemoryReplayLog::readNewest(const QByteArray &stream, qsizetype limit) const
{
    ReplaySlice slice;
    const auto found = m_streams.constFind(stream);
    const qsizetype available = found == m_streams.constEnd() ? 0 : qsizetype(found->events.size());
    slice.isCovered = m_floor == 0 || available >= limit;
    if (available == 0)
        return slice;
    const qsizetype count = qMin(limit, available);
    slice.hasMore = available > count;
    slice.events.assign(found->events.end() - count, found->events.end());
    return slice;
}

std::vector<StreamSpan> MemoryReplayLog::spans() const
{
    std::vector<StreamSpan> spans;
    spans.reserve(size_t(m_streams.size()));
    for (auto kept = m_streams.begin(); kept != m_streams.end(); ++kept) {
        spans.push_back({kept.key(), kept->events.front()->offset, kept->events.back()->offset,
                         qsizetype(kept->events.size()), kept->bytes});
    }
    return spans;
}

void MemoryReplayLog::evictOldest()
{
    const auto stream = m_streams.find(m_order.front());
    const EventPtr oldest = stream->events.front();
    stream->events.pop_front();
    stream->bytes -= oldest->byteSize();
    if (stream->events.empty())
        m_streams.erase(stream);
    m_order.pop_front();
    m_bytes -= oldest->byteSize();
    m_floor = std::max(m_floor, oldest->offset);
}

} // namespace Tidegate
