// SPDX-License-Identifier: MIT
#include "backend/jsonvalues.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate {

QByteArray compactJson(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return {};
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    // QJsonDocument writes no bare scalars, so the brackets of a one-element array are taken off.
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return wrapped.mid(1, wrapped.size() - 2);
}

QByteArray textOf(const QJsonValue &value)
{
    return value.toString().toUtf8();
}

std::optional<qint64> countOf(const QJsonValue &value)
{
    constexpr double TooBigForInt64 = 9'223'372'036'854'775'808.0;
    const double number = value.toDouble(-1);
    if (!(number >= 0 && number < TooBigForInt64))
        return std::nullopt;
    return value.toInteger(qint64(number));
}

} // namespace Tidegate
