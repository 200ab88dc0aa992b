// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// Why the dialect refuses, leaves out, delays or does not repeat.

namespace Tidegate::Ssma::Rules {

// Frames of a link.
inline constexpr DecisionRule Subprotocol{"ssma.protocol_version", DecisionKind::Closed,
                                          "The client speaks another version of the protocol.",
                                          "Update the client, or set ssma.protocol_version."};
inline constexpr DecisionRule MessageLimit{"ssma.message_max", DecisionKind::Denied,
                                           "The link has sent too many frames in this window.",
                                           "Raise ssma.message_max; 0 switches the limit off.", true};
inline constexpr DecisionRule Throttled{"links.throttle", DecisionKind::Denied,
                                        "The link has sent more frames than an operator allows it.",
                                        "Lift it: links throttle with max 0.", true};
inline constexpr DecisionRule FrameInvalid{"frame-contract", DecisionKind::Denied,
                                           "The frame is not one of the protocol; the code says why.",
                                           "Send what the protocol's contracts allow."};
inline constexpr DecisionRule NotLeader{"leader-only", DecisionKind::Denied, "Only a leader connection may write.",
                                        "Connect with role=leader."};
inline constexpr DecisionRule WriteNeedsLogin{"auth.require_auth_writes", DecisionKind::Denied,
                                              "Writing needs a login.", "Log in, or unset auth.require_auth_writes."};
inline constexpr DecisionRule BatchesInFlight{"batches-in-flight", DecisionKind::Delayed,
                                              "Reading paused: 64 of the link's batches were undecided.",
                                              "A faster backend helps; nothing was lost."};

// Intents.
inline constexpr DecisionRule Duplicate{"intent-duplicate", DecisionKind::Answered,
                                        "An intent of this id was taken before: its stored outcome was the answer.",
                                        "Give a new intent a new id; a retry is meant to be answered like this."};
inline constexpr DecisionRule BackendVerdict{"backend-verdict", DecisionKind::Denied,
                                             "The backend refused the intent, or did not decide it; the code says why.",
                                             "See the intent; what failed can be retried."};
inline constexpr DecisionRule NotStored{"store", DecisionKind::Denied, "The store did not take it.",
                                        "Look at the disk and at store.path."};
inline constexpr DecisionRule AmendRefused{"rework-undo", DecisionKind::Denied,
                                           "The rework or undo was not allowed; the code says why.",
                                           "Only the writer or staff may, and only what its meta.undo says."};

// Channels.
inline constexpr DecisionRule SubscribeLimit{"ssma.subscribe_max", DecisionKind::Denied,
                                             "Too many subscribes in this window.", "Raise ssma.subscribe_max.", true};
inline constexpr DecisionRule UnknownChannel{"unknown-channel", DecisionKind::Denied, "The channel is not registered.",
                                             "Add it to ssma.channels."};
inline constexpr DecisionRule ChannelRole{"ssma.channels", DecisionKind::Denied,
                                          "The channel needs a higher role than the client has.",
                                          "Lower its access in ssma.channels, or give the account the role."};
inline constexpr DecisionRule TooManySubscriptions{"ssma.max_subscriptions", DecisionKind::Denied,
                                                   "The link has as many subscriptions as it may have.",
                                                   "Unsubscribe, or raise ssma.max_subscriptions."};
inline constexpr DecisionRule SubscriptionsTooLarge{"ssma.max_subscription_bytes", DecisionKind::Denied,
                                                    "The params and filters of the link's subscriptions are too large.",
                                                    "Send smaller ones, or raise ssma.max_subscription_bytes."};
inline constexpr DecisionRule StreamQueryInvalid{"stream-query", DecisionKind::Denied,
                                                 "The event stream's URL asks for something that is not possible.",
                                                 "Ask for at most 100 islands with names of up to 128 bytes."};
inline constexpr DecisionRule NotSubscribed{"not-subscribed", DecisionKind::Denied,
                                            "The link has no such subscription.",
                                            "Subscribe first, with the same channel and params."};
inline constexpr DecisionRule CommandRefused{"channel-command", DecisionKind::Denied,
                                             "The channel has no such command, or it failed; the code says which.",
                                             "See the channel's metadata for its commands."};
inline constexpr DecisionRule SubscribeFailed{"subscribe-failed", DecisionKind::Denied,
                                              "The subscription could not be opened; the code says why.",
                                              "See the store and backend.url."};

// Islands and events of the backend.
inline constexpr DecisionRule IslandsOff{"ssma.islands_enabled", DecisionKind::Dropped, "All islands are switched off.",
                                         "Set ssma.islands_enabled."};
inline constexpr DecisionRule IslandOff{"ssma.disabled_islands", DecisionKind::Dropped, "The island is switched off.",
                                        "Take it out of ssma.disabled_islands."};
inline constexpr DecisionRule EventAgain{"backend-event-duplicate", DecisionKind::Answered,
                                         "An event of this eventId was taken before.", "Give a new event a new id."};

// Replays.
inline constexpr DecisionRule ReplayHidden{
    "replay-role", DecisionKind::Filtered, "Rows of channels that need a higher role were left out of the replay.",
    "Lower the channel's access in ssma.channels, or give the account the role."};
inline constexpr DecisionRule GapEpoch{"replay-epoch", DecisionKind::Gap,
                                       "The client's cursor is from another history: it started over.",
                                       "Nothing to do, unless the store was replaced by mistake."};
inline constexpr DecisionRule GapRetention{"store.max_entries", DecisionKind::Gap,
                                           "What the client missed is no longer kept.", "Raise store.max_entries."};
inline constexpr DecisionRule GapTooFar{"replay-too-far-behind", DecisionKind::Gap,
                                        "The event stream was more than 5000 rows behind and was given the present.",
                                        "Reconnect sooner, or read GET /optimistic/pending."};
inline constexpr DecisionRule GapStorage{"replay-storage", DecisionKind::Gap,
                                         "The store could not be read for the replay.", "Look at the disk."};

} // namespace Tidegate::Ssma::Rules
