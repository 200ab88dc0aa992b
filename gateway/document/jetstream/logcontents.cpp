// SPDX-License-Identifier: MIT
#include "document/jetstream/logcontents.h"

#include <algorithm>

namespace Tidegate {

void LogContents::add(const LoggedWrite &logged)
{
    const QByteArray &id = documentId(logged.write);
    if (std::holds_alternative<RemoveDocument>(logged.write)) {
        m_lastEpoch = std::max(m_lastEpoch, logged.lastEpoch);
        m_documents.erase(id);
        return;
    }
    StoredDocument &document = m_documents[id];
    document.id = id;
    document.seq = logged.documentSeq;
    document.createdAtMs = logged.createdAtMs;
    std::visit(
        [this, &document](const auto &each) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(each)>, RemoveDocument>)
                add(document, each);
        },
        logged.write);
}

void LogContents::add(StoredDocument &document, const CreateDocument &write)
{
    document.epoch = write.epoch;
    document.revision = 1;
    document.state = write.state;
    document.updatedAtMs = write.atMs;
    document.window.clear();
}

void LogContents::add(StoredDocument &document, const RecordTransaction &write)
{
    document.epoch = write.epoch;
    document.revision = write.revision;
    document.state = write.state;
    document.updatedAtMs = write.record.atMs;
    document.window.push_back(write.record);
    std::erase_if(document.window, [&write](const auto &each) { return each.seq <= write.trimThroughSeq; });
    if (document.window.size() >= 2 * m_windowCount)
        trim(document.window);
}

void LogContents::add(StoredDocument &document, const ReplaceState &write)
{
    document.epoch = write.epoch;
    document.revision = write.revision;
    document.state = write.state;
    document.updatedAtMs = write.atMs;
}

void LogContents::trim(std::vector<TransactionRecord> &window) const
{
    if (window.size() > m_windowCount)
        window.erase(window.begin(), window.end() - qptrdiff(m_windowCount));
}

StoredDocuments LogContents::take(quint64 lastPlace)
{
    StoredDocuments contents{std::max(lastPlace, m_lastEpoch), {}};
    contents.documents.reserve(m_documents.size());
    for (auto &[id, document] : m_documents) {
        trim(document.window);
        contents.lastEpoch = std::max(contents.lastEpoch, document.epoch);
        contents.documents.push_back(std::move(document));
    }
    m_documents.clear();
    return contents;
}

} // namespace Tidegate
