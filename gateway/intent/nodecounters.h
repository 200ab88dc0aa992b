// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"
#include "cluster/buscounters.h"

#include <QJsonObject>

namespace Tidegate {

//! Where a gateway stands among those that decide intents as one.
enum class NodeState : quint8 {
    Alone,      //!< there are no others by configuration
    Leading,    //!< it decides for all
    Following,  //!< it asks the one that leads
    Leaderless, //!< nobody has given a sign of life; intents wait
    CutOff,     //!< the broker cannot be reached; intents wait
};

//! As operators read it.
QByteArray textOf(NodeState state);

//! Whether intents wait.
inline bool isStuck(NodeState state)
{
    return state == NodeState::Leaderless || state == NodeState::CutOff;
}

//! What a node counts; read by anyone.
struct NodeCounters
{
    BusCounters bus;
    Counter state; //!< NodeState as a number
    Counter term;  //!< of the newest leader; grows with each
    Counter timesLed;
    Counter messagesMissed; //!< the leader's; their rows were read from the database
};

//! The member "node" of GET /optimistic/metrics.
QJsonObject toJson(const NodeCounters &counters);

} // namespace Tidegate
