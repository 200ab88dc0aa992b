// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentsearch.h"
#include "sql/connection.h"
#include "sql/worker.h"

#include <atomic>
#include <memory>

namespace Tidegate {

//! IntentSearcher on the file of a SqliteIntentStore that is open: a thread and a reading connection of its own.
class SqliteIntentSearcher final : public IntentSearcher
{
public:
    static constexpr int MaxWaiting = 32; //!< searches; further ones end as RateLimited

    explicit SqliteIntentSearcher(QString path);
    //! Searches that still wait are dropped.
    ~SqliteIntentSearcher() override;

    void search(IntentSearch search, std::function<void(Result<IntentsFound>)> done) override;

private:
    Result<IntentsFound> run(const IntentSearch &search);
    Result<void> openOnce();

    const QString m_path;
    std::unique_ptr<SqlConnection> m_connection; //!< on the thread, since the first search
    std::atomic<int> m_waiting = 0;
    std::atomic<bool> m_isClosing = false;
    std::unique_ptr<Worker> m_thread; //!< last: ends before what it uses
};

} // namespace Tidegate
