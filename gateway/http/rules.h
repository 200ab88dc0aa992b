// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// Why the HTTP API refuses.

namespace Tidegate::HttpRules {

inline constexpr DecisionRule RequestLimit{"http.rate_max", DecisionKind::Denied,
                                           "The address has made too many requests in this window.",
                                           "Raise http.rate_max; 0 switches the limit off.", true};
inline constexpr DecisionRule ReworkLimit{"ssma.rework_max", DecisionKind::Denied,
                                          "Too many reworks and undos in this window.", "Raise ssma.rework_max.", true};
inline constexpr DecisionRule LogBatchLimit{"log-batches", DecisionKind::Denied,
                                            "The address has sent too many log batches in this window.",
                                            "Send bigger batches; 60 per minute are taken.", true};
inline constexpr DecisionRule BodyTooLarge{"http.body_limit", DecisionKind::Denied, "The request body is too large.",
                                           "Raise http.body_limit, or send less at once."};
inline constexpr DecisionRule BodyInvalid{"http-body", DecisionKind::Denied, "The request body is not JSON.",
                                          "Send valid JSON as application/json."};
inline constexpr DecisionRule RoleRequired{"route-role", DecisionKind::Denied,
                                           "The caller's role may not use this route.",
                                           "Log in with a higher role (users set-role)."};
inline constexpr DecisionRule MetricsPrivate{"http.metrics_public", DecisionKind::Denied,
                                             "Metrics are for staff and this machine only.",
                                             "Set http.metrics_public, or send a staff token."};
inline constexpr DecisionRule BackendToken{"backend.internal_token", DecisionKind::Denied,
                                           "Backend events came without the backend's token.",
                                           "Send backend.internal_token as bearer; without one, from this machine."};
inline constexpr DecisionRule DocumentToken{"sharedata.admin_token", DecisionKind::Denied,
                                            "A document was to be changed without the token for it.",
                                            "Send sharedata.admin_token as x-admin-token, or log in as staff."};
inline constexpr DecisionRule OperatorRefused{"admin.view_role", DecisionKind::Denied,
                                              "The caller is no operator of this gateway.",
                                              "Log in with the role of admin.view_role and without a site."};
inline constexpr DecisionRule Deadline{"http-deadline", DecisionKind::Dropped,
                                       "The request was not answered within 30 seconds.",
                                       "Look at backend.latencyMs and core.lagMs."};
inline constexpr DecisionRule Busy{"http-busy", DecisionKind::Denied, "Too many requests were open at once.",
                                   "Retry later, as Retry-After says."};

} // namespace Tidegate::HttpRules
