// SPDX-License-Identifier: MIT
#include "document/proposal.h"

#include <QCryptographicHash>

namespace Tidegate {

QByteArray idempotencyIdOf(const Proposal &proposal)
{
    if (proposal.idempotencyKey.isEmpty())
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    // The length in front, because both texts may hold any byte.
    hash.addData(QByteArray::number(proposal.proposer.subject.size()) + ':');
    hash.addData(proposal.proposer.subject);
    hash.addData(proposal.idempotencyKey);
    return hash.result().first(16);
}

} // namespace Tidegate
