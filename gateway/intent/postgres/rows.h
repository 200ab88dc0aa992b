// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intent.h"
#include "intent/intentcolumns.h"

namespace Tidegate {

class PgParameters;
class PgResult;

//! Moves intents between values and the columns that log and inbox share.
namespace PgRows {

inline constexpr int ColumnCount = IntentColumns::Count;

//! In the order of add(), each with \p prefix in front.
QByteArray columns(const QByteArray &prefix = {});

//! \p intent must stay until the statement was sent.
void add(PgParameters &parameters, const Intent &intent);

//! Reads row \p row, whose column 0 is the seq (0 in the inbox) and whose columns() follow. Null if it is damaged.
IntentPtr read(const PgResult &result, int row);

} // namespace PgRows

} // namespace Tidegate
