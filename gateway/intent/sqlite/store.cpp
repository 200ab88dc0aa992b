// SPDX-License-Identifier: MIT
#include "intent/sqlite/store.h"

#include "base/logging.h"
#include "intent/intentquery.h"
#include "intent/sqlite/reader.h"
#include "intent/sqlite/writer.h"
#include "sql/databaselock.h"

#include <algorithm>

namespace Tidegate {

namespace {

Error notOpen()
{
    return {ErrorCode::Storage, QStringLiteral("the intent store is not open")};
}

} // namespace

SqliteIntentStore::SqliteIntentStore(Config config, TaskQueue &owner, Rng &rng)
    : m_config(std::move(config))
    , m_owner(owner)
    , m_rng(rng)
{
}

SqliteIntentStore::~SqliteIntentStore()
{
    close();
}

Result<StoreContents> SqliteIntentStore::open()
{
    Q_ASSERT(!m_open);
    auto locked = DatabaseLock::acquire(m_config.path);
    if (!locked)
        return locked.error();
    m_lock = *std::move(locked);
    m_writing = std::make_unique<GroupCommit<StoreWrite>>(
        m_owner, QStringLiteral("store-writer"),
        GroupCommit<StoreWrite>::Writer{[this](std::span<const StoreWrite> writes) { return m_writer->commit(writes); },
                                        [this] { m_writer->trim(); }});
    m_readerThread = std::make_unique<Worker>(QStringLiteral("store-reader"));
    m_completionsWanted = std::make_shared<bool>(true);
    m_open = true;
    auto contents = openConnections();
    if (contents) {
        m_lowestSeq = contents->firstSeq;
        return contents;
    }
    close();
    Error error = contents.error();
    if (!error.text.contains(m_config.path))
        error.text = QStringLiteral("cannot open %1: %2").arg(m_config.path, error.text);
    return error;
}

Result<StoreContents> SqliteIntentStore::openConnections()
{
    auto contents = m_writing->runBlocking([this]() -> Result<StoreContents> {
        SqlConnection::Config config;
        config.path = m_config.path;
        config.busyTimeoutMs = m_config.busyTimeoutMs;
        auto writer = SqliteWriter::open(config, m_rng);
        if (!writer)
            return writer.error();
        m_writer = *std::move(writer);
        return m_writer->load();
    });
    if (!contents)
        return contents;
    auto reading = m_readerThread->runBlocking([this]() -> Result<void> {
        auto reader = SqliteReader::open(m_config.path);
        if (!reader)
            return reader.error();
        m_reader = *std::move(reader);
        return {};
    });
    if (!reading)
        return reading.error();
    return contents;
}

template <typename T>
void SqliteIntentStore::complete(Completion<T> done, Result<T> result)
{
    // Callable from the threads: m_completionsWanted itself changes only while they do not run.
    m_owner.post([wanted = m_completionsWanted, done = std::move(done), result = std::move(result)]() mutable {
        if (!wanted || *wanted)
            done(std::move(result));
    });
}

void SqliteIntentStore::write(StoreWrite write, std::function<void(Result<void>)> done)
{
    if (!m_open)
        return complete<void>(std::move(done), notOpen());
    m_lowestSeq = std::max(m_lowestSeq, write.trimBelowSeq);
    const qsizetype bytes = byteSize(write);
    m_writing->post(std::move(write), bytes, std::move(done));
}

void SqliteIntentStore::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    if (!m_open)
        return complete<std::vector<IntentPtr>>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, query = std::move(query), done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->read(query, lowest));
    });
}

void SqliteIntentStore::countReasons(std::function<void(Result<SqliteReader::ReasonCounts>)> done)
{
    if (!m_open)
        return complete<SqliteReader::ReasonCounts>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->countReasons(lowest));
    });
}

void SqliteIntentStore::close()
{
    if (!m_open)
        return;
    m_open = false;
    *m_completionsWanted = false;
    m_readerThread->runBlocking([this] { m_reader.reset(); });
    m_writing->close([this] {
        if (m_writer)
            m_writer->finish();
        m_writer.reset();
    });
    m_readerThread.reset();
    m_writing.reset();
    m_lock.reset();
}

} // namespace Tidegate
