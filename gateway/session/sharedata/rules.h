// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// Why the dialect lets nobody in, refuses, delays or ends a connection.

namespace Tidegate::ShareData::Rules {

// Upgrades.
inline constexpr DecisionRule TokenRefused{"sharedata.tokens", DecisionKind::Denied,
                                           "No token, or one that nobody here vouches for: the upgrade was refused.",
                                           "Put it into sharedata.tokens, its issuer into sharedata.issuers, or set "
                                           "sharedata.auth_url or sharedata.accept_sessions."};
inline constexpr DecisionRule UnknownThrottled{
    "sharedata.unknown_max", DecisionKind::Denied,
    "The address has asked for too many documents that do not exist; its upgrades are refused for a while.",
    "Make the document, or raise sharedata.unknown_max; 0 switches the limit off.", true};

inline constexpr DecisionRule QueryTokenRefused{
    "sharedata.query_tokens", DecisionKind::Denied,
    "The token came in the query string, where logs of others may keep it: the upgrade was refused.",
    "Send it as Bearer, or come with a ticket (POST /realtime/ticket); or set sharedata.query_tokens."};
inline constexpr DecisionRule TicketRefused{
    "sharedata.ticket_ttl", DecisionKind::Denied,
    "The ticket is unknown, was used before or is too old: the upgrade was refused.",
    "Ask POST /realtime/ticket for one right before connecting, or raise sharedata.ticket_ttl."};

// POST /realtime/ticket.
inline constexpr DecisionRule TicketDenied{"sharedata-ticket", DecisionKind::Denied,
                                           "A ticket was asked for without a token that counts.",
                                           "Send as Bearer what an upgrade would take: see sharedata.tokens, issuers, "
                                           "auth_url and accept_sessions."};
inline constexpr DecisionRule TooManyTickets{"sharedata-tickets-unused", DecisionKind::Denied,
                                             "Too many tickets were taken and not used.",
                                             "Use them, or wait until they are too old (sharedata.ticket_ttl).", true};

// Frames of a link.
inline constexpr DecisionRule FrameInvalid{"sharedata-frame", DecisionKind::Closed,
                                           "The frame is not one of the protocol; the detail says why.",
                                           "Send what section 3 of the wire protocol has."};
inline constexpr DecisionRule MessageLimit{"sharedata.message_max", DecisionKind::Closed,
                                           "The link has sent too many frames in this window.",
                                           "Raise sharedata.message_max; 0 switches the limit off.", true};
inline constexpr DecisionRule Throttled{"links.throttle", DecisionKind::Closed,
                                        "The link has sent more frames than an operator allows it.",
                                        "Lift it: links throttle with max 0.", true};
inline constexpr DecisionRule FramesInFlight{"sharedata-frames-in-flight", DecisionKind::Delayed,
                                             "Reading paused: too many of the link's frames had no answer yet.",
                                             "A faster disk or function helps; nothing was lost."};
inline constexpr DecisionRule DocumentFull{
    "sharedata-document-full", DecisionKind::Delayed,
    "The link's next frames wait: proposals of the document, as much as may be, were not decided yet.",
    "See why its functions take so long (sharedata.function_timeout); nothing was lost."};
inline constexpr DecisionRule TokenExpired{"sharedata.end_with_token", DecisionKind::Closed,
                                           "The token expired on a live link.",
                                           "Connect with a new one, or unset sharedata.end_with_token."};

inline constexpr DecisionRule TokenWithdrawn{
    "sharedata-token-withdrawn", DecisionKind::Closed,
    "The link's static token was taken out of sharedata.tokens, or sharedata.accept_sessions was switched off.",
    "Connect with another one."};
inline constexpr DecisionRule SessionEnded{"sharedata-session-ended", DecisionKind::Closed,
                                           "The session behind the link was ended (logout, or by an operator).",
                                           "Log in again and connect with the new token."};

// Subscriptions.
inline constexpr DecisionRule UnknownDocument{
    "sharedata-unknown-document", DecisionKind::Closed, "There is no such document: the connection is ended with 4003.",
    "PUT /admin/sharedata/ID makes it; sharedata.hide_unknown leaves the connection open."};
inline constexpr DecisionRule UnknownHidden{"sharedata.hide_unknown", DecisionKind::Denied,
                                            "There is no such document: told as if the client may not see it.",
                                            "PUT /admin/sharedata/ID makes it."};
inline constexpr DecisionRule SubscribeDenied{"sharedata.subscribe_rules", DecisionKind::Denied,
                                              "The rules do not let the client see the document.",
                                              "Add an allow rule before the one that denies."};
inline constexpr DecisionRule AccessDenied{"sharedata.access_url", DecisionKind::Denied,
                                           "The program at sharedata.access_url did not say yes in time.",
                                           "Ask there; whatever is no clear yes is a no."};
inline constexpr DecisionRule TooManySubscriptions{"sharedata.max_subscriptions", DecisionKind::Closed,
                                                   "The link has as many subscriptions as it may have.",
                                                   "Unsubscribe, or raise sharedata.max_subscriptions."};
inline constexpr DecisionRule ReplayMissed{"sharedata.replay_count", DecisionKind::Gap,
                                           "What the client missed is no longer kept: it has the state, not the steps.",
                                           "Raise sharedata.replay_count, replay_bytes or replay_age."};

// Proposals.
inline constexpr DecisionRule ProposeDenied{"sharedata.propose_rules", DecisionKind::Denied,
                                            "The rules do not let the client invoke the function on the document.",
                                            "Add an allow rule before the one that denies."};
inline constexpr DecisionRule ProposalFailed{"sharedata-proposal-failed", DecisionKind::Denied,
                                             "The proposal could not be decided: no transaction; the detail says why.",
                                             "See sharedata.documents, sharedata.functions and the function itself."};
inline constexpr DecisionRule ProposalRejected{"sharedata-proposal-rejected", DecisionKind::Denied,
                                               "The function turned the proposal down: a transaction says so.",
                                               "See the function; the state is as it was."};

} // namespace Tidegate::ShareData::Rules
