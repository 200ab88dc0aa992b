// SPDX-License-Identifier: MIT
#pragma once

#include "sql/worker.h"
#include "wire/result.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace Tidegate {

//! Stores \p writes by \p tryCommit (one transaction for all it is given) and answers each. When a statement of one
//! write is at fault, every write is tried once more by itself, so that it fails alone; when the disk is (a retryable
//! error), they all fail.
template <typename Write, typename TryCommit>
std::vector<Result<void>> commitTogether(std::span<const Write> writes, TryCommit tryCommit)
{
    const Result<void> together = tryCommit(writes);
    std::vector<Result<void>> results(writes.size(), together);
    if (!together && !together.error().retryable && writes.size() > 1) {
        for (size_t i = 0; i < writes.size(); ++i)
            results[i] = tryCommit(writes.subspan(i, 1));
    }
    return results;
}

//! A writer thread that commits everything that waits at the end of its turn together: one fsync for many writes.
//! Made, called and destroyed on the thread \p owner lives in; completions run there, none after close().
//! Bound: callers watch backlogBytes(); nothing is dropped.
template <typename Write>
class GroupCommit
{
public:
    using Done = std::function<void(Result<void>)>;
    struct Writer
    {
        //! On the writer thread; one result per write.
        std::function<std::vector<Result<void>>(std::span<const Write>)> commit;
        //! On the writer thread, after the completions are on their way: what can wait. May be empty.
        std::function<void()> afterCommit;
    };

    GroupCommit(TaskQueue &owner, const QString &threadName, Writer writer)
        : m_owner(owner)
        , m_writer(std::move(writer))
        , m_completionsWanted(std::make_shared<bool>(true))
        , m_thread(std::make_unique<Worker>(threadName))
    {
        m_thread->setTurnEnd([this] { commitWaiting(); });
    }
    ~GroupCommit()
    {
        close([] {});
    }
    Q_DISABLE_COPY_MOVE(GroupCommit)

    //! \p bytes is what \p write weighs.
    void post(Write write, qsizetype bytes, Done done)
    {
        m_backlogBytes.fetch_add(bytes, std::memory_order_relaxed);
        m_thread->post([this, bytes, write = std::move(write), done = std::move(done)]() mutable {
            m_waiting.push_back(std::move(write));
            m_waitingDone.push_back(std::move(done));
            m_waitingBytes += bytes;
        });
    }
    //! Runs \p task on the writer thread, before the commit of what waits there.
    void run(Task task) { m_thread->post(std::move(task)); }
    //! Runs \p fn on the writer thread and returns what it returned.
    template <typename F>
    auto runBlocking(F fn)
    {
        return m_thread->runBlocking(std::move(fn));
    }
    //! Commits what waits, runs \p finish on the writer thread and ends that thread. Safe to call twice.
    void close(const std::function<void()> &finish)
    {
        if (!m_thread)
            return;
        *m_completionsWanted = false;
        m_thread->runBlocking([&] {
            commitWaiting(); // the batch that holds this task has not come to its end of turn
            finish();
        });
        m_thread.reset();
    }

    //! Any thread. Bytes posted whose commit is still to come.
    qsizetype backlogBytes() const { return m_backlogBytes.load(std::memory_order_relaxed); }

private:
    void commitWaiting()
    {
        if (m_waiting.empty())
            return;
        const std::vector<Write> writes = std::exchange(m_waiting, {});
        std::vector<Done> done = std::exchange(m_waitingDone, {});
        std::vector<Result<void>> results = m_writer.commit(writes);
        m_backlogBytes.fetch_sub(std::exchange(m_waitingBytes, 0), std::memory_order_relaxed);
        m_owner.post([wanted = m_completionsWanted, done = std::move(done), results = std::move(results)]() {
            for (size_t i = 0; i < done.size() && *wanted; ++i)
                done[i](results[i]);
        });
        if (m_writer.afterCommit)
            m_writer.afterCommit();
    }

    TaskQueue &m_owner;
    const Writer m_writer;
    std::atomic<qsizetype> m_backlogBytes = 0;
    const std::shared_ptr<bool> m_completionsWanted; //!< read and written on the owner's thread only

    // Writer thread.
    std::vector<Write> m_waiting;
    std::vector<Done> m_waitingDone;
    qsizetype m_waitingBytes = 0;

    std::unique_ptr<Worker> m_thread; //!< last: ends before what it uses
};

} // namespace Tidegate
