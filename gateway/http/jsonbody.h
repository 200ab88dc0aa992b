// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonValue>

#include <optional>

namespace Tidegate {

//! True when the type names JSON or is absent (SSMA spec section 3).
bool isJsonContentType(const QByteArray &contentType);

//! Any JSON value, scalars included; {} for an empty body; nothing when it is not valid JSON in UTF-8.
std::optional<QJsonValue> parseJsonBody(const QByteArray &body);

//! The array under \p key, byte for byte as it was sent, the first one if the key is repeated; empty when it is no
//! array.
QByteArray rawArrayMember(const QByteArray &objectText, QByteArrayView key);

} // namespace Tidegate
