// SPDX-License-Identifier: MIT
#include "app/core.h"

#include "app/intentforms.h"
#include "app/noderelay.h"
#include "app/wiring.h"
#include "backend/embedded/adapter.h"
#include "base/logging.h"
#include "cluster/local/bus.h"
#ifdef TIDEGATE_WITH_NATS
#include "cluster/nats/bus.h"
#endif
#include "session/mesh/ssmabridge.h"
#include "session/ssma/rows.h"

#include <QSemaphore>

#include <utility>

namespace Tidegate {

//! In the order of their dependencies; destroyed from the last to the first.
struct Core::Parts
{
    std::unique_ptr<IntentStore> store;
    std::unique_ptr<BackendAdapter> backend;
    HttpBackendAdapter *httpBackend = nullptr; //!< backend, if it is one
    std::unique_ptr<IntentEngine> engine;
    std::unique_ptr<MemoryReplayLog> log;
    std::unique_ptr<Hub> hub;
    std::unique_ptr<ClusterBus> bus;
    std::unique_ptr<Broker> broker;
    std::unique_ptr<Ssma::Service> ssma;
    std::unique_ptr<Ssma::HttpVerbs> verbs;
    BusCounters documentBusCounters;
    std::unique_ptr<ShareDataCore> sharedata; //!< null: not served
    std::unique_ptr<Mesh::SsmaBridge> bridge;
    std::unique_ptr<Mesh::DocumentBridge> documentBridge;
    std::unique_ptr<Mesh::RetainedMessages> retained;
    std::unique_ptr<Mesh::ServiceDesk> desk;
    SharedStore *shared = nullptr; //!< store, if several gateways have it open
    std::unique_ptr<ClusterBus> nodeBus;
    std::unique_ptr<IntentNode> node; //!< null: this gateway alone decides
    std::unique_ptr<NodeRelay> relay;
};

Core::Core(Services services)
    : m_services(std::move(services))
    , m_decisions(m_services.decisions, m_services.clock)
{
    m_thread.setObjectName(QStringLiteral("core"));
    m_tasks.moveToThread(&m_thread);
    m_tasks.setGathering(true);
    m_tasks.setTurnEnd([this] { m_decisions.flush(); });
    m_thread.start();
}

Core::~Core()
{
    close();
    m_thread.quit();
    m_thread.wait();
}

void Core::run(const std::function<void()> &act)
{
    QMetaObject::invokeMethod(&m_tasks, act, Qt::BlockingQueuedConnection);
}

Result<void> Core::open(const GatewayConfig &config)
{
    Result<void> outcome;
    const auto started = std::make_shared<QSemaphore>();
    run([&] { outcome = openParts(config, [started] { started->release(); }); });
    if (outcome)
        started->acquire();
    return outcome;
}

Result<std::unique_ptr<BackendAdapter>> Core::makeBackend(const GatewayConfig &config, HttpBackendAdapter *&http) const
{
    if (m_services.makeBackend)
        return m_services.makeBackend();
    if (config.backend.url.isEmpty())
        return std::unique_ptr<BackendAdapter>(std::make_unique<EmbeddedBackendAdapter>());
    HttpBackendAdapter::Config backend;
    backend.baseUrl = config.backend.url.toString();
    backend.pool.timeout = std::chrono::milliseconds(config.backend.timeoutMs);
    backend.pool.maxInFlight = config.backend.maxInFlight;
    backend.pool.bearerToken = config.backend.token;
    auto adapter = HttpBackendAdapter::create(std::move(backend), m_services.clock);
    if (!adapter)
        return adapter.error();
    http = adapter->get();
    return std::unique_ptr<BackendAdapter>(std::move(*adapter));
}

Result<std::unique_ptr<ClusterBus>> Core::makeBus(const GatewayConfig &config, [[maybe_unused]] bool isWanted,
                                                  [[maybe_unused]] BusCounters &counters) const
{
    if (config.cluster.natsUrl.isEmpty() || !isWanted)
        return std::unique_ptr<ClusterBus>(std::make_unique<LocalBus>());
#ifdef TIDEGATE_WITH_NATS
    NatsBus::Config nats;
    nats.url = config.cluster.natsUrl;
    nats.queueBytes = config.cluster.queueBytes;
    auto bus = NatsBus::create(std::move(nats), counters);
    if (!bus)
        return bus.error();
    return std::unique_ptr<ClusterBus>(std::move(*bus));
#else
    return Error{ErrorCode::Unsupported, QStringLiteral("cluster.nats_url: this program was built without NATS")};
#endif
}

Result<void> Core::openParts(const GatewayConfig &config, std::function<void()> started)
{
    auto parts = std::make_unique<Parts>();
    auto store = makeIntentStore(config, m_tasks, m_services.rng);
    if (!store)
        return store.error();
    parts->store = *std::move(store);
    if (!config.cluster.name.isEmpty())
        parts->shared = dynamic_cast<SharedStore *>(parts->store.get());
    auto contents = parts->shared ? parts->shared->openToFollow() : parts->store->open();
    if (!contents)
        return contents.error();
    auto backend = makeBackend(config, parts->httpBackend);
    if (!backend)
        return backend.error();
    parts->backend = std::move(*backend);
    IntentEngine::Config engine;
    engine.maxEntries = quint64(config.store.maxEntries);
    engine.rowText = [](const Intent &intent) { return Ssma::rowText(intent); };
    parts->engine = std::make_unique<IntentEngine>(std::move(engine), *parts->store, *parts->backend, m_services.clock,
                                                   m_services.rng);
    MemoryReplayLog::Config log;
    log.floor = contents->headSeq;
    parts->log = std::make_unique<MemoryReplayLog>(log);
    parts->hub = std::make_unique<Hub>(*parts->log);
    // What crosses it are mesh messages; without the dialect there are none.
    auto bus = makeBus(config, config.mesh.enabled, m_services.bus);
    if (!bus)
        return bus.error();
    parts->bus = std::move(*bus);
    parts->broker = std::make_unique<Broker>(m_services.clock, m_services.rng, *parts->bus);
    parts->ssma = std::make_unique<Ssma::Service>(
        Ssma::Service::Services{*parts->hub, *parts->engine, *parts->backend, m_services.clock, m_services.rng,
                                m_services.log, m_services.counters, m_services.reply, &m_decisions},
        Wiring::profile(config));
    parts->verbs = std::make_unique<Ssma::HttpVerbs>(
        Ssma::HttpVerbs::Services{m_tasks, *parts->ssma, *parts->engine, m_services.clock, m_services.counters,
                                  m_services.transport, m_services.fanout, &m_decisions, m_services.furtherMetrics});
    if (config.sharedata.enabled) {
        ShareDataCore::Nodes nodes{config.cluster.name, config.cluster.natsUrl, {}};
        if (!nodes.name.isEmpty()) {
            auto nodeBus = makeBus(config, true, parts->documentBusCounters);
            if (!nodeBus)
                return nodeBus.error();
            nodes.bus = std::move(*nodeBus);
        }
        auto sharedata =
            ShareDataCore::open({m_tasks, *parts->hub, m_services.clock, m_services.log, m_services.shareDataCounters,
                                 m_services.documentCounters, m_services.shareDataReply, &m_decisions,
                                 m_services.natives, m_services.verifyProof, m_services.rng},
                                config.sharedata, Wiring::shareDataProfile(config),
                                config.store.kind == StoreKind::Memory, std::exchange(started, {}), std::move(nodes));
        if (!sharedata)
            return sharedata.error();
        parts->sharedata = *std::move(sharedata);
    }
    if (config.mesh.enabled)
        openMesh(config, *parts);
    const auto unsettled = contents->unsettled.size();
    qCInfo(lcApp, "store open head=%llu rows=%zu unsettled=%zu", contents->headSeq, contents->keys.size(), unsettled);
    if (parts->shared) {
        if (auto joined = joinNodes(config, *parts); !joined)
            return joined;
        parts->node->start(std::move(*contents));
    } else {
        // Last: what was left undecided is forwarded at once, and its outcome must find someone to publish it.
        parts->engine->start(std::move(*contents));
    }
    m_parts = std::move(parts);
    if (started)
        started();
    return {};
}

void Core::openMesh(const GatewayConfig &config, Parts &parts)
{
    parts.broker->setStateHandler([this](BusState state) { noteBrokerState(state); });
    if (const auto rules = Wiring::bridgeRules(config); !rules.isClosed())
        parts.bridge = std::make_unique<Mesh::SsmaBridge>(
            Mesh::SsmaBridge::Services{*parts.broker, *parts.engine, parts.ssma->publisher(), m_services.rng}, rules);
    if (const auto rules = Wiring::documentBridgeRules(config); parts.sharedata && !rules.isClosed())
        parts.documentBridge =
            std::make_unique<Mesh::DocumentBridge>(*parts.broker, parts.sharedata->documents(), rules);
    if (!config.mesh.retain.isEmpty())
        parts.retained = std::make_unique<Mesh::RetainedMessages>(*parts.broker, m_services.clock,
                                                                  m_services.meshCounters, Wiring::retention(config));
    if (config.mesh.services)
        parts.desk = std::make_unique<Mesh::ServiceDesk>(*parts.broker);
}

void Core::noteBrokerState(BusState state)
{
    const qint64 nowMs = m_services.clock.monotonicMs();
    if (state == BusState::Lost) {
        m_brokerLostAtMs = nowMs;
        qCWarning(lcCluster, "nats: connection lost; messages reach this gateway's own clients, what is published to "
                             "others waits");
        m_services.log.record("BROKER_LOST", LogLevel::Warn, R"({"broker":"nats"})");
        return;
    }
    const qint64 awayMs = m_brokerLostAtMs ? nowMs - m_brokerLostAtMs : 0;
    m_brokerLostAtMs = 0;
    qCInfo(lcCluster, "nats: connected%s", awayMs ? qPrintable(QStringLiteral(" again after %1 ms").arg(awayMs)) : "");
    m_services.log.record("BROKER_CONNECTED", LogLevel::Info,
                          R"({"broker":"nats","awayMs":)" + QByteArray::number(awayMs) + '}');
}

Result<void> Core::joinNodes(const GatewayConfig &config, Parts &parts)
{
    auto bus = makeBus(config, true, m_services.node.bus);
    if (!bus)
        return bus.error();
    parts.nodeBus = std::move(*bus);
    IntentNode::Config node;
    node.name = config.cluster.name;
    parts.node = std::make_unique<IntentNode>(node, IntentNode::Services{*parts.engine, *parts.store, *parts.shared,
                                                                         *parts.nodeBus, m_services.clock,
                                                                         m_services.rng, m_services.node});
    parts.relay = std::make_unique<NodeRelay>(*parts.node, parts.ssma->publisher(), m_services.clock, m_services.rng,
                                              m_services.log);
    return {};
}

void Core::close()
{
    if (!m_parts)
        return;
    run([this] {
        m_tasks.close();
        if (m_parts->node)
            m_parts->node->stop();
        m_parts->engine->stop();
        m_parts->store->close();
        m_parts.reset();
    });
}

void Core::configure(const GatewayConfig &config)
{
    run([&] {
        m_parts->engine->setMaxEntries(quint64(config.store.maxEntries));
        m_parts->ssma->setProfile(Wiring::profile(config));
        if (m_parts->sharedata)
            m_parts->sharedata->service().setProfile(Wiring::shareDataProfile(config));
        if (!m_parts->httpBackend)
            return;
        m_parts->httpBackend->setTimeout(std::chrono::milliseconds(config.backend.timeoutMs));
        if (const auto changed = m_parts->httpBackend->setBaseUrl(config.backend.url.toString()); !changed)
            qCWarning(lcApp, "backend.url not changed: %s", qPrintable(changed.error().text));
    });
}

Hub &Core::hub()
{
    return *m_parts->hub;
}

Broker &Core::broker()
{
    return *m_parts->broker;
}

Mesh::RetainedMessages *Core::retained()
{
    return m_parts->retained.get();
}

Mesh::ServiceDesk *Core::serviceDesk()
{
    return m_parts->desk.get();
}

IntentEngine &Core::engine()
{
    return *m_parts->engine;
}

Ssma::Service &Core::ssma()
{
    return *m_parts->ssma;
}

Ssma::OptimisticApi &Core::optimisticApi()
{
    return *m_parts->verbs;
}

ShareDataCore *Core::sharedata()
{
    return m_parts->sharedata.get();
}

qint64 Core::inflightBytes() const
{
    return m_parts->engine->counters().inflightBytes.value() + m_services.documentCounters.inflightBytes.value();
}

} // namespace Tidegate
