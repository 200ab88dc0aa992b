// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

// Writing JSON as bytes. For the wire path, where a document model would cost more than the message itself.

namespace Tidegate::Json {

//! Appends \p text as a quoted JSON string (RFC 8259 section 7). \p text must be UTF-8.
void appendString(QByteArray &out, QByteArrayView text);
//! Appends ["a","b"].
void appendStringArray(QByteArray &out, const QByteArrayList &texts);

void appendNumber(QByteArray &out, qint64 number);
void appendNumber(QByteArray &out, quint64 number);

} // namespace Tidegate::Json
