// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "intent/postgres/stopsignal.h"
#include "intent/sharedintentstore.h"
#include "sql/groupcommit.h"

#include <memory>

namespace Tidegate {

class PgReader;
class PgWriter;
class Rng;

//! SharedIntentStore on a PostgreSQL database, in its schema "tidegate". A writer thread commits everything that waits
//! in one transaction, a reader thread never waits for it. One gateway at a time writes: it holds an advisory lock, and
//! a fencing number keeps one out that lost it. Called on the thread \p owner lives in; completions run there, none
//! after close().
class PostgresIntentStore final : public SharedIntentStore
{
public:
    struct Config
    {
        QByteArray address;         //!< URL or "key=value" pairs, as libpq reads them
        QByteArray holder;          //!< who we are, for operators
        int lockPatienceMs = 5'000; //!< for the lock of a gateway that has just ended
        //! How long a write waits for a server that is away before it fails as Unavailable. A commit whose answer was
        //! lost waits longer: until it is known.
        int writePatienceMs = 10'000;
        int readPatienceMs = 3'000; //!< the first read of a loss; later ones fail at once
    };

    //! Nothing is contacted. The address can be read.
    static Result<void> check(const QByteArray &address);

    //! \p owner and \p rng outlive the store.
    PostgresIntentStore(Config config, TaskQueue &owner, Rng &rng);
    ~PostgresIntentStore() override;

    Result<StoreContents> open() override;
    void write(StoreWrite write, std::function<void(Result<void>)> done) override;
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override;
    void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override;
    void close() override;

    Result<StoreContents> openToFollow() override;
    void tryToLead(std::function<void(Result<Leadership>)> done) override;
    void resign() override;
    void setDeposedHandler(std::function<void()> deposed) override { m_deposed = std::move(deposed); }

    //! Bytes handed to write() whose commit is still to come.
    qsizetype backlogBytes() const { return m_writing ? m_writing->backlogBytes() : 0; }

private:
    template <typename T>
    using Completion = std::function<void(Result<T>)>;

    template <typename T>
    void complete(Completion<T> done, Result<T> result);
    void startThreads();
    Result<StoreContents> opened(Result<StoreContents> contents);
    std::vector<Result<void>> commit(std::span<const StoreWrite> writes);

    const Config m_config;
    TaskQueue &m_owner;
    Rng &m_rng;
    StopSignal m_stop;
    quint64 m_lowestSeq = 0;                   // reads hide what lies under it, deleted or not
    std::shared_ptr<bool> m_completionsWanted; // read and written on the owner's thread only
    bool m_open = false;
    std::function<void()> m_deposed; //!< owner's thread

    std::unique_ptr<PgWriter> m_writer; // writer thread
    std::unique_ptr<PgReader> m_reader; // reader thread

    // Last, so that the threads end before what they use.
    std::unique_ptr<GroupCommit<StoreWrite>> m_writing;
    std::unique_ptr<Worker> m_readerThread;
};

} // namespace Tidegate
