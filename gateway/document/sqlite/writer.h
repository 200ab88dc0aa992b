// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentstore.h"
#include "sql/connection.h"
#include "sql/statement.h"

#include <span>

namespace Tidegate {

//! The document store's connection. All of it on the writer thread.
class DocumentWriter
{
public:
    //! Makes or migrates the schema.
    static Result<std::unique_ptr<DocumentWriter>> open(const SqlConnection::Config &config);

    Result<StoredDocuments> load(int windowCount);
    //! All of \p writes in one transaction, as commitTogether() wants it.
    std::vector<Result<void>> commit(std::span<const DocumentWrite> writes);
    //! Moves the write-ahead log into the file.
    void finish();

private:
    struct Statements
    {
        Statement createDocument;
        Statement noteEpoch;
        Statement insertTransaction;
        Statement trimTransactions;
        Statement updateState;
        Statement deleteTransactions;
        Statement deleteDocument;
        Statement readDocuments;
        Statement readWindow;
    };

    explicit DocumentWriter(std::unique_ptr<SqlConnection> connection);
    Result<void> prepare();
    Result<void> tryCommit(std::span<const DocumentWrite> writes);
    Result<void> store(const CreateDocument &write);
    Result<void> store(const RecordTransaction &write);
    Result<void> store(const ReplaceState &write);
    Result<void> store(const RemoveDocument &write);
    Result<void> advance(const QByteArray &id, quint64 epoch, quint64 revision, quint64 seq, const QByteArray &state,
                         qint64 atMs);
    Result<void> mustHaveChanged() const;
    Result<std::vector<TransactionRecord>> readWindow(quint64 epoch, int count);

    std::unique_ptr<SqlConnection> m_connection;
    Statements m_do; // destroyed before the connection
};

} // namespace Tidegate
