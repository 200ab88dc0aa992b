// SPDX-License-Identifier: MIT
#include "intent/postgres/store.h"

#include "intent/postgres/reader.h"
#include "intent/postgres/writer.h"

namespace Tidegate {

PostgresIntentStore::PostgresIntentStore(Config config, TaskQueue &owner, Rng &rng)
    : ThreadedIntentStore(owner)
    , m_config(std::move(config))
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

//! \p begin runs on the writer's thread.
Result<StoreContents> PostgresIntentStore::openWith(const Begin &begin)
{
    const auto openWriter = [&](std::unique_ptr<IntentWriter> &end) {
        PgWriter::Config config{{m_config.address, m_config.holder, m_config.lockPatienceMs}, m_config.writePatienceMs};
        config.deposed = [this] {
            post([this] {
                if (m_deposed)
                    m_deposed();
            });
        };
        auto writer = std::make_unique<PgWriter>(std::move(config), m_stop);
        m_writer = writer.get();
        end = std::move(writer);
        return begin();
    };
    const auto openReader = [this](std::unique_ptr<IntentReader> &end) {
        auto reader = std::make_unique<PgReader>(m_config.address, m_config.readPatienceMs, m_stop);
        PgReader &opened = *reader;
        end = std::move(reader);
        return opened.open();
    };
    auto contents = openEnds(openWriter, openReader);
    if (contents)
        return contents;
    close();
    Error error = contents.error();
    error.text = QStringLiteral("cannot open the PostgreSQL store: %1").arg(error.text);
    return error;
}

Result<StoreContents> PostgresIntentStore::open()
{
    return openWith([this] { return m_writer->open(m_rng); });
}

Result<StoreContents> PostgresIntentStore::openToFollow()
{
    return openWith([this]() -> Result<StoreContents> {
        if (auto prepared = m_writer->prepareSchema(m_rng); !prepared)
            return prepared.error();
        return readToFollow();
    });
}

Result<StoreContents> PostgresIntentStore::readToFollow()
{
    constexpr int MaxAttempts = 50;
    constexpr std::chrono::milliseconds Pause(100);
    PgReader reader(m_config.address, m_config.readPatienceMs, m_stop);
    auto contents = reader.contents();
    // Whoever holds the lock may be making the schema just now.
    for (int attempt = 1; !contents && attempt < MaxAttempts && !m_stop.waitFor(Pause); ++attempt)
        contents = reader.contents();
    return contents;
}

void PostgresIntentStore::tryToLead(std::function<void(Result<Leadership>)> done)
{
    runOnWriter([this, done = std::move(done)]() mutable {
        auto contents = m_writer->open(m_rng);
        if (!contents)
            m_writer->resign();
        complete(std::move(done), contents ? Result<Leadership>({*std::move(contents), m_writer->fence()})
                                           : Result<Leadership>(contents.error()));
    });
}

void PostgresIntentStore::resign()
{
    runOnWriter([this] { m_writer->resign(); });
}

void PostgresIntentStore::close()
{
    if (isOpen())
        m_stop.set();
    closeEnds();
}

} // namespace Tidegate
