// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"

#include <QVariant>

#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>

// How settings look outside: in TOML, in an environment variable, as a flag's text, in `config print`. All of these
// meet in a QVariant of one of five shapes; a ConfigCodec turns that into the typed member and back.

namespace Tidegate {

enum class ValueShape : quint8 {
    Boolean,  //!< bool
    Integer,  //!< qint64
    Quantity, //!< qint64 in the base unit, or text with a unit
    Text,     //!< QString
    List,     //!< QStringList; as text: comma-separated
    Table,    //!< QVariantMap of text or QVariantMap; as text: name=value,name=value
};

//! The text of an environment variable or flag in its setting's shape; nothing if it cannot be that.
std::optional<QVariant> valueFromText(ValueShape shape, const QString &text);

//! Milliseconds of "250ms", "10s", "15m", "2 hours", "30d". A bare number is refused here.
std::optional<qint64> durationFromText(const QString &text);
QString durationText(qint64 milliseconds);

//! Bytes of "64KiB", "1 MiB", "2GiB".
std::optional<qint64> byteCountFromText(const QString &text);
QString byteCountText(qint64 bytes);

//! "127.0.0.1:5050", "[::1]:5050", "localhost:5050"; "*:5050" = all interfaces.
std::optional<ListenAddress> listenAddressFromText(const QString &text);
QString listenAddressText(const ListenAddress &address);

template <typename T>
struct ConfigCodec
{
    ValueShape shape;
    QString expected; //!< completes "expected ..."
    //! False leaves the target as it was.
    std::function<bool(T &target, const QVariant &value)> read;
    std::function<QVariant(const T &source)> write;
};

ConfigCodec<bool> booleanCodec();
ConfigCodec<qint64> wholeNumberCodec(qint64 least, qint64 most);
ConfigCodec<int> smallNumberCodec(int least, int most);
ConfigCodec<qint64> durationCodec(qint64 leastMs, qint64 mostMs);
ConfigCodec<qint64> byteCountCodec(qint64 least, qint64 most);
ConfigCodec<QString> textCodec(const QString &expected);
ConfigCodec<QByteArray> bytesCodec(const QString &expected, std::function<bool(const QByteArray &)> accepts = {});
ConfigCodec<QUrl> httpUrlCodec();
ConfigCodec<QByteArrayList> nameListCodec(const QString &expected,
                                          std::function<bool(const QByteArray &)> accepts = {});
ConfigCodec<std::vector<ListenAddress>> listenCodec();
//! Tables add to the entries that are there; an entry of the same name is replaced.
ConfigCodec<ChannelTable> channelTableCodec();
ConfigCodec<IslandTable> islandTableCodec();

template <typename E>
struct NamedChoice
{
    const char *name;
    E value;
};

template <typename E>
ConfigCodec<E> choiceCodec(std::initializer_list<NamedChoice<E>> list)
{
    const std::vector<NamedChoice<E>> choices(list);
    QStringList names;
    for (const auto &choice : choices)
        names.append(u'"' + QString::fromLatin1(choice.name) + u'"');
    const auto read = [choices](E &target, const QVariant &value) {
        for (const auto &choice : choices) {
            if (value.toString() == QLatin1StringView(choice.name)) {
                target = choice.value;
                return true;
            }
        }
        return false;
    };
    const auto write = [choices](const E &source) {
        for (const auto &choice : choices) {
            if (choice.value == source)
                return QVariant(QString::fromLatin1(choice.name));
        }
        return QVariant();
    };
    return {ValueShape::Text, names.join(QStringLiteral(" or ")), read, write};
}

} // namespace Tidegate
