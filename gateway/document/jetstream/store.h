// SPDX-License-Identifier: MIT
#pragma once

#include "document/jetstream/logline.h"
#include "document/jetstream/logreader.h"
#include "document/sharedstore.h"
#include "sql/worker.h"

#include <QHash>

namespace Tidegate {

//! DocumentStore on a JetStream stream that several gateways have open: README.md. A write is done when it is read
//! back. Bound: Config::inFlightBytes of writes under way, and MaxRemovals removals; beyond it writes fail.
class JetStreamDocumentStore final : public DocumentStore, public SharedDocumentStore
{
public:
    struct Config
    {
        QByteArray url;
        QByteArray name; //!< of the deployment
        QByteArray node; //!< of this gateway's life; no other one has it
        qsizetype inFlightBytes = 64 * 1024 * 1024;
        qint64 logBytes = 256 * 1024 * 1024; //!< of the newest writes, for those who follow
        qint64 leaseMs = 3'000;
        int openPatienceMs = 60'000;
        int reconnectWaitMs = 100;
    };
    static constexpr int MaxRemovals = 48;     //!< under way; well below what the stream keeps of them
    static constexpr int KeptPerSubject = 128; //!< messages at least

    //! \p owner outlives the store.
    JetStreamDocumentStore(Config config, TaskQueue &owner);
    ~JetStreamDocumentStore() override;

    Result<StoredDocuments> open(int windowCount) override;
    void write(DocumentWrite write, std::function<void(Result<void>)> done) override;
    void close() override;

    void setEvents(Events events) override { m_events = std::move(events); }
    void tryToLead() override;
    void renewLead() override;
    void resign() override;
    quint64 position() const override { return m_position; }
    quint64 term() const override { return m_newestTerm; }
    bool isReachable() const override { return m_isConnected && !m_isBroken; }

private:
    //! Where a document stands.
    struct Mark
    {
        quint64 epoch = 0;
        quint64 revision = 0;
        quint64 seq = 0;
        qint64 createdAtMs = 0;
    };
    struct Pending
    {
        quint64 term = 0;
        quint64 place = 0; //!< that it has in the stream, or nowhere
        qsizetype bytes = 0;
        std::function<void(Result<void>)> done;
        std::optional<Error> refusal; //!< it was never sent
    };

    void takeMessage(quint64 place, const DocumentMessage &message);
    void takeTerm(quint64 place, const TermBegins &term);
    void takeWhole(LogReader::Whole whole);
    void takeRefusal(quint64 term, const QString &why);
    void takeConnected(bool isConnected, qint64 maxPayloadBytes);
    void takeBroken(const QString &why);
    void note(quint64 place, const LoggedWrite &logged);
    void noteRemoval(quint64 place, const LoggedWrite &logged);
    void begin(quint64 term);
    void endTerm(const char *why);
    void finishPending(const Result<void> &outcome);
    void answerRefused();
    void adopt(LogReader::Whole &whole);

    //! Sends it, or says why not.
    Result<void> send(DocumentWrite write, Pending &pending);
    const Mark *markOf(const QByteArray &id) const;
    static std::optional<Mark> next(const Mark *before, const DocumentWrite &write);
    template <typename Act>
    auto whileOpen(Act act);
    void postToLine(std::function<void(LogLine &)> act);

    const Config m_config;
    const LogNames m_names;
    TaskQueue &m_owner;
    Events m_events;
    const std::shared_ptr<bool> m_isOpen = std::make_shared<bool>(false);

    std::unique_ptr<Worker> m_thread;
    std::unique_ptr<LogLine> m_line; //!< on m_thread
    std::unique_ptr<LogReader> m_reader;

    quint64 m_position = 0;
    quint64 m_newestTerm = 0; //!< anybody's
    quint64 m_term = 0;       //!< in which this gateway may write; 0 = it does not lead
    quint64 m_lastPlace = 0;  //!< of what was sent in it
    quint64 m_lastEpoch = 0;
    int m_removalsUnderWay = 0;
    int m_removalsToPurge = 0;
    std::deque<LogReader::Removal> m_removals; //!< the newest ones; bound: what the stream keeps
    QHash<QByteArray, Mark> m_stored;          //!< by document, as the log says
    QHash<QByteArray, Mark> m_ahead;           //!< the same with what is under way, of those that have such
    std::deque<Pending> m_pending;
    qsizetype m_pendingBytes = 0;
    qint64 m_maxPayloadBytes = 0;
    quint64 m_slowPlace = 0; //!< of the write that was the oldest one when the lead was renewed last
    int m_slowTurns = 0;     //!< since when
    bool m_isConnected = false;
    bool m_isBroken = false;
    int m_tryTurns = 0; //!< of tryToLead(), until an attempt under way is given up
};

} // namespace Tidegate
