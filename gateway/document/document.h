// SPDX-License-Identifier: MIT
#pragma once

#include "document/proposal.h"
#include "document/transactionwindow.h"
#include "wire/result.h"

#include <deque>
#include <memory>

namespace Tidegate {

using DocumentDone = std::function<void(Result<void>)>;

//! A proposal between its arrival and its outcome.
struct PendingProposal
{
    Proposal proposal;
    QByteArray idempotencyId; //!< hashed proposer and key
    std::vector<ProposalDone> done;
    std::vector<ProposalDone> heldDone; //!< of those that ask again by themselves (Proposal::isHeld)

    void add(bool isHeld, ProposalDone each) { (isHeld ? heldDone : done).push_back(std::move(each)); }
    void answer(const ProposalOutcome &outcome)
    {
        const std::vector<ProposalDone> all[] = {std::exchange(done, {}), std::exchange(heldDone, {})};
        for (const std::vector<ProposalDone> &some : all) {
            for (const ProposalDone &each : some)
                each(outcome);
        }
    }
};
using PendingPtr = std::shared_ptr<PendingProposal>;

struct PendingReplacement
{
    QByteArray state;
    QByteArray requestId; //!< of DocumentOrder
    DocumentDone done;
};

//! A shared document in memory. Two positions: `durable` is what clients are shown, `head` is what the next proposal is
//! decided on; between them lie writes that are on their way to the disk. Owned by DocumentRegistry; core thread.
struct Document
{
    struct Position
    {
        quint64 revision = 0;
        quint64 seq = 0;
        QByteArray state;
    };
    using Step = std::variant<PendingPtr, PendingReplacement>;

    QByteArray id;
    QByteArray stream;
    quint64 epoch = 0;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    Position durable;
    Position head;
    //! Grows when a write failed and head went back: what was decided on the lost state is void.
    quint64 generation = 0;
    TransactionWindow window;
    const DocumentRule *rule = nullptr;
    std::deque<Step> waiting;               //!< bound: DocumentLimits::waitingProposals
    QHash<QByteArray, PendingPtr> underWay; //!< by idempotency id: neither recorded nor failed yet
    PendingPtr evaluating;                  //!< the strand is held by it
    bool isAdvancing = false;
    bool isLeaving = false; //!< being created or removed: nobody else can see it

    QByteArray lastTransactionId() const { return durable.seq ? transactionId(durable.seq) : QByteArray(); }
};

} // namespace Tidegate
