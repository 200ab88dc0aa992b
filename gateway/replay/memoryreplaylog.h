// SPDX-License-Identifier: MIT
#pragma once

#include "replay/replaylog.h"

#include <QHash>

#include <deque>

namespace Tidegate {

//! The recent past of all streams in memory: what reconnecting clients ask for first, without a trip to the disk.
//! Bound: bytes over all streams; overflow act: the globally oldest events go and floor() rises.
class MemoryReplayLog final : public ReplayLog
{
public:
    struct Config
    {
        qsizetype maxBytes = 64 * 1024 * 1024;
        Offset floor = 0; //!< newest offset that existed before this log began
    };

    explicit MemoryReplayLog(Config config)
        : m_maxBytes(config.maxBytes)
        , m_floor(config.floor)
    {
    }

    void append(const QByteArray &stream, const EventPtr &event) override;
    ReplaySlice readAfter(const QByteArray &stream, Offset after, qsizetype limit) const override;
    ReplaySlice readNewest(const QByteArray &stream, qsizetype limit) const override;
    Offset floor() const override { return m_floor; }
    std::vector<StreamSpan> spans() const override;

    qsizetype bytes() const { return m_bytes; }
    qsizetype streamCount() const { return m_streams.size(); }

private:
    struct Kept
    {
        std::deque<EventPtr> events;
        qsizetype bytes = 0;
    };

    void evictOldest();

    const qsizetype m_maxBytes;
    Offset m_floor;
    qsizetype m_bytes = 0;
    QHash<QByteArray, Kept> m_streams;
    std::deque<QByteArray> m_order; //!< stream of each kept event, in order of appending
};

} // namespace Tidegate
