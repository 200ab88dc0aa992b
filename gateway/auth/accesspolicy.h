// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"

#include <QHash>

namespace Tidegate {

//! Which role an island's events need (SSMA spec sections 2 and 10). Unlisted islands are open to guests. A value.
class IslandPolicy
{
public:
    //! The table SSMA ships.
    static QHash<QByteArray, Role> defaultRoles();

    explicit IslandPolicy(QHash<QByteArray, Role> roles = defaultRoles());

    Role roleFor(const QByteArray &islandId) const { return m_roles.value(islandId, Role::Guest); }
    bool isVisibleTo(const Principal &principal, const QByteArray &islandId) const
    {
        return principal.may(roleFor(islandId));
    }

private:
    QHash<QByteArray, Role> m_roles;
};

} // namespace Tidegate
