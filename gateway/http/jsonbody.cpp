// SPDX-License-Identifier: MIT
#include "http/jsonbody.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <simdjson.h>

namespace Tidegate {

bool isJsonContentType(const QByteArray &contentType)
{
    const QByteArray lower = contentType.toLower();
    return lower.isEmpty() || lower.contains("application/json") || lower.contains("text/json");
}

std::optional<QJsonValue> parseJsonBody(const QByteArray &body)
{
    if (body.isEmpty())
        return QJsonObject();
    // QJsonDocument takes arrays and objects only; one more array around it admits scalars.
    QJsonParseError error;
    const QJsonArray wrapped = QJsonDocument::fromJson('[' + body + ']', &error).array();
    if (error.error != QJsonParseError::NoError || wrapped.size() != 1)
        return std::nullopt;
    return wrapped.first();
}

QByteArray rawArrayMember(const QByteArray &objectText, QByteArrayView key)
{
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(objectText.constData(), size_t(objectText.size()));
    simdjson::ondemand::document document;
    simdjson::ondemand::array value;
    std::string_view raw;
    if (parser.iterate(padded).get(document) ||
        document.find_field_unordered({key.data(), size_t(key.size())}).get(value) || value.raw_json().get(raw))
        return {};
    return QByteArray(raw.data(), qsizetype(raw.size())).trimmed();
}

} // namespace Tidegate
