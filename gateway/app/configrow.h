// SPDX-License-Identifier: MIT
#pragma once

#include "app/configtable.h"

// How a row of the table of settings is written; for the files that list them.

namespace Tidegate::ConfigRow {

constexpr qint64 Second = 1'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;
constexpr qint64 KiB = 1024;
constexpr qint64 MiB = 1024 * KiB;

using Rows = std::vector<Setting>;

template <auto Section, auto Member, typename T>
Setting row(const char *key, ConfigCodec<T> codec, const QString &help)
{
    Setting setting;
    setting.key = key;
    setting.help = help;
    setting.shape = codec.shape;
    setting.expected = codec.expected;
    setting.store = [read = codec.read](GatewayConfig &config, const QVariant &value) {
        return read(config.*Section.*Member, value);
    };
    setting.load = [write = codec.write](const GatewayConfig &config) { return write(config.*Section.*Member); };
    return setting;
}

inline Setting secret(Setting setting)
{
    setting.isSecret = true;
    return setting;
}

inline Setting reloadable(Setting setting)
{
    setting.isReloadable = true;
    return setting;
}

inline ConfigCodec<QString> pathCodec()
{
    return textCodec(QStringLiteral("a path as text"));
}

inline ConfigCodec<QByteArray> secretCodec()
{
    return bytesCodec(QStringLiteral("text"));
}

} // namespace Tidegate::ConfigRow
