// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentsearch.h"
#include "sql/worker.h"

#include <atomic>
#include <memory>

namespace Tidegate {

//! Where a database has intents: those with a place in the log, and those that are undecided.
enum class IntentTable : quint8 { Log, Inbox };

//! What the searchers on databases have in common: a thread, and a page over both tables. A form has the statements,
//! and its destructor calls close().
class ThreadedIntentSearcher : public IntentSearcher
{
public:
    static constexpr int MaxWaiting = 32; //!< searches; further ones end as RateLimited

    void search(IntentSearch search, std::function<void(Result<IntentsFound>)> done) final;

protected:
    ThreadedIntentSearcher()
        : m_thread(std::make_unique<Worker>(QStringLiteral("store-search")))
    {
    }

    //! Searches that still wait are dropped; \p release runs on the thread.
    void close(const std::function<void()> &release);

    // On the thread.

    //! Before each search; does nothing while there is a connection.
    virtual Result<void> open() = 0;
    //! Counts up to IntentsFound::MaxCounted + 1.
    virtual Result<qint64> count(const IntentSearch &search, IntentTable table) = 0;
    virtual Result<void> append(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit,
                                std::vector<IntentPtr> &rows) = 0;

private:
    Result<IntentsFound> run(const IntentSearch &search);

    std::atomic<int> m_waiting = 0;
    std::atomic<bool> m_isClosing = false;
    std::unique_ptr<Worker> m_thread; //!< last: ends before what it uses
};

} // namespace Tidegate
