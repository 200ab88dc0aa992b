// SPDX-License-Identifier: MIT
#include "session/mesh/rategate.h"

#include "session/mesh/rules.h"

namespace Tidegate::Mesh {

namespace {
constexpr qint64 MsPerSecond = 1000;
}

const DecisionRule *RateGate::count(qint64 nowMs, qsizetype bytes, const Profile &profile, UserTally *tally)
{
    if (nowMs / MsPerSecond != m_second) {
        m_second = nowMs / MsPerSecond;
        m_messages = 0;
        m_bytes = 0;
    }
    ++m_messages;
    m_bytes += bytes;
    if (m_messageLimit > 0 && m_messages > m_messageLimit)
        return &Rules::Throttled;
    if (m_messageLimit == 0 && profile.messagesPerSecond > 0 && m_messages > profile.messagesPerSecond)
        return &Rules::MessageRate;
    if (profile.bytesPerSecond > 0 && m_bytes > profile.bytesPerSecond)
        return &Rules::ByteRate;
    const bool isWithin =
        !tally || tally->countMessage(nowMs, bytes, profile.userMessagesPerSecond, profile.userBytesPerSecond);
    return isWithin ? nullptr : &Rules::UserRate;
}

} // namespace Tidegate::Mesh
