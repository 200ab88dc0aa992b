// SPDX-License-Identifier: MIT
#pragma once

#include "intent/memory/store.h"
#include "intent/sqlite/store.h"
#ifdef TIDEGATE_WITH_POSTGRES
#include "intent/postgres/store.h"
#include "support/postgresserver.h"
#endif

#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace Tidegate {

//! Every form an IntentStore has, for the contracts that hold in all of them. One per test program; PostgreSQL is
//! started once and emptied before each test.
class StoreForms
{
public:
    enum class Form { Sqlite, Memory, Postgres };

    //! Global rows of the forms that are built in. Call once.
    void addRows()
    {
        QTest::addColumn<int>("form");
        QTest::newRow("SQLite") << int(Form::Sqlite);
        QTest::newRow("memory") << int(Form::Memory);
#ifdef TIDEGATE_WITH_POSTGRES
        if (!PostgresServer::isInstalled()) {
            qInfo("PostgreSQL is not installed");
            return;
        }
        if (!m_postgres.start())
            qFatal("no PostgreSQL");
        QTest::newRow("PostgreSQL") << int(Form::Postgres);
#endif
    }

    //! What follows uses \p form and finds nothing stored.
    void begin(int form)
    {
        m_form = Form(form);
        m_memory.reset();
        m_folder = std::make_unique<QTemporaryDir>();
#ifdef TIDEGATE_WITH_POSTGRES
        if (m_form == Form::Postgres)
            m_postgres.clear();
#endif
    }

    //! On the same data as the one before.
    std::unique_ptr<IntentStore> make(TaskQueue &owner, Rng &rng)
    {
        switch (m_form) {
        case Form::Memory:
            if (!m_memory)
                m_memory = std::make_shared<MemoryIntentStore>(owner, rng);
            return std::make_unique<Kept>(m_memory);
#ifdef TIDEGATE_WITH_POSTGRES
        case Form::Postgres:
            return std::make_unique<PostgresIntentStore>(PostgresIntentStore::Config{m_postgres.url(), "test"}, owner,
                                                         rng);
#endif
        default:
            return std::make_unique<SqliteIntentStore>(
                SqliteIntentStore::Config{m_folder->filePath(QStringLiteral("intents.sqlite")), 5'000}, owner, rng);
        }
    }

private:
    //! A store in memory outlives who uses it, so that it can be opened again.
    class Kept final : public IntentStore
    {
    public:
        explicit Kept(std::shared_ptr<MemoryIntentStore> store)
            : m_store(std::move(store))
        {
        }
        ~Kept() override { m_store->close(); }
        Result<StoreContents> open() override { return m_store->open(); }
        void write(StoreWrite write, std::function<void(Result<void>)> done) override
        {
            m_store->write(std::move(write), std::move(done));
        }
        void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override
        {
            m_store->read(std::move(query), std::move(done));
        }
        void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override
        {
            m_store->countReasons(std::move(done));
        }
        void close() override { m_store->close(); }

    private:
        const std::shared_ptr<MemoryIntentStore> m_store;
    };

    Form m_form = Form::Sqlite;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<MemoryIntentStore> m_memory;
#ifdef TIDEGATE_WITH_POSTGRES
    PostgresServer m_postgres;
#endif
};

} // namespace Tidegate
