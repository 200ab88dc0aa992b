// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

namespace Tidegate {

//! Ordered by rank: allowed means rank(have) >= rank(need). (SSMA spec section 4)
enum class Role : quint8 { Guest, User, Staff, Admin, System };

//! Lower-case wire name: "guest" ... "system".
QByteArray roleName(Role role);
//! Exact lower-case names only; anything else is nothing, and callers then treat the bearer as a guest.
std::optional<Role> roleFromName(QByteArrayView name);

//! Who is on the other end of a link or request, as decided by auth. A value; copied freely between threads.
struct Principal
{
    QByteArray subjectId; //!< user id; empty for a guest without a session
    Role role = Role::Guest;
    QByteArray site;        //!< tenant the token is bound to; empty = not bound
    QByteArray sessionId;   //!< revocable login session ("sid" claim); empty for tokens minted without one
    qint64 expiresAtMs = 0; //!< wall clock; 0 = never

    bool isGuest() const { return role == Role::Guest; }
    bool hasSession() const { return !subjectId.isEmpty(); }
    bool may(Role needed) const { return role >= needed; }
    bool isExpiredAt(qint64 nowMs) const { return expiresAtMs != 0 && nowMs >= expiresAtMs; }

    friend bool operator==(const Principal &, const Principal &) = default;
};

} // namespace Tidegate
