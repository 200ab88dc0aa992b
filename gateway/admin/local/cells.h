// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <QJsonArray>
#include <QJsonValue>
#include <QString>

// What the gateway's values become in an operator's row. Bytes are UTF-8; null stands for "there is none".

namespace Tidegate::Admin {

inline QString text(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

inline QJsonValue unlessEmpty(const QByteArray &bytes)
{
    return bytes.isEmpty() ? QJsonValue() : QJsonValue(text(bytes));
}

inline QJsonValue unlessZero(qint64 value)
{
    return value == 0 ? QJsonValue() : QJsonValue(value);
}

inline QJsonArray list(const QByteArrayList &texts)
{
    QJsonArray json;
    for (const QByteArray &each : texts)
        json.append(text(each));
    return json;
}

} // namespace Tidegate::Admin
