// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <chrono>

namespace Tidegate {

//! How the session cookie is written. (SSMA spec section 4)
struct CookieStyle
{
    QByteArray name = "ssma_session";
    bool secure = false;
    std::chrono::seconds maxAge = std::chrono::hours(1);
};

//! Value of a Set-Cookie header. \p token must be a token of TokenSigner: nothing in it is escaped.
QByteArray sessionCookie(const CookieStyle &style, QByteArrayView token);
//! Value of a Set-Cookie header that makes the browser drop the cookie.
QByteArray clearedSessionCookie(const CookieStyle &style);

} // namespace Tidegate
