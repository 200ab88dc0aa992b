// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <utility>
#include <vector>

// HTTP header fields as a list, in the order of the wire (RFC 9110 section 5). Names compare without case. Any thread.

namespace Tidegate::Http {

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

//! First value of \p name, or empty.
QByteArray headerValue(const Headers &headers, QByteArrayView name);
qsizetype headerCount(const Headers &headers, QByteArrayView name);
//! The comma-separated items of all \p name headers, trimmed, without empty ones.
QByteArrayList headerItems(const Headers &headers, QByteArrayView name);
//! One of headerItems() is \p token (without case).
bool headerContains(const Headers &headers, QByteArrayView name, QByteArrayView token);

bool isTokenChar(char c);
bool isToken(QByteArrayView text);
//! May stand in a header value: no control characters except tab.
bool isFieldValue(QByteArrayView text);
bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b);

} // namespace Tidegate::Http
