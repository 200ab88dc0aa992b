// SPDX-License-Identifier: MIT
#include "auth/cookies.h"

namespace Tidegate {

namespace {

QByteArray cookieText(const CookieStyle &style, QByteArrayView value, std::chrono::seconds maxAge)
{
    QByteArray text = style.name + '=' + value.toByteArray() +
                      "; Max-Age=" + QByteArray::number(qint64(maxAge.count())) + "; Path=/; HttpOnly; SameSite=Lax";
    if (style.secure)
        text += "; Secure";
    return text;
}

} // namespace

QByteArray sessionCookie(const CookieStyle &style, QByteArrayView token)
{
    return cookieText(style, token, style.maxAge);
}

QByteArray clearedSessionCookie(const CookieStyle &style)
{
    return cookieText(style, {}, std::chrono::seconds(0));
}

} // namespace Tidegate
