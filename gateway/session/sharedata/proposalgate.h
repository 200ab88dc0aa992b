// SPDX-License-Identifier: MIT
#pragma once

#include "transport/link.h"

#include <QHash>

#include <deque>

namespace Tidegate::ShareData {

//! How much of what clients propose may be undecided at a time. A document whose function hangs holds up those who
//! propose to it, and not the whole gateway, which stops reading everybody when the core owes too much. Knows who waits
//! for which document; a link waits for one at most. Core thread.
class ProposalGate
{
public:
    static constexpr qsizetype MaxDocumentBytes = 4 * 1024 * 1024;
    //! Half of what makes the gateway stop reading. Above it a document has one proposal at a time.
    static constexpr qsizetype MaxTotalBytes = 32 * 1024 * 1024;

    //! One may always be undecided, whatever it weighs: the limits of messages and states are others' to keep.
    bool mayPass(const QByteArray &documentId) const
    {
        const qsizetype bytes = m_undecided.value(documentId);
        return bytes == 0 || (bytes < MaxDocumentBytes && m_totalBytes < MaxTotalBytes);
    }
    //! \p bytes is more than 0.
    void enter(const QByteArray &documentId, qsizetype bytes);
    //! Who waits for the document is to be asked for after this.
    void leave(const QByteArray &documentId, qsizetype bytes);

    void wait(const QByteArray &documentId, LinkId link) { m_waiting[documentId].push_back(link); }
    void stopWaiting(const QByteArray &documentId, LinkId link);
    //! Who may go on, the longest waiting first; none while the document is full.
    std::deque<LinkId> takeWaiting(const QByteArray &documentId);

private:
    QHash<QByteArray, qsizetype> m_undecided; //!< by document, those with any
    QHash<QByteArray, std::deque<LinkId>> m_waiting;
    qsizetype m_totalBytes = 0;
};

} // namespace Tidegate::ShareData
