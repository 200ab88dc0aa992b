// SPDX-License-Identifier: MIT
#include "intent/sqlite/store.h"

#include "base/logging.h"
#include "intent/sqlite/reader.h"
#include "intent/sqlite/writer.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>

#include <algorithm>

namespace Tidegate {

namespace {

Error notOpen()
{
    return {ErrorCode::Storage, QStringLiteral("the intent store is not open")};
}

qsizetype byteSize(const StoreWrite &write)
{
    qsizetype bytes = qsizetype(sizeof(StoreWrite));
    for (const IntentPtr &intent : write.admitted)
        bytes += intent->byteSize();
    for (const SettledIntent &settled : write.settled)
        bytes += qsizetype(sizeof settled) + settled.intent->byteSize();
    return bytes;
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

Result<void> SqliteIntentStore::lockFile()
{
    QDir().mkpath(QFileInfo(m_config.path).absolutePath());
    m_lock = std::make_unique<QLockFile>(m_config.path + QStringLiteral(".lock"));
    m_lock->setStaleLockTime(0); // age proves nothing; a lock whose process is gone is taken over all the same
    if (m_lock->tryLock(0))
        return {};
    qint64 pid = 0;
    QString host;
    QString program;
    if (m_lock->error() == QLockFile::LockFailedError && m_lock->getLockInfo(&pid, &host, &program))
        return Error{ErrorCode::Storage, QStringLiteral("cannot open %1: it is in use by process %2 (%3 on %4)")
                                             .arg(m_config.path, QString::number(pid), program, host)};
    return Error{ErrorCode::Storage,
                 QStringLiteral("cannot open %1: cannot make the lock file %1.lock").arg(m_config.path)};
}

Result<StoreContents> SqliteIntentStore::open()
{
    Q_ASSERT(!m_open);
    if (auto locked = lockFile(); !locked)
        return locked.error();
    m_writerThread = std::make_unique<Worker>(QStringLiteral("store-writer"));
    m_writerThread->setTurnEnd([this] { commitWaiting(); });
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
    auto contents = m_writerThread->runBlocking([this]() -> Result<StoreContents> {
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
    m_backlogBytes.fetch_add(bytes, std::memory_order_relaxed);
    m_writerThread->post([this, bytes, write = std::move(write), done = std::move(done)]() mutable {
        m_waiting.push_back(std::move(write));
        m_waitingDone.push_back(std::move(done));
        m_waitingBytes += bytes;
    });
}

void SqliteIntentStore::commitWaiting()
{
    if (m_waiting.empty())
        return;
    std::vector<StoreWrite> writes = std::exchange(m_waiting, {});
    std::vector<Completion<void>> done = std::exchange(m_waitingDone, {});
    std::vector<Result<void>> results = m_writer->commit(writes);
    m_backlogBytes.fetch_sub(std::exchange(m_waitingBytes, 0), std::memory_order_relaxed);
    m_owner.post([wanted = m_completionsWanted, done = std::move(done), results = std::move(results)]() {
        for (size_t i = 0; i < done.size() && *wanted; ++i)
            done[i](results[i]);
    });
    m_writer->trim();
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
    m_writerThread->runBlocking([this] {
        commitWaiting(); // the batch that holds this task has not come to its end of turn
        if (m_writer)
            m_writer->finish();
        m_writer.reset();
    });
    m_readerThread.reset();
    m_writerThread.reset();
    m_lock.reset();
}

} // namespace Tidegate
