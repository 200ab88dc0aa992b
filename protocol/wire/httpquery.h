// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

// Reading the small encodings inside a request head. Any thread. Bytes in, bytes out; nothing is checked as UTF-8.

namespace Tidegate::Http {

//! RFC 3986 section 2.1. A '%' that two hex digits do not follow stays as it is.
QByteArray percentDecode(QByteArrayView text);
//! First parameter \p name of a raw query (application/x-www-form-urlencoded: '+' is a space), decoded.
//! "a" and "a=" are both present and empty.
std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name);
//! First cookie \p name of a Cookie header (RFC 6265 section 4.2), unquoted and percent-decoded.
std::optional<QByteArray> cookieValue(QByteArrayView cookieHeader, QByteArrayView name);

} // namespace Tidegate::Http
