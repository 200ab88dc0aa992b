// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentstore.h"
#include "sql/groupcommit.h"

namespace Tidegate {

class DatabaseLock;
class DocumentWriter;

//! DocumentStore on one SQLite file. A writer thread commits everything that waits in one transaction.
class SqliteDocumentStore final : public DocumentStore
{
public:
    //! \p path is made with its folder when absent. \p owner outlives the store.
    SqliteDocumentStore(QString path, TaskQueue &owner);
    ~SqliteDocumentStore() override;

    Result<StoredDocuments> open(int windowCount) override;
    void write(DocumentWrite write, std::function<void(Result<void>)> done) override;
    void close() override;

private:
    const QString m_path;
    TaskQueue &m_owner;
    std::unique_ptr<DatabaseLock> m_lock;
    std::unique_ptr<DocumentWriter> m_writer;              //!< writer thread
    std::unique_ptr<GroupCommit<DocumentWrite>> m_writing; //!< last: ends before what it uses
};

} // namespace Tidegate
