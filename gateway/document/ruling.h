// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <variant>

// What a function of a document is asked and what it answers (ShareData spec section 11). Values; any thread.

namespace Tidegate {

//! Who proposes, as authentication found out.
struct Proposer
{
    QByteArray subject;
    QByteArray claims; //!< JSON object text; never empty
};

//! Everything a function may look at. Immutable. State, data and proof are JSON texts in one line.
struct Evaluation
{
    QByteArray documentId;
    quint64 epoch = 0;
    quint64 attemptedSeq = 0; //!< number of the transaction that would be recorded
    QByteArray state;
    QByteArray lastTransactionId; //!< empty before the first one
    QByteArray functionId;
    QByteArray proposedData;
    QByteArray proof;
    Proposer proposer;

    qsizetype byteSize() const
    {
        return qsizetype(sizeof(Evaluation)) + documentId.size() + functionId.size() + state.size() +
               proposedData.size() + proof.size() + proposer.subject.size() + proposer.claims.size();
    }
};

struct Accepted
{
    QByteArray state; //!< JSON text
};

//! Looked at and turned down: a transaction is recorded all the same, and the state stays.
struct Rejected
{
    QByteArray reason; //!< for the history; may be empty
};

//! Could not be decided: nothing is recorded.
struct Failed
{
    QByteArray text; //!< the proposer is told
};

using Ruling = std::variant<Accepted, Rejected, Failed>;

} // namespace Tidegate
