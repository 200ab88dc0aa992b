// SPDX-License-Identifier: MIT
#pragma once

#include "document/ruling.h"

#include <functional>
#include <variant>

namespace Tidegate {

struct Proposal
{
    QByteArray documentId;
    QByteArray functionId;
    QByteArray proposedData; //!< JSON text in one line
    QByteArray proof;        //!< JSON object text in one line
    QByteArray proofPurpose; //!< of the proof
    Proposer proposer;
    QByteArray idempotencyKey; //!< of this proposer for this document; empty = every proposal is a new one
    bool isHeld = false;       //!< by another gateway, which asks again when this one decides no more

    qsizetype byteSize() const
    {
        return qsizetype(sizeof(Proposal)) + documentId.size() + functionId.size() + proposedData.size() +
               proof.size() + proposer.subject.size() + proposer.claims.size();
    }
};

//! TransactionRecord::idempotencyId of \p proposal.
QByteArray idempotencyIdOf(const Proposal &proposal);

//! A transaction was recorded, and is as durable as the store.
struct RecordedProposal
{
    quint64 seq = 0;
    bool accepted = false;
};

//! Nothing was recorded.
struct FailedProposal
{
    QByteArray text;
};

using ProposalOutcome = std::variant<RecordedProposal, FailedProposal>;
using ProposalDone = std::function<void(const ProposalOutcome &)>;

inline QByteArray transactionId(quint64 seq)
{
    return QByteArray::number(seq);
}

} // namespace Tidegate
