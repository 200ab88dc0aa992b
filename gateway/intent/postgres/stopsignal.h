// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <semaphore>

namespace Tidegate {

//! Ends another thread's pauses for good. Any thread.
class StopSignal
{
public:
    void set() { m_isSet.release(); }
    //! Pauses; true when set() was called, also before.
    bool waitFor(std::chrono::milliseconds pause)
    {
        if (!m_isSet.try_acquire_for(pause))
            return false;
        m_isSet.release();
        return true;
    }

private:
    std::counting_semaphore<> m_isSet{0};
};

} // namespace Tidegate
