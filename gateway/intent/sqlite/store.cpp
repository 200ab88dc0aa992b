// SPDX-License-Identifier: MIT
#include "intent/sqlite/store.h"

#include "intent/sqlite/reader.h"
#include "intent/sqlite/writer.h"
#include "sql/databaselock.h"

namespace Tidegate {

SqliteIntentStore::SqliteIntentStore(Config config, TaskQueue &owner, Rng &rng)
    : ThreadedIntentStore(owner)
    , m_config(std::move(config))
    , m_rng(rng)
{
}

SqliteIntentStore::~SqliteIntentStore()
{
    close();
}

Result<StoreContents> SqliteIntentStore::open()
{
    auto locked = DatabaseLock::acquire(m_config.path);
    if (!locked)
        return locked.error();
    m_lock = *std::move(locked);
    const auto openWriter = [this](std::unique_ptr<IntentWriter> &end) -> Result<StoreContents> {
        SqlConnection::Config config;
        config.path = m_config.path;
        config.busyTimeoutMs = m_config.busyTimeoutMs;
        auto writer = SqliteWriter::open(config, m_rng);
        if (!writer)
            return writer.error();
        SqliteWriter &opened = **writer;
        end = *std::move(writer);
        return opened.load();
    };
    const auto openReader = [this](std::unique_ptr<IntentReader> &end) -> Result<void> {
        auto reader = SqliteReader::open(m_config.path);
        if (!reader)
            return reader.error();
        end = *std::move(reader);
        return {};
    };
    auto contents = openEnds(openWriter, openReader);
    if (contents)
        return contents;
    close();
    Error error = contents.error();
    if (!error.text.contains(m_config.path))
        error.text = QStringLiteral("cannot open %1: %2").arg(m_config.path, error.text);
    return error;
}

void SqliteIntentStore::close()
{
    closeEnds();
    m_lock.reset();
}

} // namespace Tidegate
