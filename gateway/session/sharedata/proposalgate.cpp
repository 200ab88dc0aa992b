// SPDX-License-Identifier: MIT
#include "session/sharedata/proposalgate.h"

#include <algorithm>

namespace Tidegate::ShareData {

void ProposalGate::enter(const QByteArray &documentId, qsizetype bytes)
{
    m_undecided[documentId] += bytes;
    m_totalBytes += bytes;
}

void ProposalGate::leave(const QByteArray &documentId, qsizetype bytes)
{
    m_totalBytes -= bytes;
    const auto left = m_undecided.find(documentId);
    *left -= bytes;
    if (*left == 0)
        m_undecided.erase(left);
}

void ProposalGate::stopWaiting(const QByteArray &documentId, LinkId link)
{
    const auto waiting = m_waiting.find(documentId);
    if (waiting == m_waiting.end())
        return;
    waiting->erase(std::remove(waiting->begin(), waiting->end(), link), waiting->end());
    if (waiting->empty())
        m_waiting.erase(waiting);
}

std::deque<LinkId> ProposalGate::takeWaiting(const QByteArray &documentId)
{
    return mayPass(documentId) ? m_waiting.take(documentId) : std::deque<LinkId>();
}

} // namespace Tidegate::ShareData
