// SPDX-License-Identifier: MIT
#pragma once

#include "document/document.h"

namespace Tidegate {

//! What happens to a whole document besides proposals.
struct DocumentOrder
{
    enum class Kind : quint8 {
        Put,  //!< makes it, or replaces its state
        Seed, //!< makes it if it is not there
        Remove,
    };
    Kind kind = Kind::Put;
    QByteArray id;
    QByteArray state;     //!< any JSON text
    QByteArray requestId; //!< whoever gave it holds it under this id and gives it again; empty = nobody does

    qsizetype byteSize() const { return qsizetype(sizeof(DocumentOrder)) + id.size() + state.size(); }
};

//! Whoever decides for a registry that follows another gateway's. Port. Core thread only.
class DocumentLeader
{
public:
    virtual ~DocumentLeader() = default;
    //! \p done runs once, when the outcome stands in this gateway's registry too.
    virtual void propose(Proposal proposal, ProposalDone done) = 0;
    virtual void order(DocumentOrder order, DocumentDone done) = 0;
};

} // namespace Tidegate
