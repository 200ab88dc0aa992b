// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// Why the doors refuse, close or slow down.

namespace Tidegate::TransportRules {

inline constexpr DecisionRule HeadRefused{"http-head", DecisionKind::Denied,
                                          "The request head is not one the gateway takes.",
                                          "Send HTTP/1.1 as RFC 9112 and RFC 6455 have it."};
inline constexpr DecisionRule GuardRefused{"request-guard", DecisionKind::Denied,
                                           "The application around the gateway lets nobody in like that.",
                                           "Use the address and token it gives to its pages (desktop/README.md)."};
inline constexpr DecisionRule HeadTooLarge{"http.head_limit", DecisionKind::Denied, "The request head is too large.",
                                           "Raise http.head_limit, or send fewer and shorter headers."};
inline constexpr DecisionRule HeadTooSlow{"http.head_timeout", DecisionKind::Denied,
                                          "The request head did not arrive in time.", "Raise http.head_timeout."};
inline constexpr DecisionRule BodyTooSlow{"http.body_timeout", DecisionKind::Denied,
                                          "The request body did not arrive in time.", "Raise http.body_timeout."};
inline constexpr DecisionRule BodyEncoded{"http-body-encoding", DecisionKind::Denied, "The request body is compressed.",
                                          "Send it without Content-Encoding."};
inline constexpr DecisionRule AnswerUnread{"http.answer_timeout", DecisionKind::Closed,
                                           "The client did not read its answer in time.", "Raise http.answer_timeout."};
inline constexpr DecisionRule NothingThere{"no-endpoint", DecisionKind::Denied, "Nothing answers at this path.",
                                           "WebSockets open at /optimistic/ws, event streams at /optimistic/events."};
inline constexpr DecisionRule SlowLink{
    "ws.max_buffered", DecisionKind::Closed, "More bytes waited for the client than it may owe, for too long.",
    "Raise ws.max_buffered (sharedata.max_buffered, mesh.max_buffered) or ws.slow_consumer_grace, or choose another "
    "overflow policy: in ssma.channels, sharedata.overflow or mesh.overflow."};
inline constexpr DecisionRule SlowStream{"sse.max_queue", DecisionKind::Closed,
                                         "More bytes waited for the event stream than it may owe, for too long.",
                                         "Raise sse.max_queue or sse.drain_timeout."};
inline constexpr DecisionRule Shed{
    "server.max_queued", DecisionKind::Closed,
    "All clients together, or those of its site, were owed too much; this one went first.",
    "Raise server.max_queued or server.max_queued_per_site."};
inline constexpr DecisionRule Unresponsive{"ws.ping_interval", DecisionKind::Closed,
                                           "The client did not answer a ping for two intervals.",
                                           "Raise ws.ping_interval; 0 sends no pings."};
inline constexpr DecisionRule ProtocolError{"websocket-protocol", DecisionKind::Closed,
                                            "The client broke the WebSocket protocol.",
                                            "Frames must be masked, complete and valid UTF-8 (RFC 6455)."};
inline constexpr DecisionRule MessageTooBig{"ws.max_message", DecisionKind::Closed,
                                            "The client sent a message that is too big.",
                                            "Raise ws.max_message or ws.max_fragments, or send smaller batches."};
inline constexpr DecisionRule MessageTooSlow{"ws.message_timeout", DecisionKind::Closed,
                                             "The client began a message and did not finish it in time.",
                                             "Raise ws.message_timeout."};
inline constexpr DecisionRule CoreBusy{"core-busy", DecisionKind::Delayed,
                                       "Reading paused until the core had caught up.",
                                       "A faster disk or backend helps; nothing was lost."};
inline constexpr DecisionRule OutOfDescriptors{"descriptors", DecisionKind::Delayed,
                                               "New connections had to wait: no file descriptor was free.",
                                               "Raise ulimit -n, or LimitNOFILE= of the service."};

} // namespace Tidegate::TransportRules
