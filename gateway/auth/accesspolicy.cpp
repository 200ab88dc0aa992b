// SPDX-License-Identifier: MIT
#include "auth/accesspolicy.h"

namespace Tidegate {

QHash<QByteArray, Role> IslandPolicy::defaultRoles()
{
    return {
        {"product-inventory", Role::Guest}, {"product-reviews", Role::User}, {"blog-comments", Role::User},
        {"hydration-test", Role::Guest},    {"ops.dashboard", Role::Staff},
    };
}

IslandPolicy::IslandPolicy(QHash<QByteArray, Role> roles)
    : m_roles(std::move(roles))
{
}

} // namespace Tidegate
