// SPDX-License-Identifier: MIT
#include "intent/postgres/store.h"

#include "intent/intentquery.h"
#include "intent/postgres/reader.h"
#include "intent/postgres/writer.h"

#include <algorithm>

namespace Tidegate {

namespace {

Error notOpen()
{
    return {ErrorCode::Storage, QStringLiteral("the intent store is not open")};
}

} // namespace

PostgresIntentStore::PostgresIntentStore(Config config, TaskQueue &owner, Rng &rng)
    : m_config(std::move(config))
    , m_owner(owner)
    , m_rng(rng)
{
}

PostgresIntentStore::~PostgresIntentStore()
{
    close();
}

Result<void> PostgresIntentStore::check(const QByteArray &address)
{
    return PgConnection::check(address);
}

void PostgresIntentStore::startThreads()
{
    Q_ASSERT(!m_open);
    m_writer = std::make_unique<PgWriter>(
        PgWriter::Config{{m_config.address, m_config.holder, m_config.lockPatienceMs}, m_config.writePatienceMs},
        m_stop);
    m_reader = std::make_unique<PgReader>(m_config.address, m_config.readPatienceMs, m_stop);
    m_writing = std::make_unique<GroupCommit<StoreWrite>>(
        m_owner, QStringLiteral("store-writer"),
        GroupCommit<StoreWrite>::Writer{[this](std::span<const StoreWrite> writes) { return commit(writes); },
                                        [this] { m_writer->trim(); }});
    m_readerThread = std::make_unique<Worker>(QStringLiteral("store-reader"));
    m_completionsWanted = std::make_shared<bool>(true);
    m_open = true;
}

std::vector<Result<void>> PostgresIntentStore::commit(std::span<const StoreWrite> writes)
{
    std::vector<Result<void>> results = m_writer->commit(writes);
    if (m_writer->isFenced())
        complete<void>(
            [this](const Result<void> &) {
                if (m_deposed)
                    m_deposed();
            },
            {});
    return results;
}

Result<StoreContents> PostgresIntentStore::opened(Result<StoreContents> contents)
{
    if (contents) {
        m_lowestSeq = contents->firstSeq;
        return contents;
    }
    close();
    Error error = contents.error();
    error.text = QStringLiteral("cannot open the PostgreSQL store: %1").arg(error.text);
    return error;
}

Result<StoreContents> PostgresIntentStore::open()
{
    startThreads();
    auto contents = m_writing->runBlocking([this] { return m_writer->open(m_rng); });
    if (contents) {
        if (auto reading = m_readerThread->runBlocking([this] { return m_reader->open(); }); !reading)
            contents = reading.error();
    }
    return opened(std::move(contents));
}

Result<StoreContents> PostgresIntentStore::openToFollow()
{
    startThreads();
    if (auto prepared = m_writing->runBlocking([this] { return m_writer->prepareSchema(m_rng); }); !prepared)
        return opened(prepared.error());
    const auto read = [this] { return m_readerThread->runBlocking([this] { return m_reader->contents(); }); };
    // Whoever holds the lock may be making the schema just now.
    auto contents = read();
    for (int attempt = 0; !contents && attempt < 50 && !m_stop.waitFor(std::chrono::milliseconds(100)); ++attempt)
        contents = read();
    return opened(std::move(contents));
}

void PostgresIntentStore::tryToLead(std::function<void(Result<Leadership>)> done)
{
    m_writing->run([this, done = std::move(done)]() mutable {
        auto contents = m_writer->open(m_rng);
        if (!contents)
            m_writer->resign();
        complete(std::move(done), contents ? Result<Leadership>({*std::move(contents), m_writer->fence()})
                                           : Result<Leadership>(contents.error()));
    });
}

void PostgresIntentStore::resign()
{
    m_writing->run([this] { m_writer->resign(); });
}

template <typename T>
void PostgresIntentStore::complete(Completion<T> done, Result<T> result)
{
    // Callable from the threads: m_completionsWanted itself changes only while they do not run.
    m_owner.post([wanted = m_completionsWanted, done = std::move(done), result = std::move(result)]() mutable {
        if (!wanted || *wanted)
            done(std::move(result));
    });
}

void PostgresIntentStore::write(StoreWrite write, std::function<void(Result<void>)> done)
{
    if (!m_open)
        return complete<void>(std::move(done), notOpen());
    m_lowestSeq = std::max(m_lowestSeq, write.trimBelowSeq);
    const qsizetype bytes = byteSize(write);
    m_writing->post(std::move(write), bytes, std::move(done));
}

void PostgresIntentStore::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    if (!m_open)
        return complete<std::vector<IntentPtr>>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, query = std::move(query), done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->read(query, lowest));
    });
}

void PostgresIntentStore::countReasons(std::function<void(Result<PgReader::ReasonCounts>)> done)
{
    if (!m_open)
        return complete<PgReader::ReasonCounts>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->countReasons(lowest));
    });
}

void PostgresIntentStore::close()
{
    if (!m_open)
        return;
    m_open = false;
    *m_completionsWanted = false;
    m_stop.set();
    m_readerThread->runBlocking([this] { m_reader.reset(); });
    m_writing->close([this] {
        m_writer->finish();
        m_writer.reset();
    });
    m_readerThread.reset();
    m_writing.reset();
}

} // namespace Tidegate
