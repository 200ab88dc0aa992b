// SPDX-License-Identifier: MIT
#include "app/sharedatacore.h"

#include "base/logging.h"
#ifdef TIDEGATE_WITH_NATS
#include "document/jetstream/store.h"
#endif
#include "document/memory/store.h"
#include "document/sqlite/store.h"

namespace Tidegate {

Result<std::unique_ptr<ShareDataCore>> ShareDataCore::open(Services services, const ShareDataSettings &settings,
                                                           std::shared_ptr<const ShareData::Profile> profile,
                                                           bool volatileStore, std::function<void()> started,
                                                           Nodes nodes)
{
    std::unique_ptr<ShareDataCore> core(new ShareDataCore(std::move(services), std::move(nodes)));
    const Services &own = core->m_services;
    if (auto made = core->makeStore(settings, volatileStore); !made)
        return made.error();
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
    if (core->m_sharedStore)
        core->joinNodes();
    core->m_documents->start(*std::move(contents), std::move(started));
    return core;
}

Result<void> ShareDataCore::makeStore(const ShareDataSettings &settings, bool volatileStore)
{
    if (!m_nodes.name.isEmpty()) {
#ifdef TIDEGATE_WITH_NATS
        m_nodeId = m_services.rng.token(9);
        JetStreamDocumentStore::Config config;
        config.url = m_nodes.natsUrl;
        config.name = m_nodes.name;
        config.node = m_nodeId;
        auto store = std::make_unique<JetStreamDocumentStore>(std::move(config), m_services.core);
        m_sharedStore = store.get();
        m_store = std::move(store);
        return {};
#else
        return Error{ErrorCode::Unsupported, QStringLiteral("cluster.name: this program was built without NATS")};
#endif
    }
    if (volatileStore)
        m_store = std::make_unique<MemoryDocumentStore>(m_services.core);
    else
        m_store = std::make_unique<SqliteDocumentStore>(settings.path, m_services.core);
    return {};
}

void ShareDataCore::joinNodes()
{
    DocumentNode::Config config;
    config.name = m_nodes.name;
    config.id = m_nodeId;
    m_node = std::make_unique<DocumentNode>(
        config, DocumentNode::Services{*m_documents, *m_sharedStore, *m_nodes.bus, m_services.clock});
    const auto note = [this](DocumentSharing sharing) { m_services.documentCounters.sharing.set(qint64(sharing)); };
    note(DocumentSharing::Following);
    QObject::connect(m_node.get(), &DocumentNode::reachabilityChanged, m_node.get(), [this, note](bool isReachable) {
        note(isReachable ? DocumentSharing::Following : DocumentSharing::CutOff);
        m_services.log.record(isReachable ? "DOCUMENTS_NATS_CONNECTED" : "DOCUMENTS_NATS_LOST",
                              isReachable ? LogLevel::Info : LogLevel::Warn, "{}");
    });
    QObject::connect(m_node.get(), &DocumentNode::leadChanged, m_node.get(), [this, note](bool isLeading) {
        note(isLeading ? DocumentSharing::Leading : DocumentSharing::Following);
        m_services.log.record(isLeading ? "DOCUMENTS_LEAD_TAKEN" : "DOCUMENTS_LEAD_LOST", LogLevel::Info, "{}");
    });
    m_node->start();
}

ShareDataCore::~ShareDataCore()
{
    if (m_node)
        m_node->stop();
    // What they have not answered is told to the service and the registry, while those are there.
    m_remote.reset();
    m_pool.reset();
    if (m_store)
        m_store->close();
}

} // namespace Tidegate
