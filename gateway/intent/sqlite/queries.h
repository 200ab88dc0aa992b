// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"
#include "sql/statement.h"

namespace Tidegate {

// SQL for an IntentQuery. The text depends on which fields are set, not on their values, so that prepared statements
// can be kept; values go in through bindQuery().

QByteArray logQueryText(const IntentQuery &query);
QByteArray inboxQueryText(const IntentQuery &query);
QByteArray rowBySeqText();

//! \p query must stay until the statement is finished. Rows under \p lowestSeq count as gone.
void bindQuery(Statement &statement, const IntentQuery &query, quint64 lowestSeq);

} // namespace Tidegate
