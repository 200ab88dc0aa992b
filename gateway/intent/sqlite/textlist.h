// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <optional>

struct sqlite3;

namespace Tidegate {

// Lists of texts as the store keeps them: JSON arrays written by Json::appendStringArray(), so that operators can use
// SQLite's own json_each() on them. Read here by the same few escapes, byte for byte, NUL and broken UTF-8 included.

//! Nothing if \p json is not what appendStringArray() writes.
std::optional<QByteArrayList> parseTextList(QByteArrayView json);

//! Makes the SQL function list_has(list, text) on a connection.
bool registerListHas(sqlite3 *handle);

} // namespace Tidegate
