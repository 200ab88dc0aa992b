// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"
#include "base/usertally.h"
#include "session/mesh/profile.h"

namespace Tidegate::Mesh {

//! What one session sends in the current second, against its limits and its user's. Shard thread.
class RateGate
{
public:
    //! Counts a packet. The limit that it is over; null = none. \p tally may be none: nobody has logged in.
    const DecisionRule *count(qint64 nowMs, qsizetype bytes, const Profile &profile, UserTally *tally);

    //! Messages per second from now on, by an operator; 0 = as configured.
    void limitMessages(int max) { m_messageLimit = max; }
    int messageLimit() const { return m_messageLimit; }

private:
    qint64 m_second = 0; //!< that the next two count
    qint64 m_messages = 0;
    qint64 m_bytes = 0;
    int m_messageLimit = 0;
};

} // namespace Tidegate::Mesh
