// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"
#include "wire/error.h"

// Why the dialect refuses, keeps back, drops or ends. What its clients are told stands in words.h.

namespace Tidegate::Mesh::Rules {

// Connections and packets.
inline constexpr DecisionRule Origin{"mesh.allowed_origins", DecisionKind::Denied,
                                     "The page's origin may not connect as a mesh client.",
                                     "Add the origin to mesh.allowed_origins."};
inline constexpr DecisionRule Malformed{"mesh-packet", DecisionKind::Denied,
                                        "The frame is no packet, or begins with a version byte that is not accepted.",
                                        "Update the client, or add its byte to mesh.version_bytes."};
inline constexpr DecisionRule Throttled{"links.throttle", DecisionKind::Denied,
                                        "The link has sent more packets than an operator allows it.",
                                        "Lift it: links throttle with max 0.", true};
inline constexpr DecisionRule MessageRate{"mesh.messages_per_second", DecisionKind::Denied,
                                          "The session has sent too many packets in this second.",
                                          "Raise mesh.messages_per_second; 0 switches the limit off.", true};
inline constexpr DecisionRule ByteRate{"mesh.bytes_per_second", DecisionKind::Denied,
                                       "The session has sent too many bytes in this second.",
                                       "Raise mesh.bytes_per_second; 0 switches the limit off.", true};
inline constexpr DecisionRule UserRate{"mesh.user_messages_per_second", DecisionKind::Denied,
                                       "The user's sessions together have sent too much in this second.",
                                       "Raise mesh.user_messages_per_second or mesh.user_bytes_per_second.", true};

// Logins.
inline constexpr DecisionRule NotLoggedIn{"mesh-login", DecisionKind::Denied, "The client has not logged in.",
                                          "Send Auth with a token first."};
inline constexpr DecisionRule TokenRefused{"mesh-token", DecisionKind::Denied,
                                           "The login's token was refused; the code says why.",
                                           "Make a new token, or see mesh.secret, mesh.keys and mesh.public_keys."};
inline constexpr DecisionRule TokenEnded{"mesh-token-end", DecisionKind::Denied,
                                         "The session's token ended: its subscriptions and permissions went with it.",
                                         "Log in again on the same connection, with a newer token."};
inline constexpr DecisionRule LoginDeadline{"mesh.login_deadline", DecisionKind::Closed,
                                            "The client did not log in in time.",
                                            "Raise mesh.login_deadline; 0 switches it off."};
inline constexpr DecisionRule UserSessions{"mesh.user_sessions", DecisionKind::Denied,
                                           "The user has as many sessions as one may have.",
                                           "Close one, or raise mesh.user_sessions."};

// Subjects.
inline constexpr DecisionRule Subject{"mesh-subject", DecisionKind::Denied,
                                      "The subject is malformed: empty, with an empty token, a blank or a control "
                                      "character, or with a wildcard where none may stand.",
                                      "Send a subject of the grammar."};
inline constexpr DecisionRule Permission{"mesh-permissions", DecisionKind::Denied,
                                         "The token does not allow this on this subject.",
                                         "Change its permissions, allowed_subjects or deny_subjects."};
inline constexpr DecisionRule DenyFilter{"mesh-deny-subjects", DecisionKind::Filtered,
                                         "Messages were kept from subscribers whose token denies their subject.",
                                         "Change deny_subjects; _INBOX., $SYS. and $JS. are allowed only by name."};
inline constexpr DecisionRule Subscriptions{"mesh.max_subscriptions", DecisionKind::Denied,
                                            "The session has as many subscriptions as it may have.",
                                            "Unsubscribe, or raise mesh.max_subscriptions."};
inline constexpr DecisionRule UserSubscriptions{"mesh.user_subscriptions", DecisionKind::Denied,
                                                "The user has as many subscriptions as one may have.",
                                                "Unsubscribe, or raise mesh.user_subscriptions."};

inline constexpr DecisionRule ReplayLeftOut{
    "mesh.retain_replay", DecisionKind::Dropped,
    "So much waited for the client already that it was not sent what is retained; it was told.",
    "A faster client or network helps; so may a higher mesh.retain_replay."};

// Messages.
inline constexpr DecisionRule Payload{"mesh.max_payload", DecisionKind::Denied, "The payload is too large.",
                                      "Raise mesh.max_payload, and max_payload of the NATS server."};
inline constexpr DecisionRule OpenRequests{"mesh.max_requests", DecisionKind::Denied,
                                           "The session has as many open requests as it may have.",
                                           "Wait for answers, or raise mesh.max_requests."};
inline constexpr DecisionRule NoResponders{"mesh-no-responders", DecisionKind::Denied,
                                           "Nobody hears requests on this subject.", "Start the service."};
inline constexpr DecisionRule RequestTimeout{"mesh-request-timeout", DecisionKind::Denied,
                                             "Nobody answered the request in time.",
                                             "See what hears the subject; ten seconds is the most."};
inline constexpr DecisionRule ServiceBusy{
    "mesh-service-busy", DecisionKind::Dropped,
    "The client that offers this has as many requests to answer as it may have (mesh.max_requests).",
    "Start more clients that offer it, or raise mesh.max_requests."};
inline constexpr DecisionRule BusUnreachable{"cluster.nats_url", DecisionKind::Denied,
                                             "The NATS server cannot be reached, or its queue is full.",
                                             "See the NATS server, and cluster.queue."};

//! How a request failed; null: the gateway stops.
inline const DecisionRule *ofRequest(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return &NoResponders;
    case ErrorCode::Timeout:
        return &RequestTimeout;
    case ErrorCode::RateLimited:
        return &OpenRequests;
    case ErrorCode::Unavailable:
        return &BusUnreachable;
    default:
        return nullptr;
    }
}

} // namespace Tidegate::Mesh::Rules
