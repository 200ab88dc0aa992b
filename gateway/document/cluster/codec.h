// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/nodecodec.h"
#include "document/documentleader.h"

// How nodes of one deployment write proposals, orders and their outcomes to each other.

namespace Tidegate::NodeCodec {

void write(QDataStream &out, const Proposal &proposal);
void read(QDataStream &in, Proposal &proposal);
void write(QDataStream &out, const DocumentOrder &order);
void read(QDataStream &in, DocumentOrder &order);
void write(QDataStream &out, const ProposalOutcome &outcome);
void read(QDataStream &in, ProposalOutcome &outcome);

} // namespace Tidegate::NodeCodec
