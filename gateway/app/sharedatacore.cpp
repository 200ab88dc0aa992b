// SPDX-License-Identifier: MIT
#include "app/sharedatacore.h"

#include "base/logging.h"
#include "document/memory/store.h"
#include "document/sqlite/store.h"

namespace Tidegate {

Result<std::unique_ptr<ShareDataCore>> ShareDataCore::open(Services services, const ShareDataSettings &settings,
                                                           std::shared_ptr<const ShareData::Profile> profile,
                                                           bool volatileStore, std::function<void()> started)
{
    std::unique_ptr<ShareDataCore> core(new ShareDataCore(std::move(services)));
    const Services &own = core->m_services;
    if (volatileStore)
        core->m_store = std::make_unique<MemoryDocumentStore>(own.core);
    else
        core->m_store = std::make_unique<SqliteDocumentStore>(settings.path, own.core);
    FunctionPool::Config pool;
    pool.deadlineMs = settings.functionTimeoutMs;
    core->m_pool = std::make_unique<FunctionPool>(pool, own.clock);
    auto functions = makeFunctions(settings, own.natives, *core->m_pool, own.clock);
    if (!functions)
        return functions.error();
    auto contents = core->m_store->open(settings.replayCount);
    if (!contents)
        return contents.error();
    qCInfo(lcApp, "documents open count=%zu", contents->documents.size());
    core->m_documents = std::make_unique<DocumentRegistry>(
        DocumentRegistry::Services{own.hub, *core->m_store, own.clock, own.documentCounters, own.verifyProof},
        DocumentRegistry::Config{documentLimits(settings), settings.documents, *std::move(functions)});
    core->m_api = std::make_unique<DocumentApi>(own.core, *core->m_documents);
    ShareData::RemoteAccess::Config remote{settings.authUrl, settings.accessUrl, {}};
    remote.pool.timeout = std::chrono::milliseconds(settings.authTimeoutMs);
    core->m_remote = std::make_unique<ShareData::RemoteAccess>(std::move(remote), own.clock);
    core->m_tickets = std::make_unique<ShareData::TicketDesk>(
        ShareData::TicketDesk::Services{own.core, own.rng, own.clock, own.counters, core->m_remote.get()});
    core->m_service = std::make_unique<ShareData::Service>(
        ShareData::Service::Services{own.hub, *core->m_documents, own.clock, own.log, own.counters, own.reply,
                                     core->m_remote.get(), own.decisions, core->m_tickets.get()},
        std::move(profile));
    core->m_documents->start(*std::move(contents), std::move(started));
    return core;
}

ShareDataCore::~ShareDataCore()
{
    // What they have not answered is told to the service and the registry, while those are there.
    m_remote.reset();
    m_pool.reset();
    if (m_store)
        m_store->close();
}

} // namespace Tidegate
