// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QHash>

#include <algorithm>

namespace Tidegate::Admin {

//! How lively each stream is. Core thread. Bound: MaxStreams; further ones are not counted until the process restarts.
class StreamPulse
{
public:
    static constexpr qsizetype MaxStreams = 20'000;
    static constexpr qint64 WindowMs = 10'000;

    struct Beat
    {
        qint64 published = 0;
        qint64 lastAtMs = 0;
        qint64 firstMs = 0; //!< monotonic, as all below
        qint64 windowStartMs = 0;
        qint64 windowCount = 0;
        qint64 countBefore = 0; //!< in the window before this one

        //! Over the last WindowMs: what this window has, and of the one before it the share that is not over yet.
        double perSecond(qint64 nowMs) const
        {
            Beat now = *this;
            now.advance(nowMs);
            const double share = 1.0 - double(nowMs - now.windowStartMs) / double(WindowMs);
            const qint64 spanMs = std::clamp<qint64>(nowMs - firstMs, 1000, WindowMs);
            return (double(now.windowCount) + share * double(now.countBefore)) * 1000.0 / double(spanMs);
        }
        void advance(qint64 nowMs)
        {
            const qint64 windows = (nowMs - windowStartMs) / WindowMs;
            if (windows == 0)
                return;
            countBefore = windows == 1 ? windowCount : 0;
            windowCount = 0;
            windowStartMs += windows * WindowMs;
        }
    };

    explicit StreamPulse(const Clock &clock)
        : m_clock(clock)
    {
    }

    void note(const QByteArray &stream)
    {
        ++m_total;
        const qint64 now = m_clock.monotonicMs();
        auto beat = m_beats.find(stream);
        if (beat == m_beats.end()) {
            if (m_beats.size() >= MaxStreams)
                return;
            Beat first;
            first.firstMs = first.windowStartMs = now;
            beat = m_beats.insert(stream, first);
        }
        beat->advance(now);
        ++beat->windowCount;
        ++beat->published;
        beat->lastAtMs = m_clock.nowMs();
    }
    Beat beat(const QByteArray &stream) const { return m_beats.value(stream); }
    QByteArrayList streams() const { return m_beats.keys(); }
    qint64 total() const { return m_total; }

private:
    const Clock &m_clock;
    QHash<QByteArray, Beat> m_beats;
    qint64 m_total = 0;
};

} // namespace Tidegate::Admin
