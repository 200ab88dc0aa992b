// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentsearch.h"
#include "intent/postgres/connection.h"
#include "sql/worker.h"

#include <atomic>
#include <memory>

namespace Tidegate {

//! IntentSearcher on the database of a PostgresIntentStore: a thread and a connection of its own.
class PostgresIntentSearcher final : public IntentSearcher
{
public:
    static constexpr int MaxWaiting = 32; //!< searches; further ones end as RateLimited

    explicit PostgresIntentSearcher(QByteArray address);
    //! Searches that still wait are dropped.
    ~PostgresIntentSearcher() override;

    void search(IntentSearch search, std::function<void(Result<IntentsFound>)> done) override;

private:
    Result<IntentsFound> run(const IntentSearch &search);

    const QByteArray m_address;
    std::unique_ptr<PgConnection> m_connection; //!< on the thread, since the first search
    std::atomic<int> m_waiting = 0;
    std::atomic<bool> m_isClosing = false;
    std::unique_ptr<Worker> m_thread; //!< last: ends before what it uses
};

} // namespace Tidegate
