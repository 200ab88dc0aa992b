// SPDX-License-Identifier: MIT
#pragma once

#include "fault/stoppedreader.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace Tidegate {

//! Somebody else's connection during an attack: asks for a pong every few milliseconds from a thread of its own, so
//! that what the attacker's side computes does not count.
class Pulse
{
public:
    Pulse() = default;
    ~Pulse() { stop(); }
    Q_DISABLE_COPY_MOVE(Pulse)

    //! False if it was not let in.
    bool start(quint16 port);
    void stop();

    // After stop():
    //! Longest wait for a pong; -1 when one did not come at all.
    qint64 longestMs() const { return m_longestMs; }
    int beats() const { return m_beats; }

private:
    void beat();

    StoppedReader m_peer;
    std::thread m_thread;
    std::mutex m_mutex;
    std::condition_variable m_stopped;
    bool m_isStopping = false;
    qint64 m_longestMs = 0;
    int m_beats = 0;
};

} // namespace Tidegate
