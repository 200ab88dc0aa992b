// SPDX-License-Identifier: MIT
#include "app/configvalue.h"

#include "auth/duration.h"

#include <QRegularExpression>

#include <array>

namespace Tidegate {

namespace {

struct Unit
{
    qint64 factor;
    QLatin1StringView name;
};

constexpr std::array DurationUnits{Unit{86'400'000, QLatin1StringView("d")}, Unit{3'600'000, QLatin1StringView("h")},
                                   Unit{60'000, QLatin1StringView("m")}, Unit{1'000, QLatin1StringView("s")},
                                   Unit{1, QLatin1StringView("ms")}};
constexpr std::array ByteUnits{Unit{1LL << 30, QLatin1StringView("GiB")}, Unit{1LL << 20, QLatin1StringView("MiB")},
                               Unit{1LL << 10, QLatin1StringView("KiB")}, Unit{1, QLatin1StringView("B")}};

template <std::size_t N>
std::optional<qint64> quantityFromText(const QString &text, const std::array<Unit, N> &units)
{
    static const QRegularExpression Form(QStringLiteral("^\\s*(\\d{1,9})\\s*([A-Za-z]+)\\s*$"));
    const auto match = Form.match(text);
    for (const Unit &unit : units) {
        if (match.captured(2).compare(unit.name, Qt::CaseInsensitive) == 0)
            return match.captured(1).toLongLong() * unit.factor;
    }
    return std::nullopt;
}

//! In the largest unit that divides the value.
template <std::size_t N>
QString quantityText(qint64 value, const std::array<Unit, N> &units)
{
    for (const Unit &unit : units) {
        if (value != 0 && value % unit.factor == 0)
            return QString::number(value / unit.factor) + unit.name;
    }
    return QStringLiteral("0");
}

QStringList trimmedParts(const QString &text)
{
    QStringList parts;
    for (const QString &part : text.split(u',')) {
        if (const QString trimmed = part.trimmed(); !trimmed.isEmpty())
            parts.append(trimmed);
    }
    return parts;
}

std::optional<QVariant> booleanFromText(const QString &text)
{
    static const QStringList Yes{QStringLiteral("true"), QStringLiteral("on"), QStringLiteral("yes"),
                                 QStringLiteral("1")};
    static const QStringList No{QStringLiteral("false"), QStringLiteral("off"), QStringLiteral("no"),
                                QStringLiteral("0")};
    const QString lower = text.trimmed().toLower();
    if (Yes.contains(lower))
        return true;
    if (No.contains(lower))
        return false;
    return std::nullopt;
}

std::optional<QVariant> tableFromText(const QString &text)
{
    QVariantMap table;
    for (const QString &part : trimmedParts(text)) {
        const auto equals = part.indexOf(u'=');
        if (equals < 1)
            return std::nullopt;
        table.insert(part.left(equals).trimmed(), part.mid(equals + 1).trimmed());
    }
    return table;
}

ConfigCodec<qint64> quantityCodec(qint64 least, qint64 most, std::optional<qint64> (*parse)(const QString &),
                                  QString (*print)(qint64), const QString &kind)
{
    const QString expected = QStringLiteral("%1, from %2 to %3").arg(kind, print(least), print(most));
    const auto read = [least, most, parse](qint64 &target, const QVariant &value) {
        const auto parsed =
            value.typeId() == QMetaType::QString ? parse(value.toString()) : std::optional<qint64>(value.toLongLong());
        if (!parsed || *parsed < least || *parsed > most)
            return false;
        target = *parsed;
        return true;
    };
    const auto write = [print](const qint64 &source) {
        return source == 0 ? QVariant(source) : QVariant(print(source));
    };
    return {ValueShape::Quantity, expected, read, write};
}

template <typename I>
ConfigCodec<I> integerCodec(I least, I most)
{
    const auto read = [least, most](I &target, const QVariant &value) {
        const qint64 number = value.toLongLong();
        if (number < least || number > most)
            return false;
        target = static_cast<I>(number);
        return true;
    };
    return {ValueShape::Integer, QStringLiteral("a whole number from %1 to %2").arg(least).arg(most), read,
            [](const I &source) { return QVariant(qint64(source)); }};
}

} // namespace

std::optional<QVariant> valueFromText(ValueShape shape, const QString &text)
{
    bool isNumber = false;
    const qint64 number = text.trimmed().toLongLong(&isNumber);
    switch (shape) {
    case ValueShape::Boolean:
        return booleanFromText(text);
    case ValueShape::Integer:
        return isNumber ? std::optional<QVariant>(number) : std::nullopt;
    case ValueShape::Quantity:
        return isNumber ? QVariant(number) : QVariant(text);
    case ValueShape::Text:
        return QVariant(text);
    case ValueShape::List:
        return QVariant(trimmedParts(text));
    case ValueShape::Table:
        return tableFromText(text);
    }
    return std::nullopt;
}

std::optional<qint64> durationFromText(const QString &text)
{
    if (const auto exact = quantityFromText(text, DurationUnits))
        return exact;
    const auto spelledOut = parseDuration(text.toUtf8());
    return spelledOut ? std::optional<qint64>(spelledOut->count()) : std::nullopt;
}

QString durationText(qint64 milliseconds)
{
    return quantityText(milliseconds, DurationUnits);
}

std::optional<qint64> byteCountFromText(const QString &text)
{
    return quantityFromText(text, ByteUnits);
}

QString byteCountText(qint64 bytes)
{
    return quantityText(bytes, ByteUnits);
}

ConfigCodec<bool> booleanCodec()
{
    const auto read = [](bool &target, const QVariant &value) {
        target = value.toBool();
        return true;
    };
    return {ValueShape::Boolean, QStringLiteral("true or false"), read, [](const bool &source) { return source; }};
}

ConfigCodec<qint64> wholeNumberCodec(qint64 least, qint64 most)
{
    return integerCodec<qint64>(least, most);
}

ConfigCodec<int> smallNumberCodec(int least, int most)
{
    return integerCodec<int>(least, most);
}

ConfigCodec<qint64> durationCodec(qint64 leastMs, qint64 mostMs)
{
    return quantityCodec(leastMs, mostMs, durationFromText, durationText,
                         QStringLiteral("a duration such as \"10s\" or \"15m\" (a bare number is milliseconds)"));
}

ConfigCodec<qint64> byteCountCodec(qint64 least, qint64 most)
{
    return quantityCodec(least, most, byteCountFromText, byteCountText,
                         QStringLiteral("a size such as \"64KiB\" (a bare number is bytes)"));
}

ConfigCodec<QString> textCodec(const QString &expected)
{
    const auto read = [](QString &target, const QVariant &value) {
        target = value.toString();
        return true;
    };
    return {ValueShape::Text, expected, read, [](const QString &source) { return QVariant(source); }};
}

ConfigCodec<QByteArray> bytesCodec(const QString &expected, std::function<bool(const QByteArray &)> accepts)
{
    const auto read = [accepts](QByteArray &target, const QVariant &value) {
        const QByteArray bytes = value.toString().toUtf8();
        if (accepts && !accepts(bytes))
            return false;
        target = bytes;
        return true;
    };
    return {ValueShape::Text, expected, read,
            [](const QByteArray &source) { return QVariant(QString::fromUtf8(source)); }};
}

ConfigCodec<QUrl> httpUrlCodec()
{
    const auto read = [](QUrl &target, const QVariant &value) {
        QString text = value.toString().trimmed();
        if (text.endsWith(u'/'))
            text.chop(1);
        const QUrl url(text, QUrl::StrictMode);
        const bool isWeb = url.scheme() == QLatin1StringView("http") || url.scheme() == QLatin1StringView("https");
        if (!text.isEmpty() && (!url.isValid() || !isWeb || url.host().isEmpty()))
            return false;
        target = url;
        return true;
    };
    return {ValueShape::Text, QStringLiteral("an address such as \"http://127.0.0.1:8080\", or empty text"), read,
            [](const QUrl &source) { return QVariant(source.toString()); }};
}

} // namespace Tidegate
