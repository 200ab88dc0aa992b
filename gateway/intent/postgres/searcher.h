// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/connection.h"
#include "intent/threadedsearcher.h"

namespace Tidegate {

//! IntentSearcher on the database of a PostgresIntentStore: a thread and a connection of its own.
class PostgresIntentSearcher final : public ThreadedIntentSearcher
{
public:
    explicit PostgresIntentSearcher(QByteArray address);
    ~PostgresIntentSearcher() override;

private:
    Result<void> open() override;
    Result<qint64> count(const IntentSearch &search, IntentTable table) override;
    Result<void> append(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit,
                        std::vector<IntentPtr> &rows) override;

    const QByteArray m_address;
    std::unique_ptr<PgConnection> m_connection; //!< on the thread, since the first search
};

} // namespace Tidegate
