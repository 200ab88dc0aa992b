// SPDX-License-Identifier: MIT
#pragma once

#include "auth/user.h"

namespace Tidegate {

struct Registration
{
    QString name; //!< may be empty
    QString email;
    QByteArray password; //!< UTF-8
};

//! A fresh session. The HTTP API puts accessToken into the cookie (SSMA spec section 4) and may return all of it.
struct Login
{
    User user;
    QByteArray sessionId;
    QByteArray accessToken;
    QByteArray refreshToken; //!< empty for API-key logins: the key itself is the long-lived secret
    qint64 expiresAtMs = 0;  //!< of accessToken
};

} // namespace Tidegate
