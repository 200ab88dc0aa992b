// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intent.h"
#include "intent/intentkey.h"
#include "wire/result.h"

#include <functional>
#include <optional>
#include <vector>

namespace Tidegate {

//! An intent entering the log at its seq. replacesSeq: its former place in the log (a retry, rework or undo moved it);
//! when that is its seq, the row is written anew where it stands.
struct SettledIntent
{
    IntentPtr intent;
    IntentKey key;
    bool wasPending = false; //!< has a row in the inbox that this write removes
    quint64 replacesSeq = 0;
};

//! One caller's share of a transaction. Seqs of settled intents ascend over the life of the store.
struct StoreWrite
{
    std::vector<IntentPtr> admitted; //!< pending intents to put into the inbox
    std::vector<SettledIntent> settled;
    quint64 trimBelowSeq = 0; //!< log rows under this seq may go (in chunks, at the store's leisure); 0 = none
};

//! What the engine must know before the first client. keys[i] belongs to firstSeq + i; a null key is a hole.
struct StoreContents
{
    QByteArray epoch;   //!< changes only when history is lost; made at creation
    QByteArray keySeed; //!< IntentKeyHasher::SeedBytes
    quint64 firstSeq = 1;
    quint64 headSeq = 0; //!< newest seq ever given; never goes back, also when rows were trimmed
    std::vector<IntentKey> keys;
    std::vector<QByteArray> sites;    //!< every site that has rows
    std::vector<IntentPtr> unsettled; //!< the inbox: accepted before a crash, not decided yet
};

//! Which rows to read. Log reads ascend by seq unless newestFirst; they see every write whose completion has run.
struct IntentQuery
{
    enum class Source : quint8 { Log, Inbox, Both };
    Source source = Source::Log;
    std::optional<QByteArray> site;
    std::optional<QByteArray> channel; //!< rows whose channels include it
    std::optional<QByteArray> reason;  //!< rows whose reasons include it
    std::vector<quint64> seqs;         //!< exact rows; everything else but limit is ignored then
    quint64 afterSeq = 0;              //!< exclusive
    quint64 untilSeq = 0;              //!< inclusive; 0 = no bound
    std::optional<qint64> insertedSinceMs;
    bool byInsertion = false; //!< order by insertedAt instead of seq
    bool newestFirst = false;
    qsizetype limit = 500;
};

//! Durable home of intents. Port; called on the core thread, completions run on the core thread in call order per kind.
class IntentStore
{
public:
    virtual ~IntentStore() = default;

    //! Blocks; creates or migrates the schema. Call once, before anything else.
    virtual Result<StoreContents> open() = 0;

    //! Durable (fsynced) when the completion succeeds. All writes waiting at a time share one transaction; either all
    //! of a write is stored or none of it. Order of writes is kept.
    virtual void write(StoreWrite write, std::function<void(Result<void>)> done) = 0;

    virtual void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) = 0;

    //! Counts of rows per reason over the whole log and inbox, for operators.
    virtual void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) = 0;

    //! Finishes what was written, checkpoints and closes; blocks. Completions of pending calls may be dropped.
    virtual void close() = 0;
};

} // namespace Tidegate
