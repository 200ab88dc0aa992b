// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// What fan-out keeps from subscribers.

namespace Tidegate::ChannelRules {

inline constexpr DecisionRule Hidden{"role", DecisionKind::Filtered,
                                     "Events were left out for subscribers whose role may not see them.",
                                     "Give the account a higher role, or lower the role of the channel or island "
                                     "(ssma.channels, ssma.islands)."};
inline constexpr DecisionRule HeldBack{"lag-held", DecisionKind::Delayed,
                                       "The client reads too slowly: what was published waits for it.",
                                       "A faster client or network helps; ws.max_buffered (mesh.max_buffered) sets "
                                       "where it begins."};
inline constexpr DecisionRule LagDropped{"lag-drop-oldest", DecisionKind::Dropped,
                                         "The client read too slowly: the oldest waiting publications were dropped, "
                                         "and it is told which.",
                                         "It can resync; the channel's overflow policy in ssma.channels, or "
                                         "mesh.overflow, decides."};
inline constexpr DecisionRule LagDroppedNewest{"lag-drop-newest", DecisionKind::Dropped,
                                               "The client read too slowly: what was published meanwhile was dropped, "
                                               "and it is told how much.",
                                               "A faster client or network helps; mesh.overflow decides."};
inline constexpr DecisionRule LagConflated{"lag-conflate", DecisionKind::Dropped,
                                           "The client read too slowly: newer events took the place of waiting ones.",
                                           "The overflow policy in ssma.channels or ssma.island_overflow decides."};
inline constexpr DecisionRule LossUntold{"lag-untold", DecisionKind::Closed,
                                         "The client read too slowly and lost events that could not be told.",
                                         "The overflow policy in ssma.island_overflow decides."};

} // namespace Tidegate::ChannelRules
