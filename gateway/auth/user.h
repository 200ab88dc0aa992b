// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace Tidegate {

enum class UserStatus : quint8 { Active, Disabled };

//! An account without its password. Times are wall clock milliseconds. (SSMA spec section 4)
struct User
{
    QByteArray id; //!< uuid
    QString email; //!< normalised, unique
    QString name;
    Role role = Role::User;
    UserStatus status = UserStatus::Active;
    QByteArray site; //!< tenant this account's tokens are bound to; empty = any; not part of the JSON
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    std::optional<qint64> lastLoginAtMs;

    friend bool operator==(const User &, const User &) = default;
};

//! {"id","email","name","role","status","createdAt","updatedAt","lastLoginAt"}; ISO times with milliseconds and Z.
QByteArray userJson(const User &user);

//! Trimmed, NFC, lower case; nothing if it does not look like an address or is over 254 bytes.
std::optional<QString> normalisedEmail(const QString &text);

} // namespace Tidegate
