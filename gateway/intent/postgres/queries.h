// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"
#include "intent/postgres/parameters.h"

namespace Tidegate {

//! SQL with its parameters. The text depends on which fields of a query are set, not on their values, so that prepared
//! statements can be kept.
struct PgQuery
{
    QByteArray text;
    PgParameters parameters;
};

// \p query must stay until the statement was sent. Rows under \p lowestSeq count as gone.
PgQuery logQuery(const IntentQuery &query, quint64 lowestSeq);
PgQuery inboxQuery(const IntentQuery &query);
PgQuery seqsQuery(const IntentQuery &query, quint64 lowestSeq);
//! Counts of rows per reason, in order of the reasons.
PgQuery reasonsQuery(quint64 lowestSeq);

} // namespace Tidegate
