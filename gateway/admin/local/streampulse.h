// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QHash>

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
        qint64 windowStartMs = 0; //!< monotonic
        qint64 windowCount = 0;

        double perSecond(qint64 monotonicMs) const
        {
            const qint64 elapsed = monotonicMs - windowStartMs;
            return windowCount == 0 ? 0.0 : double(windowCount) * 1000.0 / double(std::max<qint64>(elapsed, 1000));
        }
    };

    explicit StreamPulse(const Clock &clock)
        : m_clock(clock)
    {
    }

    void note(const QByteArray &stream)
    {
        ++m_total;
        auto beat = m_beats.find(stream);
        if (beat == m_beats.end()) {
            if (m_beats.size() >= MaxStreams)
                return;
            beat = m_beats.insert(stream, {});
        }
        const qint64 now = m_clock.monotonicMs();
        if (now - beat->windowStartMs > WindowMs) {
            beat->windowStartMs = now;
            beat->windowCount = 0;
        }
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
