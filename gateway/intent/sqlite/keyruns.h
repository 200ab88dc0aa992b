// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentkey.h"
#include "sql/statement.h"
#include "wire/result.h"

#include <QByteArray>

#include <vector>

namespace Tidegate {

//! The log's keys, kept apart from its wide rows: one blob per run of consecutive seqs. Loading a million of them reads
//! 16 MB in order, and adding one touches no index. A null key is a hole: its seq was given up for a newer one.
class KeyRuns
{
public:
    static Result<KeyRuns> prepare(sqlite3 *handle);

    //! Gathers keys of the transaction under way; seqs usually ascend by one.
    Result<void> add(quint64 seq, IntentKey key);
    Result<void> erase(quint64 seq);
    //! Writes what add() gathered; before the commit.
    Result<void> flush();
    //! Forgets what add() gathered; after a rollback.
    void discard() { m_run.clear(); }

    //! Removes runs that lie entirely under \p seq.
    Result<void> trimBelow(quint64 seq);

private:
    Result<void> eraseStored(quint64 seq);

    sqlite3 *m_handle = nullptr;
    Statement m_insert;
    Statement m_find;
    Statement m_trim;
    quint64 m_runFirst = 0;
    QByteArray m_run;
};

//! All keys from \p firstSeq to \p headSeq.
Result<std::vector<IntentKey>> loadKeys(sqlite3 *handle, quint64 firstSeq, quint64 headSeq);

} // namespace Tidegate
