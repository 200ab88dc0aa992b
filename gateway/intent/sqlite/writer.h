// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"
#include "intent/sqlite/keyruns.h"
#include "intent/sqlite/rows.h"
#include "sql/connection.h"

#include <memory>
#include <span>

namespace Tidegate {

class Rng;

//! The store's writing connection. All of it on the writer thread.
class SqliteWriter
{
public:
    //! Makes or migrates the schema.
    static Result<std::unique_ptr<SqliteWriter>> open(const SqlConnection::Config &config, Rng &rng);

    //! What the file holds; also where trimming goes on from.
    Result<StoreContents> load();

    //! Stores \p writes in one transaction and answers each. When a statement of one write is at fault, every write is
    //! tried once more by itself, so that it fails alone; when the disk is, they all fail.
    std::vector<Result<void>> commit(std::span<const StoreWrite> writes);

    //! Deletes trimmed rows, in a transaction of its own and only when enough of them have gathered. Bounded per call.
    void trim();

    //! Trims what is left and moves the write-ahead log into the file.
    void finish();

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
