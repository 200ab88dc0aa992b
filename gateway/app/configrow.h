// SPDX-License-Identifier: MIT
#pragma once

#include "app/configtable.h"

#include <QUrl>

#include <vector>

// How a row of the table of settings is written; for the files that list them (config*.cpp).

namespace Tidegate::ConfigRow {

constexpr qint64 Second = 1'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;
constexpr qint64 KiB = 1024;
constexpr qint64 MiB = 1024 * KiB;
constexpr int Million = 1'000'000;

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

inline Setting ssma(const char *name, Setting setting, SsmaRule rule = SsmaRule::Value)
{
    setting.ssmaName = QString::fromLatin1(name);
    setting.ssmaRule = rule;
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

inline bool isOrigin(const QByteArray &origin)
{
    if (origin == "*")
        return true;
    const QUrl url(QString::fromUtf8(origin), QUrl::StrictMode);
    return url.isValid() && !url.scheme().isEmpty() && !url.host().isEmpty() && url.path().isEmpty() &&
           !url.hasQuery() && !url.hasFragment();
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
