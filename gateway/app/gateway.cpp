// SPDX-License-Identifier: MIT
#include "app/gateway.h"

#include "admin/local/adminservice.h"
#include "admin/local/intentsprovider.h"
#include "admin/local/liveendpoint.h"
#include "admin/local/operatorgate.h"
#include "admin/local/subjectsprovider.h"
#include "app/configauth.h"
#include "app/configprovider.h"
#include "app/core.h"
#include "app/inprocessswitchboard.h"
#include "app/intentforms.h"
#include "app/listeners.h"
#include "app/meshfront.h"
#include "app/shardhost.h"
#include "app/wiring.h"
#include "auth/authservice.h"
#include "auth/jwt.h"
#include "auth/proxytrust.h"
#include "base/decisionlog.h"
#include "base/logging.h"
#include "session/sharedata/metricsjson.h"
#include "transport/socketio.h"
#include "wire/websocketframe.h"

#ifdef TIDEGATE_WITH_HTTP_API
#include "http/httpapi.h"
#endif

#include <QCoreApplication>
#include <QSemaphore>
#include <QSysInfo>
#include <QTimer>

namespace Tidegate {

namespace {

constexpr qint64 MaxInflightBytes = 64 * 1024 * 1024;
constexpr qint64 CloseGraceMs = 800; //!< of the two seconds a stop may take
constexpr quint64 MinUsefulDescriptors = 4096;
constexpr int LogFlushMs = 5'000; //!< the original flushes every 15 s and loses what is left at exit

ProxyTrust proxyTrust(const GatewayConfig &config)
{
    auto trust = ProxyTrust::parse(config.server.trustedProxies);
    return trust ? *trust : ProxyTrust(); // the configuration was validated when it was loaded
}

} // namespace

//! Everything a running gateway owns, in the order of dependency; stop() takes it down in its own order.
struct Gateway::Parts
{
    explicit Parts(const GatewayConfig &config)
        : log(Wiring::eventLog(config), clock)
        , trust(proxyTrust(config))
        , budgets(Wiring::budgets(config))
        , servesDocuments(config.sharedata.enabled)
    {
    }

    // Any thread.
    QJsonObject furtherMetrics() const;
    QJsonObject furtherHealth() const;

    SystemClock clock;
    SystemRng rng;
    EventLog log;
    const ProxyTrust trust;
    BudgetPool budgets;
    const bool servesDocuments;
    TransportCounters transport;
    FanoutCounters fanout;
    BusCounters bus;
    NodeCounters node;
    Mesh::DialectCounters meshDialect;
    Ssma::DialectCounters dialect;
    ShareData::Counters shareDataCounters;
    std::shared_ptr<const IssuerKeys> issuers; //!< whose tokens open /realtime
    DocumentCounters documentCounters;
    DecisionLog decisions;
    QTimer logFlush;
    InProcessSwitchboard inProcess; //!< links post to it until the last shard is gone
    size_t nextShard = 0;
    std::shared_ptr<TlsContext> tls;
    Listeners listeners;
    std::unique_ptr<MeshFront> mesh; //!< none: the dialect is off
    std::optional<TokenSigner> signer;
    std::unique_ptr<AuthService> auth;
    std::unique_ptr<Core> core;
    std::unique_ptr<IntentSearcher> searcher; //!< none: the store is not one that can be searched
    std::unique_ptr<Admin::AdminService> admin;
    std::shared_ptr<Admin::OperatorGate> operators;
#ifdef TIDEGATE_WITH_HTTP_API
    std::unique_ptr<HttpApi> http;
#endif
    std::vector<std::unique_ptr<ShardHost>> shards;

    void configureTickets(const std::shared_ptr<const ShareData::TokenGate> &tokens, qint64 ttlMs)
    {
        if (ShareDataCore *const documents = core->sharedata())
            core->run([&] { documents->tickets().configure(tokens, ttlMs); });
    }
};

QJsonObject Gateway::Parts::furtherMetrics() const
{
    QJsonObject metrics = mesh ? mesh->metrics() : QJsonObject();
    if (NodeState(node.state.value()) != NodeState::Alone)
        metrics.insert(QStringLiteral("node"), toJson(node));
    if (!servesDocuments)
        return metrics;
    const QJsonObject documents = ShareData::metricsJson(shareDataCounters, documentCounters);
    for (auto member = documents.begin(); member != documents.end(); ++member)
        metrics.insert(member.key(), member.value());
    return metrics;
}

QJsonObject Gateway::Parts::furtherHealth() const
{
    QJsonObject health;
    if (mesh)
        health.insert(QStringLiteral("broker"), QString::fromLatin1(mesh->brokerState()));
    if (const auto state = NodeState(node.state.value()); state != NodeState::Alone)
        health.insert(QStringLiteral("node"), QString::fromLatin1(textOf(state)));
    if (const auto sharing = DocumentSharing(documentCounters.sharing.value()); sharing != DocumentSharing::Alone)
        health.insert(QStringLiteral("documents"), QString::fromLatin1(textOf(sharing)));
    return health;
}

Gateway::Gateway(GatewayConfig config, QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
{
}

Gateway::~Gateway()
{
    stop();
}

void Gateway::setBackend(std::function<std::unique_ptr<BackendAdapter>()> make)
{
    m_makeBackend = std::move(make);
}

void Gateway::addFunction(const QByteArray &name, std::shared_ptr<const NativeFunction> function)
{
    m_functions[name] = std::move(function);
}

void Gateway::setProofVerifier(std::function<QByteArray(const Evaluation &)> verify)
{
    m_verifyProof = std::move(verify);
}

void Gateway::setRequestGuard(RequestGuard guard)
{
    m_guard = std::move(guard);
}

Result<void> Gateway::start()
{
    m_parts = std::make_unique<Parts>(m_config);
    if (auto bound = bind(); !bound) {
        m_parts.reset();
        return bound;
    }
    if (auto opened = openServices(); !opened) {
        m_parts.reset();
        return opened;
    }
    startShards();
    connect(&m_parts->logFlush, &QTimer::timeout, this, [this] { m_parts->log.flush(); });
    m_parts->logFlush.start(LogFlushMs);
    Q_EMIT started();
    return {};
}

Result<void> Gateway::bind()
{
    if (const quint64 limit = SocketIo::raiseDescriptorLimit(); limit < MinUsefulDescriptors)
        qCWarning(lcApp, "only %llu connections at a time: raise the descriptor limit (ulimit -n, LimitNOFILE=)",
                  limit);
    if (m_config.tls.isEnabled()) {
        auto tls = TlsContext::load(m_config.tls.certFile, m_config.tls.keyFile);
        if (!tls)
            return tls.error();
        m_parts->tls = std::move(*tls);
    }
    const int shards = Wiring::ioThreadCount(m_config);
    if (auto bound = m_parts->listeners.open(m_config.server.listen, shards); !bound)
        return bound;
    if (m_config.mesh.enabled) {
        auto mesh = MeshFront::open(m_config, shards, m_parts->bus, m_parts->meshDialect);
        if (!mesh)
            return mesh.error();
        m_parts->mesh = std::move(*mesh);
    }
    return {};
}

Result<void> Gateway::openServices()
{
    // First: it makes the data directory, readable by this user only.
    auto auth = makeAuthConfig(m_config, m_parts->rng);
    if (!auth)
        return auth.error();
    m_parts->signer.emplace(auth->secret);
    m_parts->auth = std::make_unique<AuthService>(std::move(*auth), m_parts->clock, m_parts->rng);
    if (auto opened = m_parts->auth->open(); !opened)
        return opened;

    auto issuers = IssuerKeys::load(m_config.sharedata.issuers);
    if (!issuers)
        return Error{issuers.error().code, QStringLiteral("sharedata.issuers: ") + issuers.error().text};
    m_parts->issuers = *std::move(issuers);
    Core::Services core{m_parts->clock,
                        m_parts->rng,
                        m_parts->log,
                        m_parts->dialect,
                        m_parts->transport,
                        m_parts->fanout,
                        m_parts->bus,
                        m_parts->node,
                        m_parts->meshDialect,
                        {},
                        {},
                        m_parts->shareDataCounters,
                        m_parts->documentCounters,
                        {},
                        m_functions,
                        m_verifyProof,
                        m_makeBackend,
                        m_parts->decisions};
    core.furtherMetrics = [parts = m_parts.get()] { return parts->furtherMetrics(); };
    core.shareDataReply = [parts = m_parts.get()](LinkId link, ShareData::Reply reply) {
        parts->shards[size_t(link.shard())]->reply(link, std::move(reply));
    };
    core.reply = [parts = m_parts.get()](LinkId link, Ssma::SessionReply reply) {
        parts->shards[size_t(link.shard())]->reply(link, std::move(reply));
    };
    m_parts->core = std::make_unique<Core>(std::move(core));
    if (auto opened = m_parts->core->open(m_config); !opened)
        return opened;
    connect(&m_parts->core->engine(), &IntentEngine::batchSettled, this, &Gateway::intentsSettled);
    openAdmin();
#ifdef TIDEGATE_WITH_HTTP_API
    ShareDataCore *const documents = m_parts->core->sharedata();
    m_parts->http = std::make_unique<HttpApi>(Wiring::httpApi(m_config),
                                              HttpApiPorts{*m_parts->auth, m_parts->core->optimisticApi(), m_parts->log,
                                                           m_parts->clock, m_parts->operators, &m_parts->decisions,
                                                           documents ? &documents->api() : nullptr,
                                                           [parts = m_parts.get()] { return parts->furtherHealth(); },
                                                           documents ? &documents->tickets() : nullptr});
    m_parts->admin->addLimits([http = m_parts->http.get()](auto done) { http->limitBuckets(std::move(done)); });
#endif
    return {};
}

void Gateway::openAdmin()
{
    Parts &parts = *m_parts;
    Admin::AdminService::Config config;
    config.gateway = QStringLiteral("tidegate");
    config.node = QStringLiteral("%1 (%2)").arg(QSysInfo::machineHostName()).arg(QCoreApplication::applicationPid());
    config.auditPath = m_config.server.dataDir + QStringLiteral("/audit.jsonl");
    ShareDataCore *const documents = parts.core->sharedata();
    parts.admin =
        std::make_unique<Admin::AdminService>(Admin::GatewayView{parts.clock,
                                                                 parts.log,
                                                                 parts.transport,
                                                                 parts.dialect,
                                                                 parts.meshDialect,
                                                                 parts.bus,
                                                                 parts.node,
                                                                 parts.shareDataCounters,
                                                                 parts.documentCounters,
                                                                 *parts.auth,
                                                                 parts.core->tasks(),
                                                                 parts.core->hub(),
                                                                 parts.core->engine(),
                                                                 parts.core->ssma(),
                                                                 parts.decisions,
                                                                 {},
                                                                 documents ? &documents->documents() : nullptr,
                                                                 documents ? &documents->service() : nullptr},
                                              std::move(config));
    parts.admin->add(std::make_unique<ConfigProvider>([this]() -> const GatewayConfig & { return m_config; }));
    if (parts.mesh)
        parts.admin->add(std::make_unique<Admin::SubjectsProvider>(
            parts.meshDialect, [mesh = parts.mesh.get()] { return mesh->subjectCounts(); }));
    parts.searcher = makeIntentSearcher(m_config.store);
    if (parts.searcher) {
        auto intents = std::make_unique<Admin::IntentsProvider>(
            parts.admin->view(), parts.admin->home(),
            Admin::IntentsProvider::Services{*parts.searcher, parts.core->optimisticApi()});
        parts.admin->add(std::make_unique<Admin::TransitionsProvider>(*intents));
        parts.admin->add(std::move(intents));
    }
    parts.operators = std::make_shared<Admin::OperatorGate>(*parts.admin, parts.auth->authenticator());
    parts.operators->setRoles(Wiring::operatorRoles(m_config));
    connect(parts.auth.get(), &AuthService::sessionRevoked, this,
            [this](const QByteArray &sessionId) { m_parts->operators->endSession(sessionId); });
    connect(&parts.admin->sampler(), &Admin::Sampler::sampled, this, [this] { m_parts->operators->endExpired(); });
}

void Gateway::startShards()
{
    Parts &parts = *m_parts;
    IoShard::Services transport{parts.clock, parts.transport, parts.budgets, nullptr, {}, {}};
#ifdef TIDEGATE_WITH_HTTP_API
    transport.http = parts.http.get();
#endif
    transport.isCoreBusy = [core = parts.core.get()] {
        return core->tasks().backlogBytes() + core->inflightBytes() > MaxInflightBytes;
    };
    transport.applyProxyTrust = [&trust = parts.trust](HttpRequest &request) {
        const QByteArray forwardedFor = Http::headerItems(request.headers, "X-Forwarded-For").join(',');
        const QByteArray socketAddress = request.peer.address;
        request.peer.address = trust.clientAddress(socketAddress, forwardedFor);
        request.peer.isTls =
            trust.clientIsTls(socketAddress, request.peer.isTls, headerValue(request.headers, "X-Forwarded-Proto"));
    };
    transport.guard = m_guard;
    const auto profile = std::make_shared<const Ssma::Profile>(Wiring::profile(m_config));
    const auto origins = std::make_shared<const OriginPolicy>(m_config.origins.allowed);
    ShareDataCore *const documents = parts.core->sharedata();
    const auto tokens = Wiring::shareDataTokens(m_config, parts.issuers, parts.auth->authenticator());
    parts.configureTickets(tokens, m_config.sharedata.ticketTtlMs);
    const ShardHost::ShareDataServices sharedata{documents ? &documents->service() : nullptr, parts.shareDataCounters,
                                                 Wiring::shareDataProfile(m_config), tokens};
    for (int i = 0; i < parts.listeners.shardCount(); ++i) {
        parts.shards.push_back(std::make_unique<ShardHost>(
            i, ShardHost::Services{Wiring::linkLimits(m_config), transport, parts.core->tasks(), parts.core->ssma(),
                                   parts.auth->authenticator(), parts.rng, parts.log, parts.dialect, parts.fanout,
                                   parts.decisions, profile, origins, sharedata, parts.core->broker(), parts.mesh.get(),
                                   parts.core->retained(), parts.core->serviceDesk()}));
        ShardHost *shard = parts.shards.back().get();
        parts.core->run([&] {
            parts.core->hub().addShard(i, shard);
            if (parts.mesh)
                parts.core->broker().addShard(i, shard);
        });
        Admin::ShardView view{&shard->tasks(), nullptr, shard->meshContext(), shard->shareDataContext()};
        shard->runOnShard([&](IoShard &io, Ssma::ShardContext &ssma) {
            view.ssma = &ssma;
            io.addEndpoint(Admin::LivePath, std::make_unique<Admin::LiveEndpoint>(view, parts.operators));
        });
        parts.admin->addShard(view);
        connect(parts.auth.get(), &AuthService::sessionRevoked, this,
                [shard](const QByteArray &sessionId) { shard->revokeSession(sessionId); });
        connect(
            parts.auth.get(), &AuthService::sessionExtended, this,
            [shard](const QByteArray &sessionId, qint64 expiresAtMs) { shard->extendSession(sessionId, expiresAtMs); });
    }
    parts.admin->start();
    // Only when every shard can be answered may the first client come in.
    for (const auto &host : parts.shards) {
        host->runOnShard([&](IoShard &shard, Ssma::ShardContext &) {
            for (const int descriptor : parts.listeners.take(shard.index()))
                shard.listen(descriptor, parts.tls);
        });
        if (parts.mesh)
            host->openMesh(*parts.mesh);
    }
    if (parts.mesh)
        qCInfo(lcApp, "mesh listening on %s", qPrintable(parts.mesh->urls().join(QLatin1Char(' '))));
}

void Gateway::stop()
{
    if (!m_parts)
        return;
    Parts &parts = *m_parts;
    QSemaphore closedShards;
    for (const auto &host : parts.shards) {
        host->runOnShard([&](IoShard &shard, Ssma::ShardContext &) {
            shard.stopListening();
            shard.shutDownConnections(CloseGraceMs, [&closedShards] { closedShards.release(); });
        });
    }
    closedShards.acquire(int(parts.shards.size()));
#ifdef TIDEGATE_WITH_HTTP_API
    parts.http.reset(); // answers what is open, through shards that still run
#endif
    if (parts.operators)
        parts.operators->shutDown();
    parts.admin.reset(); // while what it watches is still there
    parts.searcher.reset();
    parts.auth.reset();
    if (parts.core)
        parts.core->close(); // its last replies go to shards that still run
    parts.shards.clear();
    parts.inProcess.closeAll(WebSocket::CloseGoingAway, "SERVER_SHUTDOWN");
    parts.core.reset();
    parts.log.flush();
    m_parts.reset();
    Q_EMIT stopped();
}

void Gateway::reload(const GatewayConfig &config)
{
    if (!m_parts)
        return;
    if (config.tls.isEnabled() && m_parts->tls) {
        auto tls = TlsContext::load(config.tls.certFile, config.tls.keyFile);
        if (tls)
            m_parts->tls = std::move(*tls);
        else
            qCWarning(lcApp, "certificate not reloaded: %s", qPrintable(tls.error().text));
    }
    const auto profile = std::make_shared<const Ssma::Profile>(Wiring::profile(config));
    const auto origins = std::make_shared<const OriginPolicy>(config.origins.allowed);
    if (auto issuers = IssuerKeys::load(config.sharedata.issuers))
        m_parts->issuers = *std::move(issuers);
    else
        qCWarning(lcApp, "issuers not reloaded: %s", qPrintable(issuers.error().text));
    const auto tokens = Wiring::shareDataTokens(config, m_parts->issuers, m_parts->auth->authenticator());
    if (m_parts->mesh)
        m_parts->mesh->reload(config);
    for (const auto &shard : m_parts->shards) {
        if (m_parts->mesh)
            shard->configureMesh(m_parts->mesh->profile(), m_parts->mesh->tls());
        shard->configure(Wiring::linkLimits(config), profile, Wiring::shareDataProfile(config), tokens, origins);
        shard->runOnShard([this](IoShard &io, Ssma::ShardContext &) { io.setTls(m_parts->tls, io.front()); });
    }
    m_parts->core->configure(config);
    m_parts->configureTickets(tokens, config.sharedata.ticketTtlMs);
    m_parts->operators->setRoles(Wiring::operatorRoles(config));
#ifdef TIDEGATE_WITH_HTTP_API
    const HttpApiConfig http = Wiring::httpApi(config);
    m_parts->http->setAllowedOrigins(http.allowedOrigins);
    m_parts->http->setLimits(http.limits);
#endif
    m_parts->log.reopen();
    m_config = config;
}

std::unique_ptr<InProcessClient> Gateway::connectInProcess(const QByteArray &target, const QByteArray &token)
{
    HttpRequest request;
    request.method = "GET";
    const qsizetype question = target.indexOf('?');
    request.path = question < 0 ? target : target.first(question);
    if (question >= 0)
        request.query = target.sliced(question + 1);
    request.peer.address = "in-process";
    request.peer.isTls = true; // nobody can listen in
    if (!token.isEmpty())
        request.headers.emplace_back("Authorization", "Bearer " + token);
    const size_t shard = m_parts->nextShard++ % m_parts->shards.size();
    return m_parts->inProcess.connect(*m_parts->shards[shard], std::move(request));
}

QByteArray Gateway::issueToken(const Principal &principal, std::chrono::milliseconds ttl) const
{
    return m_parts->signer->issue(principal, ttl, m_parts->clock.nowMs());
}

std::unique_ptr<Admin::AdminPort> Gateway::makeAdminPort()
{
    return m_parts->admin->makePort({QStringLiteral("console"), {}, Admin::OperatorRole::Admin});
}

bool Gateway::isRunning() const
{
    return bool(m_parts);
}

QList<quint16> Gateway::ports() const
{
    return m_parts ? m_parts->listeners.ports() : QList<quint16>();
}

QUrl Gateway::url() const
{
    if (m_config.server.listen.empty())
        return {};
    QUrl url;
    url.setScheme(m_config.tls.isEnabled() ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(m_config.server.listen.front().host.toString());
    url.setPort(ports().value(0));
    url.setPath(QStringLiteral("/"));
    return url;
}

} // namespace Tidegate
