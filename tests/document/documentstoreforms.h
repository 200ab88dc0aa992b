// SPDX-License-Identifier: MIT
#pragma once

#include "document/sqlite/store.h"
#ifdef TIDEGATE_WITH_NATS
#include "document/jetstream/store.h"
#include "support/natsserver.h"
#include "support/waiting.h"
#endif

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace Tidegate {

//! Every form a DocumentStore has that keeps something, for the contract that holds in all of them. The NATS server is
//! started once; each test has a deployment of its own there.
class DocumentStoreForms
{
public:
    enum class Form { Sqlite, JetStream };

    //! Global rows of the forms that are built in. Call once.
    void addRows()
    {
        QTest::addColumn<int>("form");
        QTest::newRow("SQLite") << int(Form::Sqlite);
#ifdef TIDEGATE_WITH_NATS
        if (!NatsServer::isInstalled()) {
            qInfo("nats-server is not installed");
            return;
        }
        m_nats.keepStreams();
        if (!m_nats.start())
            qFatal("no nats-server");
        QTest::newRow("JetStream") << int(Form::JetStream);
#endif
    }

    //! What follows uses \p form and finds nothing stored.
    void begin(int form)
    {
        m_form = Form(form);
        m_folder = std::make_unique<QTemporaryDir>();
        ++m_count;
    }

    //! The log of the form that writes many in one transaction.
    void expectFailedCommit() const
    {
        if (m_form == Form::Sqlite)
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("commit failed")));
    }

    struct Opened
    {
        std::unique_ptr<DocumentStore> store;
        StoredDocuments contents;
    };
    //! On the same data as the one before, which is closed.
    Opened open(TaskQueue &owner, int windowCount)
    {
#ifdef TIDEGATE_WITH_NATS
        if (m_form == Form::JetStream)
            return openJetStream(owner, windowCount);
#endif
        return open(std::make_unique<SqliteDocumentStore>(m_folder->filePath(QStringLiteral("d.sqlite")), owner),
                    windowCount);
    }

private:
    static Opened open(std::unique_ptr<DocumentStore> store, int windowCount)
    {
        auto contents = store->open(windowCount);
        if (!contents)
            qFatal("%s", qPrintable(contents.error().text));
        return {std::move(store), *std::move(contents)};
    }
#ifdef TIDEGATE_WITH_NATS
    //! It writes only while it leads.
    Opened openJetStream(TaskQueue &owner, int windowCount)
    {
        JetStreamDocumentStore::Config config;
        config.url = m_nats.url();
        config.name = "contract" + QByteArray::number(m_count);
        config.logBytes = 4 * 1024 * 1024;
        config.node = "node" + QByteArray::number(++m_lives);
        auto store = std::make_unique<JetStreamDocumentStore>(config, owner);
        bool isLeading = false;
        SharedDocumentStore::Events events;
        events.termBegan = [&isLeading](bool isThis) { isLeading = isThis; };
        store->setEvents(std::move(events));
        JetStreamDocumentStore &shared = *store;
        Opened opened = open(std::move(store), windowCount);
        (void)QTest::qWaitFor(
            [&] {
                shared.tryToLead();
                return isLeading;
            },
            WaitMs);
        shared.setEvents({});
        return opened;
    }

    NatsServer m_nats;
    int m_lives = 0;
#endif
    Form m_form = Form::Sqlite;
    std::unique_ptr<QTemporaryDir> m_folder;
    int m_count = 0;
};

} // namespace Tidegate
