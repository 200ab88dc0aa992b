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

Result<StoreContents> PostgresIntentStore::open()
{
    const auto openWriter = [this](std::unique_ptr<IntentWriter> &end) {
        PgWriter::Config config{{m_config.address, m_config.holder, m_config.lockPatienceMs}, m_config.writePatienceMs};
        auto writer = std::make_unique<PgWriter>(std::move(config), m_stop);
        PgWriter &opened = *writer;
        end = std::move(writer);
        return opened.open(m_rng);
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

void PostgresIntentStore::close()
{
    if (isOpen())
        m_stop.set();
    closeEnds();
}

} // namespace Tidegate
