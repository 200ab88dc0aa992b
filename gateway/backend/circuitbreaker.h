// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"

#include <chrono>
#include <optional>

namespace Tidegate {

//! Spares a dead backend the traffic and its callers the wait. Opens after a run of failures; when the cool-down is
//! over one call goes through as a probe: success closes, failure opens again with twice the cool-down.
//! One thread.
class CircuitBreaker
{
public:
    enum class State : quint8 { Closed, Open, HalfOpen };

    struct Config
    {
        int failuresToOpen = 5; //!< in a row
        std::chrono::milliseconds firstCoolDown{2'000};
        std::chrono::milliseconds maxCoolDown{30'000};
    };

    //! Names the state a call started in: an answer to a call from before a change says nothing about the state now.
    enum class Permit : quint64 {};

    CircuitBreaker(Config config, const Clock &clock);

    bool wouldPermit() const;
    //! Each permit is handed back once, through succeeded() or failed().
    std::optional<Permit> acquire();
    void succeeded(Permit permit);
    void failed(Permit permit);
    //! Forgets everything; for when calls go to another backend from now on.
    void reset();

    State state() const { return m_state; }

private:
    bool isCurrent(Permit permit) const { return quint64(permit) == m_generation; }
    void enter(State state);
    void open();

    const Config m_config;
    const Clock &m_clock;
    State m_state = State::Closed;
    quint64 m_generation = 0;
    int m_failuresInARow = 0;
    std::chrono::milliseconds m_coolDown;
    qint64 m_probeAtMs = 0;
};

} // namespace Tidegate
