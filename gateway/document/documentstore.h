// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <functional>
#include <variant>
#include <vector>

namespace Tidegate {

//! One recorded transaction as the window keeps it.
struct TransactionRecord
{
    quint64 seq = 0;
    bool accepted = false;
    qint64 atMs = 0;          //!< wall clock
    QByteArray idempotencyId; //!< who asked for it and under which key, hashed; empty = nobody can ask again
    QByteArray state;         //!< after it; empty = not kept

    qsizetype byteSize() const { return qsizetype(sizeof(TransactionRecord)) + idempotencyId.size() + state.size(); }
};

struct StoredDocument
{
    QByteArray id;
    quint64 epoch = 0;
    quint64 revision = 0; //!< counts every write to the document
    quint64 seq = 0;      //!< of the newest transaction; 0 = none yet
    QByteArray state;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    std::vector<TransactionRecord> window; //!< ascending, the newest ones
};

struct StoredDocuments
{
    quint64 lastEpoch = 0; //!< no document was ever given a higher one
    std::vector<StoredDocument> documents;
};

// Writes. Each but the first names the document's revision after it, and fails unless the stored one is the revision
// before: what builds on a write that failed fails too.

struct CreateDocument
{
    QByteArray id;
    quint64 epoch = 0;
    QByteArray state;
    qint64 atMs = 0;
    QByteArray requestId = {}; //!< of DocumentOrder; for the log that gateways share
};

struct RecordTransaction
{
    QByteArray id;
    quint64 epoch = 0;
    quint64 revision = 0;
    TransactionRecord record;
    QByteArray state; //!< of the document from now on
    QByteArray functionId;
    QByteArray subject;
    QByteArray proof;
    QByteArray reason;
    quint64 trimThroughSeq = 0; //!< older transactions are forgotten; 0 = none
};

struct ReplaceState
{
    QByteArray id;
    quint64 epoch = 0;
    quint64 revision = 0;
    QByteArray state;
    qint64 atMs = 0;
    QByteArray requestId = {}; //!< likewise
};

struct RemoveDocument
{
    QByteArray id;
    quint64 epoch = 0;
    QByteArray requestId = {}; //!< likewise
};

using DocumentWrite = std::variant<CreateDocument, RecordTransaction, ReplaceState, RemoveDocument>;

qsizetype byteSize(const DocumentWrite &write);

//! Where documents and their histories are kept. Port. Core thread only.
class DocumentStore
{
public:
    virtual ~DocumentStore() = default;

    //! \p windowCount transactions of each document are read. Blocks.
    virtual Result<StoredDocuments> open(int windowCount) = 0;
    //! \p done runs later on the core thread, in the order of the writes, not after close(). Success = it is as durable
    //! as this store is. ErrorCode::Cancelled = it certainly is not, because another gateway writes now;
    //! ErrorCode::Timeout = nobody knows.
    virtual void write(DocumentWrite write, std::function<void(Result<void>)> done) = 0;
    //! Finishes what was written. Blocks.
    virtual void close() = 0;
};

} // namespace Tidegate
