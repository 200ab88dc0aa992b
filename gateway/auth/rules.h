// SPDX-License-Identifier: MIT
#pragma once

#include "base/decision.h"

// Why somebody is not let in, or not as the one they say.

namespace Tidegate::AuthRules {

inline constexpr DecisionRule OriginRefused{"origins.allowed", DecisionKind::Denied,
                                            "The page's origin may not talk to this gateway.",
                                            "Add the origin to origins.allowed (SSMA_ALLOWED_ORIGINS)."};
inline constexpr DecisionRule TokenRefused{
    "token", DecisionKind::Denied,
    "The token was forged, has expired or its session has ended; its bearer came in as a guest.",
    "Log in again or refresh the token; auth.token_ttl says how long one lasts."};
inline constexpr DecisionRule TokenExpired{"auth.token_ttl", DecisionKind::Denied,
                                           "The token expired on a live link, which went on as a guest.",
                                           "Refresh it in time, or raise auth.token_ttl."};
inline constexpr DecisionRule SessionEnded{"session-ended", DecisionKind::Denied,
                                           "The session was ended on a live link, which went on as a guest.",
                                           "Log in again."};
inline constexpr DecisionRule SiteBound{"site-binding", DecisionKind::Denied,
                                        "The account is bound to another site than the one asked for.",
                                        "Ask for its own site, or bind the account to none (users set-site)."};

} // namespace Tidegate::AuthRules
