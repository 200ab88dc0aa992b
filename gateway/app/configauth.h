// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

#include "auth/authconfig.h"
#include "wire/result.h"

namespace Tidegate {

class Rng;

//! What auth needs, with its key: auth.secret, or the content of auth.secret_file, which is made if it is not there.
//! Fails if the key file cannot be used. Blocks on the disk.
Result<AuthConfig> makeAuthConfig(const GatewayConfig &config, Rng &rng);

} // namespace Tidegate
