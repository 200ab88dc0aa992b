// SPDX-License-Identifier: MIT
#include "intent/nodecounters.h"

namespace Tidegate {

QByteArray textOf(NodeState state)
{
    switch (state) {
    case NodeState::Alone:
        break;
    case NodeState::Leading:
        return QByteArrayLiteral("leads");
    case NodeState::Following:
        return QByteArrayLiteral("follows");
    case NodeState::Leaderless:
        return QByteArrayLiteral("without a leader");
    case NodeState::CutOff:
        return QByteArrayLiteral("cut off");
    }
    return QByteArrayLiteral("alone");
}

QJsonObject toJson(const NodeCounters &counters)
{
    const auto state = NodeState(counters.state.value());
    return {{QStringLiteral("state"), QString::fromLatin1(textOf(state))},
            {QStringLiteral("leads"), state == NodeState::Leading ? 1 : 0},
            {QStringLiteral("stuck"), isStuck(state) ? 1 : 0},
            {QStringLiteral("term"), counters.term.value()},
            {QStringLiteral("timesLed"), counters.timesLed.value()},
            {QStringLiteral("messagesMissed"), counters.messagesMissed.value()}};
}

} // namespace Tidegate
