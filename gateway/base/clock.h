// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <atomic>

namespace Tidegate {

//! Time as a port, so that a run can be replayed. Implementations are safe to call from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    //! Wall clock, milliseconds since 1970 UTC; goes on wires and into stores.
    virtual qint64 nowMs() const = 0;
    //! Never goes back; for windows, deadlines and ages. Milliseconds since an arbitrary start.
    virtual qint64 monotonicMs() const = 0;
};

class SystemClock final : public Clock
{
public:
    qint64 nowMs() const override;
    qint64 monotonicMs() const override;
};

//! A clock that stands still until told otherwise; both readings advance together.
class FakeClock final : public Clock
{
public:
    explicit FakeClock(qint64 startMs = 1'700'000'000'000)
        : m_nowMs(startMs)
    {
    }
    qint64 nowMs() const override { return m_nowMs.load(); }
    qint64 monotonicMs() const override { return m_nowMs.load(); }
    void advance(qint64 ms) { m_nowMs += ms; }

private:
    std::atomic<qint64> m_nowMs;
};

} // namespace Tidegate
