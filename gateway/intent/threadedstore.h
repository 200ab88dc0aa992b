// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "intent/intentstore.h"
#include "sql/groupcommit.h"

#include <memory>
#include <span>

namespace Tidegate {

//! The end of a database that writes. Writer thread.
class IntentWriter
{
public:
    virtual ~IntentWriter() = default;

    //! Stores \p writes in one transaction and answers each. When a statement of one write is at fault, every write is
    //! tried once more by itself, so that it fails alone; when the database is, they all fail.
    virtual std::vector<Result<void>> commit(std::span<const StoreWrite> writes) = 0;
    //! Deletes trimmed rows, in a transaction of its own and only when enough of them have gathered. Bounded per call.
    virtual void trim() = 0;
    //! The last call: trims what is left and lets go.
    virtual void finish() = 0;
};

//! The end that reads. Reader thread.
class IntentReader
{
public:
    using ReasonCounts = std::vector<std::pair<QByteArray, quint64>>;

    virtual ~IntentReader() = default;

    //! Rows under \p lowestSeq count as gone.
    virtual Result<std::vector<IntentPtr>> read(const IntentQuery &query, quint64 lowestSeq) = 0;
    //! Reads the whole log; ordered by reason.
    virtual Result<ReasonCounts> countReasons(quint64 lowestSeq) = 0;
};

//! What the stores on databases have in common: a thread that commits together whatever waits, another that reads
//! beside it, and completions that come home. A form opens the ends and closes the store in its own destructor.
class ThreadedIntentStore : public IntentStore
{
public:
    void write(StoreWrite write, std::function<void(Result<void>)> done) final;
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) final;
    void countReasons(std::function<void(Result<IntentReader::ReasonCounts>)> done) final;

    //! Bytes handed to write() whose commit is still to come.
    qsizetype backlogBytes() const { return m_writing ? m_writing->backlogBytes() : 0; }

protected:
    //! On the writer's thread; an end that was put into \p writer is finished even if the rest fails.
    using OpenWriter = std::function<Result<StoreContents>(std::unique_ptr<IntentWriter> &writer)>;
    //! On the reader's thread.
    using OpenReader = std::function<Result<void>(std::unique_ptr<IntentReader> &reader)>;

    //! Completions run on the thread \p owner lives in; it outlives the store.
    explicit ThreadedIntentStore(TaskQueue &owner)
        : m_owner(owner)
    {
    }

    //! Blocks. After an error closeEnds() is still due.
    Result<StoreContents> openEnds(const OpenWriter &openWriter, const OpenReader &openReader);
    //! Blocks until what was written is stored; completions that have not run are dropped. Does nothing if closed.
    void closeEnds();
    bool isOpen() const { return m_open; }

    //! While the store is open: before the commit of what waits there.
    void runOnWriter(Task task) { m_writing->run(std::move(task)); }
    //! Any thread. Runs \p task on the owner's, unless the store was closed by then.
    void post(Task task);
    template <typename T>
    using Completion = std::function<void(Result<T>)>;
    template <typename T>
    void complete(Completion<T> done, Result<T> result)
    {
        post([done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    }

private:
    TaskQueue &m_owner;
    quint64 m_lowestSeq = 0;                   // reads hide what lies under it, deleted or not
    std::shared_ptr<bool> m_completionsWanted; // read and written on the owner's thread only
    bool m_open = false;

    std::unique_ptr<IntentWriter> m_writer; // writer thread
    std::unique_ptr<IntentReader> m_reader; // reader thread

    // Last, so that the threads end before what they use.
    std::unique_ptr<GroupCommit<StoreWrite>> m_writing;
    std::unique_ptr<Worker> m_readerThread;
};

} // namespace Tidegate
