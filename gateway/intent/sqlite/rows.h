// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intent.h"
#include "intent/intentcolumns.h"
#include "sql/statement.h"

namespace Tidegate {

//! Moves intents between values and the columns that log and inbox share. One per thread.
class IntentRows
{
public:
    //! As "a, b, c", in the order of bind().
    static const QByteArray &columns();
    //! As "?1, ?2, ?3".
    static const QByteArray &parameters();
    static constexpr int ColumnCount = IntentColumns::Count;

    //! Binds parameters 1..ColumnCount. \p intent must stay until the statement has run.
    void bind(Statement &statement, const Intent &intent);

    //! Reads a row whose column 0 is the seq (0 in the inbox) and whose columns() follow. Null if it is damaged.
    static IntentPtr read(const Statement &row);

private:
    QByteArray m_channels; // bound by address
    QByteArray m_reasons;
};

} // namespace Tidegate
