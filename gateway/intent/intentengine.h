// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/rng.h"
#include "intent/intentbatch.h"
#include "intent/intentleader.h"
#include "intent/intentstore.h"
#include "intent/keyindex.h"
#include "intent/submission.h"

#include <QObject>
#include <QSet>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace Tidegate {

//! Mark: an operator's note; only the history changes, so the row stays where it is and no client hears of it.
enum class AmendKind : quint8 { Rework, Undo, Mark };

//! Every intent's way through its states: received -> durable -> forwarded -> acked | rejected | conflict | failed |
//! indeterminate, each decided once, stored before anyone hears of it, and numbered when it is settled, so that the
//! order of the log is the order of publication and a cursor never skips a row that settles late. With several nodes
//! one engine leads; the others follow(): they are told what it settled, and hand over what is to be decided. Core
//! thread. Bound: inflightBytes(); sessions stop reading while it is high.
class IntentEngine final : public QObject
{
    Q_OBJECT
public:
    struct Config
    {
        quint64 maxEntries = 1'000'000; //!< log rows kept; the oldest go first
        //! The row as the backend is to see it (JSON object text); called once per forwarded intent.
        std::function<QByteArray(const Intent &)> rowText;
    };
    struct Counters
    {
        Counter received;
        Counter duplicates;
        Counter acked;
        Counter refused; //!< rejected and conflict
        Counter failed;  //!< failed and indeterminate
        Counter storeFailures;
        Counter inflightBytes;
        Counter backendAnswers; //!< batches decided elsewhere; those decided inline take no time
        Counter backendMs;      //!< how long those took, summed up
    };
    //! Outcomes in the order of the drafts, or why nothing can be said about them (storage).
    using Done = std::function<void(Result<std::vector<IntentOutcome>>)>;

    IntentEngine(Config config, IntentStore &store, BackendAdapter &backend, const Clock &clock, Rng &rng);
    ~IntentEngine() override;

    //! Takes what the store held at start; unsettled rows are forwarded again with their old idempotency key. Also ends
    //! following: from now on this engine decides.
    void start(StoreContents contents);

    //! Decides nothing: \p leader is asked, and enter() tells. Borrowed. \p contents is what the store held.
    void follow(StoreContents contents, IntentLeader &leader);
    //! The same for an engine that has decided so far. What it has not finished fails as Unavailable.
    void follow(IntentLeader &leader);
    //! While following: rows that another node has stored, all above headSeq(), in the order of the log.
    void enter(const SettledBatchPtr &batch);
    void enterAmended(AmendKind kind, const IntentPtr &intent, const QByteArray &reason);
    //! While following: no row up to \p headSeq is still to come.
    void advanceTo(quint64 headSeq) { m_headSeq = std::max(m_headSeq, headSeq); }
    void trimBelow(quint64 floorSeq);

    //! Nothing is decided or stored after this: undecided intents stay in the inbox for the next start.
    void stop() { m_isStopped = true; }

    //! Calls \p done once, when every draft's outcome is durable; later drafts of the same id wait for the first.
    void submit(IntentSubmission submission, Done done);

    //! Decides on the row as stored and changes it; an error leaves everything as it was and becomes the answer.
    using Change = std::function<Result<void>(Intent &)>;
    //! Puts a stored intent back into the log; unless it is only marked, at a new offset, so that clients which were
    //! away hear of it too. Without \p site the id is looked for on every site. NotFound, Conflict (it is being settled
    //! right now), Storage.
    void amend(AmendKind kind, const std::optional<QByteArray> &site, const QByteArray &id, const QByteArray &actor,
               Change change, std::function<void(Result<IntentPtr>)> done, const QByteArray &reason = {});

    //! Runs \p then when this engine knows every row up to \p seq; perhaps at once, and always at once where it
    //! decides. Another node may have told a client of rows that are still on their way here. \p then may find the seq
    //! not reached: it is from another history, or the way is cut.
    void whenReached(quint64 seq, std::function<void()> then)
    {
        if (m_leader && seq > m_headSeq)
            m_leader->whenReached(seq, std::move(then));
        else
            then();
    }

    //! Rows as a client may still see them: nothing below floorSeq().
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done);

    //! False: another gateway does, and this engine follows.
    bool isDeciding() const { return !m_leader; }
    quint64 headSeq() const { return m_headSeq; }       //!< newest published offset
    const QByteArray &epoch() const { return m_epoch; } //!< offsets of different epochs do not compare
    quint64 floorSeq() const { return m_floorSeq; }     //!< rows below are gone
    //! Whether the row published at \p seq still stands there; retries and amendments move a row to a later place.
    bool holds(quint64 seq) const { return m_index.holds(seq); }
    qsizetype storedCount() const { return m_index.size(); }
    //! Where the intent stands in the log; nothing while it is undecided, gone or unknown.
    std::optional<quint64> seqOf(const QByteArray &site, const QByteArray &id) const
    {
        return m_index.find((*m_hash)(site, id));
    }
    const Counters &counters() const { return m_counters; }
    void setMaxEntries(quint64 maxEntries) { m_config.maxEntries = maxEntries; }

Q_SIGNALS:
    //! New intents were taken in; what becomes of them follows.
    void intentsAccepted(const QByteArrayList &ids, const Tidegate::BackendContext &context);
    //! They are durable and on their way to the backend.
    void intentsForwarded(const QByteArrayList &ids, const Tidegate::BackendContext &context);
    //! The rows are durable and their submitters have been told; publish them.
    void batchSettled(const Tidegate::SettledBatchPtr &batch);
    //! An amended row is durable at its new offset; publish it, with the reason that was given.
    void intentAmended(Tidegate::AmendKind kind, const Tidegate::IntentPtr &intent, const QByteArray &reason);

private:
    struct Ticket;
    using TicketPtr = std::shared_ptr<Ticket>;
    using BatchPtr = std::shared_ptr<IntentBatch>;
    struct Waiter
    {
        TicketPtr ticket;
        size_t slot;
    };
    struct KeyHash
    {
        size_t operator()(const IntentKey &key) const { return size_t(key.low); }
    };

    static IntentOutcome outcomeOf(const Intent &intent, bool isFresh)
    {
        return {intent.id, intent.status, intent.updatedAtMs, intent.seq, intent.backendCode, intent.backendMessage,
                isFresh};
    }
    void lookUpStored(const BatchPtr &batch);
    void takeStored(const BatchPtr &batch, Result<std::vector<IntentPtr>> rows);
    void process(const BatchPtr &batch);
    void forward(const BatchPtr &batch);
    void settle(const BatchPtr &batch, const Result<ApplyReply> &reply);
    void finish(const BatchPtr &batch, const Result<void> &stored);
    void enterLog(const Intent &intent, const IntentKey &key);
    void resolve(const IntentKey &key, const IntentOutcome &outcome);
    void reject(const IntentKey &key, const Error &error);
    void fail(const std::vector<Waiter> &waiters, const Error &error);
    void rejectAll(const IntentBatch &batch, const Error &error);
    void complete(Ticket &ticket);
    struct Amendment;
    using AmendmentPtr = std::shared_ptr<const Amendment>;
    void applyChange(const AmendmentPtr &amendment, const Result<std::vector<IntentPtr>> &rows);
    void finishAmendment(const AmendmentPtr &amendment, const std::shared_ptr<Intent> &intent,
                         const Result<void> &stored);
    void askLeader(IntentSubmission submission, Done done);
    void load(StoreContents &contents);
    //! Whether what \p term began is nobody's business any more: this engine has stopped deciding since.
    bool isOver(quint64 term) const { return term != m_term; }
    std::optional<std::pair<quint64, IntentKey>> findStored(const std::optional<QByteArray> &site,
                                                            const QByteArray &id) const;

    Config m_config;
    IntentStore &m_store;
    BackendAdapter &m_backend;
    const Clock &m_clock;
    Rng &m_rng;
    std::optional<IntentKeyHasher> m_hash;
    KeyIndex m_index;
    std::unordered_map<IntentKey, std::vector<Waiter>, KeyHash> m_inflight;
    static constexpr qsizetype MaxKnownSites = 10'000;
    QSet<QByteArray> m_sites; //!< for look-ups that name only an id; those on further sites must name the site
    QByteArray m_epoch;
    quint64 m_assignedSeq = 0;
    quint64 m_headSeq = 0;
    quint64 m_floorSeq = 1;
    bool m_isStopped = false;
    IntentLeader *m_leader = nullptr; //!< null: this engine decides
    quint64 m_term = 0;               //!< grows when it stops deciding
    Counters m_counters;
};

} // namespace Tidegate
