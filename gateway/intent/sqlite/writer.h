// SPDX-License-Identifier: MIT
#pragma once

#include "intent/sqlite/keyruns.h"
#include "intent/sqlite/rows.h"
#include "intent/threadedstore.h"
#include "sql/connection.h"

#include <memory>

namespace Tidegate {

class Rng;

//! The store's writing connection. All of it on the writer thread.
class SqliteWriter final : public IntentWriter
{
public:
    //! Makes or migrates the schema.
    static Result<std::unique_ptr<SqliteWriter>> open(const SqlConnection::Config &config, Rng &rng);

    //! What the file holds; also where trimming goes on from.
    Result<StoreContents> load();

    std::vector<Result<void>> commit(std::span<const StoreWrite> writes) override;
    void trim() override;
    //! Also moves the write-ahead log into the file.
    void finish() override;

private:
    struct Statements
    {
        Statement insertLog;
        Statement deleteLog;
        Statement insertInbox;
        Statement deleteInbox;
        Statement insertChannel;
        Statement deleteChannel;
        Statement findChannels;
        Statement findTrimmedChannels;
        Statement trimLog;
        Statement putMeta;
    };

    explicit SqliteWriter(std::unique_ptr<SqlConnection> connection);
    Result<void> prepare();
    Result<void> tryCommit(std::span<const StoreWrite> writes);
    Result<void> store(const StoreWrite &write);
    Result<void> admit(const Intent &intent);
    Result<void> settle(const SettledIntent &settled);
    Result<void> insertChannels(const Intent &intent);
    Result<void> removeRow(quint64 seq);
    Result<void> removeChannels(Statement &rows);
    Result<void> putMeta(QByteArrayView key, quint64 value);
    Result<void> tryTrim(quint64 belowSeq);

    std::unique_ptr<SqlConnection> m_connection;
    Statements m_do; // destroyed before the connection, as are the key runs
    KeyRuns m_keys;
    IntentRows m_rows;
    quint64 m_headSeq = 0;    // of the transaction under way
    quint64 m_trimBelow = 0;  // asked for
    quint64 m_firstSeq = 0;   // no row in the file lies under it
    quint64 m_trimBudget = 0; // rows the next trim() may delete
    bool m_trimFailed = false;
};

} // namespace Tidegate
