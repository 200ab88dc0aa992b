// SPDX-License-Identifier: MIT
#include "auth/principal.h"

#include <array>

namespace Tidegate {

namespace {
constexpr std::array<const char *, 5> RoleNames{"guest", "user", "staff", "admin", "system"};
}

QByteArray roleName(Role role)
{
    return RoleNames.at(size_t(role));
}

std::optional<Role> roleFromName(QByteArrayView name)
{
    for (size_t i = 0; i < RoleNames.size(); ++i) {
        if (name == QByteArrayView(RoleNames.at(i)))
            return Role(i);
    }
    return std::nullopt;
}

} // namespace Tidegate
