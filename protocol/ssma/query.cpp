// SPDX-License-Identifier: MIT
#include "ssma/query.h"

#include "wire/httpquery.h"
#include "wire/jsonslice.h"

#include <QString>

#include <cmath>
#include <limits>

namespace Tidegate::Ssma {

namespace {

constexpr qsizetype MaxTokenChars = 64;

//! Bad UTF-8 becomes U+FFFD, because frames carry these texts.
QByteArray queryText(QByteArrayView query, QByteArrayView name)
{
    return QString::fromUtf8(Http::queryValue(query, name).value_or(QByteArray())).toUtf8();
}

std::optional<quint64> cursorOf(const QByteArray &text)
{
    bool isNumber = false;
    const quint64 whole = text.toULongLong(&isNumber);
    if (isNumber)
        return whole;
    const double value = text.toDouble(&isNumber);
    if (!isNumber || !std::isfinite(value))
        return {};
    constexpr double TwoTo64 = 18446744073709551616.0;
    if (value >= TwoTo64)
        return std::numeric_limits<quint64>::max();
    return value > 0 ? quint64(value) : 0;
}

//! The number before the first dot.
std::optional<quint32> majorOf(QByteArrayView version)
{
    const qsizetype dot = version.indexOf('.');
    const QByteArray major = (dot < 0 ? version : version.first(dot)).toByteArray();
    for (const char c : major) {
        if (c < '0' || c > '9')
            return {};
    }
    bool isNumber = false;
    const uint number = major.toUInt(&isNumber);
    return isNumber ? std::optional<quint32>(number) : std::nullopt;
}

} // namespace

ConnectQuery ConnectQuery::parse(QByteArrayView rawQuery)
{
    ConnectQuery query;
    const QByteArray role = cutToUtf16(queryText(rawQuery, "role").toLower(), MaxTokenChars);
    if (!role.isEmpty())
        query.role = role;
    const QByteArray site = cutToUtf16(queryText(rawQuery, "site"), MaxSiteChars);
    if (!site.isEmpty())
        query.site = site;
    query.subprotocol = cutToUtf16(queryText(rawQuery, "subprotocol"), MaxTokenChars);
    const std::optional<quint64> cursor = cursorOf(queryText(rawQuery, "cursor"));
    query.hasCursor = cursor.has_value();
    query.cursor = cursor.value_or(0);
    return query;
}

bool isCompatibleSubprotocol(QByteArrayView asked, QByteArrayView server)
{
    if (asked.isEmpty())
        return true;
    const std::optional<quint32> major = majorOf(asked);
    return major && major == majorOf(server);
}

} // namespace Tidegate::Ssma
