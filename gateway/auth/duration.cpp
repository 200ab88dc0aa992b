// SPDX-License-Identifier: MIT
#include "auth/duration.h"

#include <QByteArray>
#include <QList>

namespace Tidegate {

namespace {

constexpr qsizetype MaxTextBytes = 64;
constexpr double SecondsPerYear = 365.25 * 86400;
constexpr double MaxSeconds = 100 * SecondsPerYear;

struct Unit
{
    double seconds;
    QList<QByteArray> names;
};

std::optional<double> secondsOfUnit(const QByteArray &name)
{
    static const QList<Unit> units{
        {1, {"s", "sec", "secs", "second", "seconds"}},
        {60, {"m", "min", "mins", "minute", "minutes"}},
        {3600, {"h", "hr", "hrs", "hour", "hours"}},
        {86400, {"d", "day", "days"}},
        {7 * 86400, {"w", "week", "weeks"}},
        {SecondsPerYear, {"y", "yr", "yrs", "year", "years"}},
    };
    for (const Unit &unit : units) {
        if (unit.names.contains(name))
            return unit.seconds;
    }
    return std::nullopt;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

std::optional<std::chrono::milliseconds> parseDuration(QByteArrayView text)
{
    if (text.size() > MaxTextBytes)
        return std::nullopt;
    qsizetype at = 0;
    bool hasPoint = false;
    while (at < text.size() && (isDigit(text[at]) || (text[at] == '.' && at > 0 && !hasPoint))) {
        hasPoint = hasPoint || text[at] == '.';
        ++at;
    }
    if (at == 0 || text[at - 1] == '.')
        return std::nullopt;
    const double amount = text.first(at).toByteArray().toDouble();
    if (at < text.size() && text[at] == ' ')
        ++at;
    const auto unitSeconds = secondsOfUnit(text.sliced(at).toByteArray().toLower());
    if (!unitSeconds || amount * *unitSeconds > MaxSeconds)
        return std::nullopt;
    return std::chrono::milliseconds(qRound64(amount * *unitSeconds * 1000));
}

} // namespace Tidegate
