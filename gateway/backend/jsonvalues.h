// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonValue>

#include <optional>

// Lenient reading of what a backend sends: a field of the wrong type counts as missing.

namespace Tidegate {

//! JSON text of any value, scalars included; empty for a missing or null one.
QByteArray compactJson(const QJsonValue &value);
//! UTF-8 of a JSON string; empty for anything else.
QByteArray textOf(const QJsonValue &value);
//! A whole number that is not negative; fractions are cut off.
std::optional<qint64> countOf(const QJsonValue &value);

} // namespace Tidegate
