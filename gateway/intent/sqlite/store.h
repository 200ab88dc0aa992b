// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "intent/intentstore.h"
#include "sql/groupcommit.h"

#include <QString>

#include <memory>

namespace Tidegate {

class DatabaseLock;
class Rng;
class SqliteReader;
class SqliteWriter;

//! IntentStore on one SQLite file. A writer thread commits everything that waits in one transaction, a reader thread
//! never waits for it. Called on the thread \p owner lives in; completions run there, none after close().
class SqliteIntentStore final : public IntentStore
{
public:
    struct Config
    {
        QString path;              //!< made with its folder when absent; "-wal", "-shm" and ".lock" lie beside it
        int busyTimeoutMs = 5'000; //!< how long a commit waits for a lock that some other program holds
    };

    //! Writers upstream stop taking in more while backlogBytes() is above this; the store itself never drops.
    static constexpr qsizetype BacklogHighWaterBytes = 64 << 20;

    //! \p owner and \p rng outlive the store.
    SqliteIntentStore(Config config, TaskQueue &owner, Rng &rng);
    ~SqliteIntentStore() override;

    Result<StoreContents> open() override;
    void write(StoreWrite write, std::function<void(Result<void>)> done) override;
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override;
    void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override;
    void close() override;

    //! Bytes handed to write() whose commit is still to come.
    qsizetype backlogBytes() const { return m_writing ? m_writing->backlogBytes() : 0; }

private:
    template <typename T>
    using Completion = std::function<void(Result<T>)>;

    Result<StoreContents> openConnections();
    template <typename T>
    void complete(Completion<T> done, Result<T> result);

    const Config m_config;
    TaskQueue &m_owner;
    Rng &m_rng;
    std::unique_ptr<DatabaseLock> m_lock;
    quint64 m_lowestSeq = 0;                   // reads hide what lies under it, deleted or not
    std::shared_ptr<bool> m_completionsWanted; // read and written on the owner's thread only
    bool m_open = false;

    std::unique_ptr<SqliteWriter> m_writer; // writer thread
    std::unique_ptr<SqliteReader> m_reader; // reader thread

    // Last, so that the threads end before what they use.
    std::unique_ptr<GroupCommit<StoreWrite>> m_writing;
    std::unique_ptr<Worker> m_readerThread;
};

} // namespace Tidegate
