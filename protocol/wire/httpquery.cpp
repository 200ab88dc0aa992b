// SPDX-License-Identifier: MIT
#include "wire/httpquery.h"

namespace Tidegate::Http {

namespace {

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

QByteArray formDecode(QByteArrayView text)
{
    return percentDecode(text.toByteArray().replace('+', ' '));
}

//! Cuts \p rest at the first \p separator and returns what stood before it.
QByteArrayView takeUntil(QByteArrayView &rest, char separator)
{
    const qsizetype at = rest.indexOf(separator);
    const QByteArrayView taken = at < 0 ? rest : rest.first(at);
    rest = at < 0 ? QByteArrayView() : rest.sliced(at + 1);
    return taken;
}

} // namespace

QByteArray percentDecode(QByteArrayView text)
{
    QByteArray decoded;
    decoded.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = high >= 0 ? hexValue(text[i + 2]) : -1;
        if (low >= 0) {
            decoded += char(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name)
{
    while (!query.isEmpty()) {
        QByteArrayView value = takeUntil(query, '&');
        const QByteArrayView key = takeUntil(value, '=');
        if (formDecode(key) == name)
            return formDecode(value);
    }
    return std::nullopt;
}

std::optional<QByteArray> cookieValue(QByteArrayView cookieHeader, QByteArrayView name)
{
    while (!cookieHeader.isEmpty()) {
        const QByteArrayView pair = takeUntil(cookieHeader, ';').trimmed();
        const qsizetype equals = pair.indexOf('=');
        if (equals < 0 || pair.first(equals).trimmed() != name)
            continue;
        QByteArrayView value = pair.sliced(equals + 1).trimmed();
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.sliced(1, value.size() - 2);
        return percentDecode(value);
    }
    return std::nullopt;
}

} // namespace Tidegate::Http
