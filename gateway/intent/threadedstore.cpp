// SPDX-License-Identifier: MIT
#include "intent/threadedstore.h"

#include "intent/intentquery.h"

#include <algorithm>

namespace Tidegate {

namespace {

Error notOpen()
{
    return {ErrorCode::Storage, QStringLiteral("the intent store is not open")};
}

} // namespace

Result<StoreContents> ThreadedIntentStore::openEnds(const OpenWriter &openWriter, const OpenReader &openReader)
{
    Q_ASSERT(!m_open);
    m_writing = std::make_unique<GroupCommit<StoreWrite>>(
        m_owner, QStringLiteral("store-writer"),
        GroupCommit<StoreWrite>::Writer{[this](std::span<const StoreWrite> writes) { return m_writer->commit(writes); },
                                        [this] { m_writer->trim(); }});
    m_readerThread = std::make_unique<Worker>(QStringLiteral("store-reader"));
    m_completionsWanted = std::make_shared<bool>(true);
    m_open = true;
    auto contents = m_writing->runBlocking([&] { return openWriter(m_writer); });
    if (!contents)
        return contents;
    if (auto opened = m_readerThread->runBlocking([&] { return openReader(m_reader); }); !opened)
        return opened.error();
    m_lowestSeq = contents->firstSeq;
    return contents;
}

void ThreadedIntentStore::post(Task task)
{
    // Callable from the threads: m_completionsWanted itself changes only while they do not run.
    m_owner.post([wanted = m_completionsWanted, task = std::move(task)]() mutable {
        if (!wanted || *wanted)
            task();
    });
}

void ThreadedIntentStore::write(StoreWrite write, std::function<void(Result<void>)> done)
{
    if (!m_open)
        return complete<void>(std::move(done), notOpen());
    m_lowestSeq = std::max(m_lowestSeq, write.trimBelowSeq);
    const qsizetype bytes = byteSize(write);
    m_writing->post(std::move(write), bytes, std::move(done));
}

void ThreadedIntentStore::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    if (!m_open)
        return complete<std::vector<IntentPtr>>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, query = std::move(query), done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->read(query, lowest));
    });
}

void ThreadedIntentStore::countReasons(std::function<void(Result<IntentReader::ReasonCounts>)> done)
{
    if (!m_open)
        return complete<IntentReader::ReasonCounts>(std::move(done), notOpen());
    m_readerThread->post([this, lowest = m_lowestSeq, done = std::move(done)]() mutable {
        complete(std::move(done), m_reader->countReasons(lowest));
    });
}

void ThreadedIntentStore::closeEnds()
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
}

} // namespace Tidegate
