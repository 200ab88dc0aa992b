// SPDX-License-Identifier: MIT
#pragma once

#include "intent/threadedsearcher.h"
#include "sql/connection.h"

namespace Tidegate {

//! IntentSearcher on the file of a SqliteIntentStore that is open: a thread and a reading connection of its own.
class SqliteIntentSearcher final : public ThreadedIntentSearcher
{
public:
    explicit SqliteIntentSearcher(QString path);
    ~SqliteIntentSearcher() override;

private:
    Result<void> open() override;
    Result<qint64> count(const IntentSearch &search, IntentTable table) override;
    Result<void> append(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit,
                        std::vector<IntentPtr> &rows) override;

    const QString m_path;
    std::unique_ptr<SqlConnection> m_connection; //!< on the thread, since the first search
};

} // namespace Tidegate
