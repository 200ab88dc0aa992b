// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>

// What operators note at intents. It stands in the intent's history, where no client sees it.

namespace Tidegate::Admin {

inline constexpr QByteArrayView MarkedState("marked");

//! A mark's JSON text: note, colour and handled of the command's arguments. The note is cut at 500 characters.
QByteArray markFrom(const QJsonObject &args);
//! The mark that counts; empty = there is none.
QJsonObject newestMark(const QByteArray &history);
//! Bound: a history has room for some fifty marks.
bool mayBeMarked(const QByteArray &history);

} // namespace Tidegate::Admin
