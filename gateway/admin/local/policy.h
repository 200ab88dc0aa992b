// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "auth/principal.h"
#include "session/ssma/service.h"

namespace Tidegate::Admin {

//! Decides as sessions do, and says why. Core thread, where the rules are.
PolicyAnswer explainPolicy(Ssma::Service &service, const PolicyQuestion &question, const Principal &principal);

} // namespace Tidegate::Admin
