// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QFuture>
#include <QString>

namespace Tidegate {

//! Why an account request was refused. The HTTP API maps each to a status and code (SSMA spec section 4).
enum class AuthFault : quint8 {
    MissingCredentials, //!< e-mail or password absent
    InvalidEmail,
    InvalidName,
    InvalidPassword, //!< registration: under 8 characters or over 1024 bytes
    EmailTaken,
    InvalidCredentials, //!< unknown mail, wrong password, disabled account or bad API key; never says which
    Unauthenticated,    //!< nobody is logged in
    Forbidden,
    UserNotFound,
    NotFound,         //!< no such API key
    InvalidToken,     //!< refresh token unknown, expired, revoked or used before (the latter ends its session)
    InvalidIntegrity, //!< nonce, time, hash or signature of an integrity claim does not hold
    TooMany,          //!< a per-user bound is reached
    Unavailable,      //!< overloaded or shutting down; retry later
    Storage,
};

//! Text is written for a person and may go on the wire; it never carries a secret.
struct AuthError
{
    AuthFault fault = AuthFault::Unavailable;
    QString text;

    friend bool operator==(const AuthError &, const AuthError &) = default;
};

//! For failures of the database, which were logged where they happened.
inline AuthError storageFault()
{
    return {AuthFault::Storage, QStringLiteral("The account store failed")};
}

template <typename T>
using AuthResult = Result<T, AuthError>;
//! Always finishes with exactly one result, also at shutdown (Unavailable).
template <typename T>
using AuthFuture = QFuture<AuthResult<T>>;

} // namespace Tidegate
