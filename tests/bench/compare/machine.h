// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <sched.h>

namespace Tidegate::Bench {

//! "Model, 2 cores, Linux 6.1.0, TCP congestion control cubic".
QString describeMachine();

//! Keeps the calling thread on one core, and what it starts meanwhile; afterwards it runs where it did before.
class OnCore
{
public:
    explicit OnCore(int core);
    ~OnCore();
    Q_DISABLE_COPY_MOVE(OnCore)

    //! False if the machine has no such core for us.
    bool isPinned() const { return m_isPinned; }

private:
    cpu_set_t m_before;
    bool m_isPinned = false;
};

} // namespace Tidegate::Bench
