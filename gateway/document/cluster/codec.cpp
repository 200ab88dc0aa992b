// SPDX-License-Identifier: MIT
#include "document/cluster/codec.h"

namespace Tidegate::NodeCodec {

void write(QDataStream &out, const Proposal &proposal)
{
    out << proposal.documentId << proposal.functionId << proposal.proposedData << proposal.proof
        << proposal.proofPurpose << proposal.proposer.subject << proposal.proposer.claims << proposal.idempotencyKey;
}

void read(QDataStream &in, Proposal &proposal)
{
    in >> proposal.documentId >> proposal.functionId >> proposal.proposedData >> proposal.proof >>
        proposal.proofPurpose >> proposal.proposer.subject >> proposal.proposer.claims >> proposal.idempotencyKey;
}

void write(QDataStream &out, const DocumentOrder &order)
{
    out << quint8(order.kind) << order.id << order.state << order.requestId;
}

void read(QDataStream &in, DocumentOrder &order)
{
    quint8 kind = 0;
    in >> kind >> order.id >> order.state >> order.requestId;
    if (kind > quint8(DocumentOrder::Kind::Remove))
        in.setStatus(QDataStream::ReadCorruptData);
    order.kind = DocumentOrder::Kind(kind);
}

void write(QDataStream &out, const ProposalOutcome &outcome)
{
    const auto *recorded = std::get_if<RecordedProposal>(&outcome);
    out << (recorded != nullptr);
    if (recorded)
        out << recorded->seq << recorded->accepted;
    else
        out << std::get<FailedProposal>(outcome).text;
}

void read(QDataStream &in, ProposalOutcome &outcome)
{
    bool isRecorded = false;
    in >> isRecorded;
    if (isRecorded) {
        RecordedProposal recorded;
        in >> recorded.seq >> recorded.accepted;
        outcome = recorded;
    } else {
        FailedProposal failed;
        in >> failed.text;
        outcome = std::move(failed);
    }
}

} // namespace Tidegate::NodeCodec
