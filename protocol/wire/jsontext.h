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

inline void appendNumber(QByteArray &out, qint64 number)
{
    out += QByteArray::number(number);
}
inline void appendNumber(QByteArray &out, quint64 number)
{
    out += QByteArray::number(number);
}

} // namespace Tidegate::Json
