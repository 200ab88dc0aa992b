// SPDX-License-Identifier: MIT
#include "qml/models/format.h"

#include "qml/models/tone.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>

#include <array>
#include <cmath>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;
using Admin::ColumnType;
using Admin::StatisticUnit;

namespace {

const QString None = u"–"_s;
const QString ThinSpace = u"\u202f"_s;

QString withUnit(const QString &number, const QString &unit)
{
    return unit.isEmpty() ? number : number + ThinSpace + unit;
}

//! Three significant digits, as far as they are before or just after the point.
QString threeDigits(double value)
{
    const double size = std::abs(value);
    const int decimals = size >= 99.95 || value == std::floor(value) ? 0 : size >= 9.995 ? 1 : 2;
    return QString::number(value, 'f', decimals);
}

template <size_t N>
QString scaled(double value, double factor, const std::array<QLatin1StringView, N> &units)
{
    size_t unit = 0;
    while (std::abs(value) >= factor * 0.9995 && unit + 1 < N) {
        value /= factor;
        ++unit;
    }
    return withUnit(unit == 0 && value == std::floor(value) ? QString::number(value, 'f', 0) : threeDigits(value),
                    units[unit]);
}

//! A mark reads as its note.
QString markText(const QJsonObject &mark)
{
    const QString note = mark[u"note"_s].toString();
    if (!note.isEmpty())
        return note;
    return mark[u"handled"_s].toBool() ? u"handled"_s : u"marked"_s;
}

bool isTime(const QJsonValue &value)
{
    return value.isDouble() && value.toDouble() > 0;
}

QDateTime localTime(double ms)
{
    return QDateTime::fromMSecsSinceEpoch(qint64(ms));
}

} // namespace

QString Format::cell(const Admin::Column &column, const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined())
        return {};
    switch (column.type) {
    case ColumnType::Integer:
        return value.isDouble() ? number(value.toDouble()) : value.toString();
    case ColumnType::Number:
        return number(value.toDouble(), 2);
    case ColumnType::Bytes:
        return bytes(value.toDouble());
    case ColumnType::DurationMs:
        return duration(value.toDouble());
    case ColumnType::TimeMs:
        return isTime(value) ? time(value.toDouble()) : QString();
    case ColumnType::Bool:
        return value.toBool() ? u"yes"_s : u"no"_s;
    case ColumnType::Text:
    case ColumnType::Enum:
    case ColumnType::Json:
        break;
    }
    if (column.name == MarkColumn && value.isObject())
        return markText(value.toObject());
    return jsonText(value, false);
}

QString Format::hint(const Admin::Column &column, const QJsonValue &value)
{
    switch (column.type) {
    case ColumnType::TimeMs:
        return isTime(value) ? utc(value.toDouble()) + u"  ("_s + age(value.toDouble()) + u')' : QString();
    case ColumnType::Bytes:
        return value.toDouble() >= 1024 ? withUnit(number(value.toDouble()), u"bytes"_s) : QString();
    case ColumnType::DurationMs:
        return value.toDouble() >= 1000 ? withUnit(number(value.toDouble()), u"ms"_s) : QString();
    default:
        break;
    }
    if (column.name != MarkColumn || !value.isObject())
        return {};
    const QJsonObject mark = value.toObject();
    return u"%1%2, %3"_s.arg(mark[u"by"_s].toString(), mark[u"handled"_s].toBool() ? u": handled"_s : QString(),
                             time(mark[u"at"_s].toDouble()));
}

QString Format::statistic(double value, StatisticUnit unit)
{
    if (std::isnan(value))
        return None;
    switch (unit) {
    case StatisticUnit::Count:
        // How many there are is read exactly as long as it fits.
        return value < 100'000 ? number(value) : compact(value);
    case StatisticUnit::PerSecond:
        return withUnit(compact(value), u"/s"_s);
    case StatisticUnit::Bytes:
        return bytes(value);
    case StatisticUnit::BytesPerSecond:
        return bytes(value) + u"/s"_s;
    case StatisticUnit::Milliseconds:
        return withUnit(threeDigits(value), u"ms"_s);
    case StatisticUnit::Percent:
        break;
    }
    return withUnit(threeDigits(value), u"%"_s);
}

QString Format::number(double value, int decimals)
{
    if (std::isnan(value))
        return None;
    QString text = QString::number(value, 'f', value == std::floor(value) ? 0 : decimals);
    const qsizetype point = text.indexOf(u'.');
    for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > (value < 0 ? 1 : 0); at -= 3)
        text.insert(at, ThinSpace);
    return text;
}

QString Format::compact(double value)
{
    static constexpr std::array Units{""_L1, "k"_L1, "M"_L1, "G"_L1};
    // Up to four digits the exact number is as short.
    if (std::isnan(value))
        return None;
    return std::abs(value) < 10'000 && value == std::floor(value) ? number(value) : scaled(value, 1000, Units);
}

QString Format::bytes(double value)
{
    static constexpr std::array Units{"B"_L1, "KiB"_L1, "MiB"_L1, "GiB"_L1, "TiB"_L1};
    return std::isnan(value) ? None : scaled(value, 1024, Units);
}

QString Format::duration(double ms)
{
    if (std::isnan(ms))
        return None;
    if (ms < 1000)
        return withUnit(threeDigits(ms), u"ms"_s);
    const auto seconds = qint64(ms / 1000);
    if (seconds < 60)
        return withUnit(threeDigits(ms / 1000), u"s"_s);
    struct Step
    {
        qint64 size;
        QLatin1StringView big, small;
        qint64 part;
    };
    static constexpr std::array Steps{Step{86400, "d"_L1, "h"_L1, 3600}, Step{3600, "h"_L1, "m"_L1, 60},
                                      Step{60, "m"_L1, "s"_L1, 1}};
    for (const Step &step : Steps) {
        if (seconds < step.size)
            continue;
        const QString text = withUnit(QString::number(seconds / step.size), step.big);
        const qint64 rest = seconds % step.size / step.part;
        return rest > 0 ? text + u' ' + withUnit(QString::number(rest), step.small) : text;
    }
    return {};
}

QString Format::time(double ms)
{
    const QDateTime at = localTime(ms);
    const bool isToday = at.date() == QDate::currentDate();
    return at.toString(isToday ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm"_s);
}

QString Format::clock(double ms, bool withMs)
{
    return localTime(ms).toString(withMs ? u"HH:mm:ss.zzz"_s : u"HH:mm:ss"_s);
}

QString Format::utc(double ms)
{
    return QDateTime::fromMSecsSinceEpoch(qint64(ms), QTimeZone::utc()).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s) +
           u" UTC"_s;
}

QString Format::tone(const QString &word)
{
    return toneOf(word);
}

QString Format::age(double ms)
{
    const double age = double(QDateTime::currentMSecsSinceEpoch()) - ms;
    if (std::abs(age) < 1000)
        return u"now"_s;
    const QString span = duration(std::floor(std::abs(age) / 1000) * 1000);
    return age < 0 ? u"in "_s + span : span + u" ago"_s;
}

QString Format::json(const QJsonValue &value)
{
    return jsonText(value, true);
}

QString Format::jsonText(const QJsonValue &value, bool isIndented)
{
    const auto style = isIndented ? QJsonDocument::Indented : QJsonDocument::Compact;
    switch (value.type()) {
    case QJsonValue::Object:
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(style)).trimmed();
    case QJsonValue::Array: {
        // A list of words reads better as words.
        const QJsonArray array = value.toArray();
        const bool isWords = std::all_of(array.begin(), array.end(), [](const QJsonValue &v) { return v.isString(); });
        if (isWords && !isIndented)
            return QVariant(array.toVariantList()).toStringList().join(u", "_s);
        return QString::fromUtf8(QJsonDocument(array).toJson(style)).trimmed();
    }
    case QJsonValue::Double:
        return QVariant(value.toVariant()).toString();
    case QJsonValue::Bool:
        return value.toBool() ? u"true"_s : u"false"_s;
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    return {};
}

} // namespace Tidegate::Console
