// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "channel/hub.h"
#include "document/documentcounters.h"
#include "document/documentfunction.h"
#include "document/documentleader.h"

#include <QObject>

#include <map>

namespace Tidegate {

class JsonWalk;

//! All shared documents, one strand each: proposals and replacements of one document are taken one after the other, in
//! the order they came. Everything is published and answered after it is durable. May follow another gateway's registry
//! instead. Core thread; holds no socket.
class DocumentRegistry final : public QObject
{
    Q_OBJECT
public:
    struct Services
    {
        Hub &hub;
        DocumentStore &store;
        const Clock &clock;
        DocumentCounters &counters;
        //! For ProofPolicy::Adapter: what is wrong with the proof, empty if nothing is. Must not block. May be empty.
        std::function<QByteArray(const Evaluation &)> verifyProof = {};
    };
    struct Config
    {
        DocumentLimits limits = {};
        DocumentRules rules = {};
        FunctionCatalog functions = {};
    };

    //! Containers inside each other in a state.
    static constexpr int MaxStateDepth = 256;

    DocumentRegistry(Services services, Config config);
    ~DocumentRegistry() override;

    //! Takes over what the store held and makes the documents that rules name a state for and that are not there.
    //! \p started runs when the last of them is there, perhaps before this returns.
    void start(StoredDocuments contents, std::function<void()> started = {});

    // One of several gateways (document/cluster).
    //! From here on \p leader decides; what was not written yet is asked of it. apply() and reset() bring what was.
    void follow(DocumentLeader &leader);
    //! Decides by itself. No document was ever given a higher epoch than \p lastEpoch.
    void lead(quint64 lastEpoch);
    //! Another gateway wrote this: publishes it. Writes come in the log's order.
    void apply(const DocumentWrite &write);
    //! The same for everything that was written meanwhile: publishes what is different.
    void reset(StoredDocuments contents);

    //! Null if there is none (any more). Valid until control goes back to the event loop.
    const Document *find(const QByteArray &id) const;
    const std::map<QByteArray, std::unique_ptr<Document>> &documents() const { return m_documents; }
    const DocumentLimits &limits() const { return m_config.limits; }
    const DocumentCounters &counters() const { return m_services.counters; }

    //! \p state is any JSON text. Makes the document, or replaces its state once the proposals before are decided.
    void put(const QByteArray &id, const QByteArray &state, DocumentDone done);
    //! Ends the document, its history and its window. Proposals that wait or are being decided find it gone.
    void remove(const QByteArray &id, DocumentDone done);
    //! Either of them, or a seed.
    void order(DocumentOrder order, DocumentDone done);
    //! The caller has checked that the proposer may. \p done may run before this returns.
    void propose(Proposal proposal, ProposalDone done);

    //! False: another gateway does, and this registry follows.
    bool isDeciding() const { return !m_leader; }

    static QByteArray notFoundText(const QByteArray &id);

Q_SIGNALS:
    void documentCreated(const QByteArray &id);
    void transactionRecorded(const QByteArray &id, quint64 seq, bool accepted);
    void documentReplaced(const QByteArray &id);
    //! Published already; sessions drop their subscriptions now.
    void documentRemoved(const QByteArray &id);

private:
    Document *live(const QByteArray &id) const;
    Document *sameLife(const QByteArray &id, quint64 epoch) const;
    void put(DocumentOrder order, DocumentDone done);
    void create(DocumentOrder order, DocumentDone done);
    void removeNow(DocumentOrder order, DocumentDone done);
    void forget(Document &document);
    void take(StoredDocument stored);
    void adopt(std::unique_ptr<Document> document);
    Result<QByteArray> readState(const QByteArray &text, qsizetype replacedBytes);

    void advance(Document &document);
    void begin(Document &document, PendingPtr pending);
    void begin(Document &document, PendingReplacement replacement);
    void decided(const QByteArray &id, quint64 epoch, quint64 generation, const PendingPtr &pending, Ruling decision);
    void settle(Document &document, const PendingPtr &pending, Ruling decision);
    void record(Document &document, const PendingPtr &pending, bool accepted, const QByteArray &reason,
                const QByteArray &state);
    void notRecorded(Document &document, const PendingPtr &pending, const Error &why);
    void askAgain(Document *document, const PendingPtr &pending);
    void askAgain(DocumentOrder order, const DocumentDone &done);
    void rollBack(Document &document, quint64 generation);
    void letGo(Document *document, const PendingPtr &pending);
    void finish(Document *document, const PendingPtr &pending, const ProposalOutcome &outcome);
    void publish(const Document &document, const QByteArray &kind, const QByteArray &payload);

    // What stands in the store is entered here, whoever wrote it.
    void enterCreated(Document &document);
    void enterTransaction(Document &document, TransactionRecord record, const QByteArray &state, quint64 revision);
    void enterReplaced(Document &document, const ReplaceState &write);
    void enterRemoved(Document &document);
    void applyWrite(const CreateDocument &write);
    void applyWrite(const RecordTransaction &write);
    void applyWrite(const ReplaceState &write);
    void applyWrite(const RemoveDocument &write);
    void followTo(Document &document, Document::Position position);

    const Services m_services;
    const Config m_config;
    const std::shared_ptr<bool> m_isAlive = std::make_shared<bool>(true); //!< functions may answer when it is gone
    std::unique_ptr<JsonWalk> m_walk;
    std::map<QByteArray, std::unique_ptr<Document>> m_documents;
    quint64 m_lastEpoch = 0;
    DocumentLeader *m_leader = nullptr; //!< null: this registry decides
};

} // namespace Tidegate
