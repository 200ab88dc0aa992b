// SPDX-License-Identifier: MIT
#pragma once

#include "document/jetstream/documentmessage.h"

#include <map>

namespace Tidegate {

//! What a log comes to, message after message. Bound: the documents and their windows.
class LogContents
{
public:
    //! \p windowCount transactions of each document are kept.
    explicit LogContents(int windowCount)
        : m_windowCount(size_t(windowCount))
    {
    }

    void add(const LoggedWrite &logged);
    //! \p lastPlace is the end of the stream.
    StoredDocuments take(quint64 lastPlace);

private:
    void add(StoredDocument &document, const CreateDocument &write);
    void add(StoredDocument &document, const RecordTransaction &write);
    void add(StoredDocument &document, const ReplaceState &write);
    void trim(std::vector<TransactionRecord> &window) const;

    const size_t m_windowCount;
    quint64 m_lastEpoch = 0;
    std::map<QByteArray, StoredDocument> m_documents;
};

} // namespace Tidegate
