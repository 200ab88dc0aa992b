// SPDX-License-Identifier: MIT
#include "backend/circuitbreaker.h"

#include <algorithm>

namespace Tidegate {

CircuitBreaker::CircuitBreaker(Config config, const Clock &clock)
    : m_config(config)
    , m_clock(clock)
    , m_coolDown(config.firstCoolDown)
{
}

bool CircuitBreaker::wouldPermit() const
{
    return m_state == State::Closed || (m_state == State::Open && m_clock.monotonicMs() >= m_probeAtMs);
}

std::optional<CircuitBreaker::Permit> CircuitBreaker::acquire()
{
    if (!wouldPermit())
        return std::nullopt;
    if (m_state == State::Open)
        enter(State::HalfOpen);
    return Permit(m_generation);
}

void CircuitBreaker::succeeded(Permit permit)
{
    if (!isCurrent(permit))
        return;
    m_failuresInARow = 0;
    if (m_state == State::HalfOpen) {
        m_coolDown = m_config.firstCoolDown;
        enter(State::Closed);
    }
}

void CircuitBreaker::failed(Permit permit)
{
    if (!isCurrent(permit))
        return;
    if (m_state == State::HalfOpen) {
        m_coolDown = std::min(m_coolDown * 2, m_config.maxCoolDown);
        open();
    } else if (++m_failuresInARow >= m_config.failuresToOpen) {
        open();
    }
}

void CircuitBreaker::reset()
{
    m_coolDown = m_config.firstCoolDown;
    m_failuresInARow = 0;
    enter(State::Closed);
}

void CircuitBreaker::enter(State state)
{
    m_state = state;
    ++m_generation;
}

void CircuitBreaker::open()
{
    m_failuresInARow = 0;
    m_probeAtMs = m_clock.monotonicMs() + m_coolDown.count();
    enter(State::Open);
}

} // namespace Tidegate
