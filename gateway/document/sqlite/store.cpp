// SPDX-License-Identifier: MIT
#include "document/sqlite/store.h"

#include "document/sqlite/writer.h"
#include "sql/databaselock.h"

namespace Tidegate {

SqliteDocumentStore::SqliteDocumentStore(QString path, TaskQueue &owner)
    : m_path(std::move(path))
    , m_owner(owner)
{
}

SqliteDocumentStore::~SqliteDocumentStore()
{
    close();
}

Result<StoredDocuments> SqliteDocumentStore::open(int windowCount)
{
    auto locked = DatabaseLock::acquire(m_path);
    if (!locked)
        return locked.error();
    m_lock = *std::move(locked);
    m_writing = std::make_unique<GroupCommit<DocumentWrite>>(
        m_owner, QStringLiteral("document-writer"),
        GroupCommit<DocumentWrite>::Writer{
            [this](std::span<const DocumentWrite> writes) { return m_writer->commit(writes); }, {}});
    auto contents = m_writing->runBlocking([&]() -> Result<StoredDocuments> {
        SqlConnection::Config config;
        config.path = m_path;
        auto writer = DocumentWriter::open(config);
        if (!writer)
            return writer.error();
        m_writer = *std::move(writer);
        return m_writer->load(windowCount);
    });
    if (contents)
        return contents;
    close();
    Error error = contents.error();
    if (!error.text.contains(m_path))
        error.text = QStringLiteral("cannot open %1: %2").arg(m_path, error.text);
    return error;
}

void SqliteDocumentStore::write(DocumentWrite write, std::function<void(Result<void>)> done)
{
    Q_ASSERT(m_writing);
    const qsizetype bytes = byteSize(write);
    m_writing->post(std::move(write), bytes, std::move(done));
}

void SqliteDocumentStore::close()
{
    if (!m_writing)
        return;
    m_writing->close([this] {
        if (m_writer)
            m_writer->finish();
        m_writer.reset();
    });
    m_writing.reset();
    m_lock.reset();
}

} // namespace Tidegate
