// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentrules.h"
#include "document/documentstore.h"

#include <QHash>

#include <deque>
#include <optional>

namespace Tidegate {

//! The newest transactions of one document: what a replay reaches back to and what a repeated proposal is recognised
//! by. Bound: count, bytes and age of DocumentLimits; the oldest go. A part of its document; core thread.
class TransactionWindow
{
public:
    //! Takes over what the store had; \p records ascend.
    void restore(std::vector<TransactionRecord> records, const DocumentLimits &limits, qint64 nowMs);
    void push(TransactionRecord record, const DocumentLimits &limits, qint64 nowMs);

    //! What came after \p cursor, oldest first, when the document's newest transaction is \p newest. Nothing if that
    //! cannot be said: the cursor is none of the kept ones. "0" = from the beginning.
    std::optional<std::vector<TransactionRecord>> after(const QByteArray &cursor, quint64 newest) const;
    const TransactionRecord *findByIdempotency(const QByteArray &id) const;

    const std::deque<TransactionRecord> &records() const { return m_records; }
    qsizetype bytes() const { return m_bytes; }

private:
    void add(TransactionRecord record);
    void trim(const DocumentLimits &limits, qint64 nowMs);

    std::deque<TransactionRecord> m_records; //!< ascending
    QHash<QByteArray, quint64> m_seqByIdempotency;
    qsizetype m_bytes = 0;
};

} // namespace Tidegate
