// SPDX-License-Identifier: MIT
#include "document/documentregistry.h"

#include "document/documentlogging.h"
#include "document/documentstream.h"

#include <algorithm>

// DocumentRegistry's part that takes in what stands in the store, whoever wrote it, and that follows another gateway.

namespace Tidegate {

void DocumentRegistry::enterCreated(Document &document)
{
    document.isLeaving = false;
    Q_EMIT documentCreated(document.id);
}

void DocumentRegistry::enterTransaction(Document &document, TransactionRecord record, const QByteArray &state,
                                        quint64 revision)
{
    const bool isAccepted = record.accepted;
    document.durable = {revision, record.seq, state};
    document.updatedAtMs = record.atMs;
    m_services.counters.windowBytes.add(-document.window.bytes());
    document.window.push(std::move(record), m_config.limits, m_services.clock.nowMs());
    m_services.counters.windowBytes.add(document.window.bytes());
    publish(document, isAccepted ? KindDocumentAccepted : KindDocumentRejected, state);
}

void DocumentRegistry::enterReplaced(Document &document, const ReplaceState &write)
{
    document.durable.state = write.state;
    document.durable.revision = write.revision;
    document.updatedAtMs = write.atMs;
    m_services.counters.replaced.add();
    publish(document, KindDocumentReplaced, write.state);
    Q_EMIT documentReplaced(document.id);
}

void DocumentRegistry::enterRemoved(Document &document)
{
    m_services.counters.removed.add();
    m_services.counters.windowBytes.add(-document.window.bytes());
    publish(document, KindDocumentRemoved, {});
    const QByteArray id = document.id;
    forget(document);
    Q_EMIT documentRemoved(id);
}

//! It is there no more, and nobody is told.
void DocumentRegistry::forget(Document &document)
{
    m_services.counters.stateBytes.add(-document.head.state.size());
    m_documents.erase(document.id);
    m_services.counters.documents.set(qint64(m_documents.size()));
}

void DocumentRegistry::askAgain(Document *document, const PendingPtr &pending)
{
    letGo(document, pending);
    pending->heldDone.clear();
    if (pending->done.empty())
        return;
    Proposal proposal = pending->proposal;
    proposal.isHeld = false;
    propose(std::move(proposal), [pending](const ProposalOutcome &outcome) { pending->answer(outcome); });
}

void DocumentRegistry::askAgain(DocumentOrder again, const DocumentDone &done)
{
    if (again.requestId.isEmpty())
        order(std::move(again), done);
}

void DocumentRegistry::follow(DocumentLeader &leader)
{
    m_leader = &leader;
    for (const auto &[id, document] : m_documents) {
        if (document->evaluating)
            askAgain(document.get(), std::exchange(document->evaluating, {}));
        for (Document::Step &step : std::exchange(document->waiting, {})) {
            if (auto *pending = std::get_if<PendingPtr>(&step)) {
                askAgain(document.get(), *pending);
                continue;
            }
            auto &replacement = std::get<PendingReplacement>(step);
            askAgain({DocumentOrder::Kind::Put, id, replacement.state, replacement.requestId}, replacement.done);
        }
    }
}

void DocumentRegistry::lead(quint64 lastEpoch)
{
    m_lastEpoch = std::max(m_lastEpoch, lastEpoch);
    m_leader = nullptr;
}

void DocumentRegistry::apply(const DocumentWrite &write)
{
    std::visit([this](const auto &each) { applyWrite(each); }, write);
}

void DocumentRegistry::applyWrite(const CreateDocument &write)
{
    if (const auto found = m_documents.find(write.id); found != m_documents.end())
        enterRemoved(*found->second);
    m_lastEpoch = std::max(m_lastEpoch, write.epoch);
    take({write.id, write.epoch, 1, 0, write.state, write.atMs, write.atMs, {}});
    enterCreated(*m_documents.at(write.id));
}

void DocumentRegistry::applyWrite(const RecordTransaction &write)
{
    Document *document = sameLife(write.id, write.epoch);
    if (!document || write.revision <= document->durable.revision)
        return;
    if (write.record.seq != document->durable.seq + 1) {
        // What came between is not in the log any more. Replays do not reach over it, and subscribers see the state.
        qCWarning(lcDocument).noquote() << "transactions passed while this gateway was away doc=" << write.id;
        m_services.counters.windowBytes.add(-document->window.bytes());
        document->window = {};
    }
    followTo(*document, {write.revision, write.record.seq, write.state});
    enterTransaction(*document, write.record, write.state, write.revision);
    Q_EMIT transactionRecorded(write.id, write.record.seq, write.record.accepted);
}

void DocumentRegistry::applyWrite(const ReplaceState &write)
{
    Document *document = sameLife(write.id, write.epoch);
    if (!document || write.revision <= document->durable.revision)
        return;
    followTo(*document, {write.revision, document->durable.seq, write.state});
    enterReplaced(*document, write);
}

void DocumentRegistry::applyWrite(const RemoveDocument &write)
{
    if (Document *document = sameLife(write.id, write.epoch))
        enterRemoved(*document);
}

void DocumentRegistry::followTo(Document &document, Document::Position position)
{
    m_services.counters.stateBytes.add(position.state.size() - document.head.state.size());
    document.head = std::move(position);
}

void DocumentRegistry::reset(StoredDocuments contents)
{
    m_lastEpoch = std::max(m_lastEpoch, contents.lastEpoch);
    std::map<QByteArray, StoredDocument *> kept;
    for (StoredDocument &stored : contents.documents)
        kept.emplace(stored.id, &stored);
    for (auto each = m_documents.begin(); each != m_documents.end();) {
        Document &document = *(each++)->second; // it may be erased
        const auto found = kept.find(document.id);
        if (found == kept.end() || found->second->epoch != document.epoch)
            enterRemoved(document);
    }
    for (StoredDocument &stored : contents.documents) {
        Document *document = sameLife(stored.id, stored.epoch);
        if (!document) {
            const QByteArray id = stored.id;
            take(std::move(stored));
            enterCreated(*m_documents.at(id));
        } else if (stored.revision > document->durable.revision) {
            followTo(*document, {stored.revision, stored.seq, stored.state});
            document->durable.seq = stored.seq;
            m_services.counters.windowBytes.add(-document->window.bytes());
            document->window = {};
            document->window.restore(std::move(stored.window), m_config.limits, m_services.clock.nowMs());
            m_services.counters.windowBytes.add(document->window.bytes());
            enterReplaced(*document, {stored.id, stored.epoch, stored.revision, stored.state, stored.updatedAtMs, {}});
        }
    }
}

} // namespace Tidegate
