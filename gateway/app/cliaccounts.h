// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

#include "auth/user.h"

namespace Tidegate {

struct TokenOrder
{
    QString role;
    QString subject;
    QString site;
    QString ttl;
};

//! `token`: writes a session token signed with this gateway's key. \return exit code
int printToken(const GatewayConfig &config, const TokenOrder &order);

// `user ...`: work on the account database directly, whether a gateway runs or not. A running one notices at the
// user's next request of the database, and at the latest when the session token expires. Each returns an exit code.
int listUsers(const GatewayConfig &config);
int setUserRole(const GatewayConfig &config, const QString &email, const QString &role);
int setUserStatus(const GatewayConfig &config, const QString &email, UserStatus status);

} // namespace Tidegate
