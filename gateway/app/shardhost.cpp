// SPDX-License-Identifier: MIT
#include "app/shardhost.h"

#include "session/mesh/session.h"
#include "session/sharedata/endpoint.h"
#include "session/ssma/endpoints.h"

#include <QTimer>

#include <optional>

namespace Tidegate {

namespace {
constexpr int IdentityCheckMs = 2'000;

IoShard::Services withDecisions(IoShard::Services services, DecisionBatch &decisions)
{
    services.decisions = &decisions;
    return services;
}
} // namespace

//! The mesh dialect's part of a shard.
struct ShardHost::MeshParts
{
    MeshParts(IoShard &shard, DecisionBatch &decisions, const Services &services)
        : fanout(services.fanout, &decisions)
        , context({shard, fanout, services.core, services.broker, services.transport.clock, services.rng, services.log,
                   services.mesh->counters(), services.mesh->users(), services.mesh->subjects(shard.index()),
                   services.retained, services.desk},
                  services.mesh->profile())
        , front(shard.addFront(&services.mesh->sideDoor()))
    {
        front.addEndpoint(Mesh::WebSocketPath, std::make_unique<Mesh::WebSocketEndpoint>(context));
    }

    Fanout fanout;
    Mesh::ShardContext context;
    Front &front;
};

struct ShardHost::Parts
{
    Parts(int index, const Services &services)
        : decisions(services.decisions, services.transport.clock)
        , fanout(services.fanout, &decisions)
        , shard(index, services.limits, withDecisions(services.transport, decisions))
        , ssma({shard, fanout, services.core, services.ssma, services.authenticator, services.transport.clock,
                services.rng, services.log, services.counters},
               services.profile, services.origins)
    {
        shard.addEndpoint(Ssma::WebSocketPath, std::make_unique<Ssma::WebSocketEndpoint>(ssma));
        shard.addEndpoint(Ssma::EventsPath, std::make_unique<Ssma::EventsEndpoint>(ssma));
        if (services.sharedata.service) {
            const ShareDataServices &documents = services.sharedata;
            sharedata.emplace(ShareData::ShardContext::Services{shard, fanout, services.core, *documents.service,
                                                                services.transport.clock, services.log,
                                                                documents.counters},
                              documents.profile, documents.tokens, services.origins);
            shard.addEndpoint(ShareData::RealtimePath, std::make_unique<ShareData::RealtimeEndpoint>(*sharedata));
        }
        if (services.mesh)
            mesh.emplace(shard, decisions, services);
        decisions.setResolver([this](Decision &decision) { describe(decision); });
        shard.setTurnEndHook([this] {
            fanout.flush();
            if (sharedata) {
                sharedata->flushResults();
                sharedata->tellTaken();
            }
            if (mesh)
                mesh->fanout.flush();
        });
        identityCheck.setInterval(IdentityCheckMs);
        QObject::connect(&identityCheck, &QTimer::timeout, &identityCheck, [this] {
            ssma.expireIdentities();
            if (sharedata)
                sharedata->expireIdentities();
            if (mesh)
                mesh->context.expire();
        });
        identityCheck.start();
    }
    ~Parts() { decisions.setResolver({}); }
    Q_DISABLE_COPY_MOVE(Parts)

    //! Transport and fan-out know a link by its number only.
    void describe(Decision &decision) const
    {
        if (!ssma.describe(decision) && !(sharedata && sharedata->describe(decision)) && mesh)
            mesh->context.describe(decision);
    }

    DecisionBatch decisions;
    Fanout fanout;
    IoShard shard; //!< goes before fanout: closing its links makes sessions leave
    Ssma::ShardContext ssma;
    std::optional<ShareData::ShardContext> sharedata; //!< none: not served
    std::optional<MeshParts> mesh;
    QTimer identityCheck;
};

ShardHost::ShardHost(int index, Services services)
{
    m_thread.setObjectName(QStringLiteral("io-%1").arg(index));
    QObject worker;
    worker.moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        &worker,
        [&] {
            m_parts = std::make_unique<Parts>(index, services);
            worker.moveToThread(nullptr); // dies here, in the constructor of its host
        },
        Qt::BlockingQueuedConnection);
    m_tasks = &m_parts->shard.tasks();
}

ShardHost::~ShardHost()
{
    QMetaObject::invokeMethod(
        m_tasks,
        [this] {
            m_parts->shard.closeAll();
            m_parts.reset();
        },
        Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void ShardHost::runOnShard(const std::function<void(IoShard &, Ssma::ShardContext &)> &act)
{
    QMetaObject::invokeMethod(
        m_tasks, [&] { act(m_parts->shard, m_parts->ssma); }, Qt::BlockingQueuedConnection);
}

IoShard &ShardHost::shard()
{
    return m_parts->shard;
}

void ShardHost::deliver(const PublicationPtr &publication)
{
    m_tasks->post([this, publication] { m_parts->fanout.deliver(publication); }, publication->byteSize());
}

void ShardHost::route(const PublicationPtr &publication)
{
    m_tasks->post([this, publication] { m_parts->mesh->context.route(publication); }, publication->byteSize());
}

void ShardHost::routeTo(const QByteArray &pattern, const PublicationPtr &publication)
{
    m_tasks->post([this, pattern, publication] { m_parts->mesh->context.routeTo(pattern, publication); },
                  publication->byteSize());
}

void ShardHost::reply(LinkId link, Ssma::SessionReply reply)
{
    qsizetype cost = 256;
    for (const QByteArray &frame : reply.frames)
        cost += frame.size();
    m_tasks->post([this, link, reply = std::move(reply)]() mutable { m_parts->ssma.apply(link, std::move(reply)); },
                  cost);
}

void ShardHost::reply(LinkId link, ShareData::Reply reply)
{
    const qsizetype cost = reply.byteSize();
    m_tasks->post(
        [this, link, reply = std::move(reply)]() mutable { m_parts->sharedata->apply(link, std::move(reply)); }, cost);
}

void ShardHost::configure(const LinkLimits &limits, std::shared_ptr<const Ssma::Profile> profile,
                          std::shared_ptr<const ShareData::Profile> shareDataProfile,
                          std::shared_ptr<const ShareData::TokenGate> shareDataTokens,
                          std::shared_ptr<const OriginPolicy> origins)
{
    m_tasks->post([this, limits, profile = std::move(profile), shareDataProfile = std::move(shareDataProfile),
                   shareDataTokens = std::move(shareDataTokens), origins = std::move(origins)] {
        if (m_parts->sharedata)
            m_parts->sharedata->configure(shareDataProfile, shareDataTokens, origins);
        m_parts->shard.setLimits(limits);
        m_parts->ssma.configure(profile, origins);
    });
}

void ShardHost::configureMesh(std::shared_ptr<const Mesh::Profile> profile, std::shared_ptr<TlsContext> tls)
{
    m_tasks->post([this, profile = std::move(profile), tls = std::move(tls)] {
        m_parts->mesh->context.configure(profile);
        m_parts->shard.setTls(tls, m_parts->mesh->front);
    });
}

Mesh::ShardContext *ShardHost::meshContext() const
{
    return m_parts->mesh ? &m_parts->mesh->context : nullptr;
}

ShareData::ShardContext *ShardHost::shareDataContext() const
{
    return m_parts->sharedata ? &*m_parts->sharedata : nullptr;
}

void ShardHost::openMesh(MeshFront &mesh)
{
    runOnShard([&](IoShard &shard, Ssma::ShardContext &) { mesh.listen(shard, m_parts->mesh->front); });
}

void ShardHost::revokeSession(const QByteArray &sessionId)
{
    m_tasks->post([this, sessionId] {
        m_parts->ssma.revokeSession(sessionId);
        if (m_parts->sharedata)
            m_parts->sharedata->revokeSession(sessionId);
    });
}

void ShardHost::extendSession(const QByteArray &sessionId, qint64 expiresAtMs)
{
    m_tasks->post([this, sessionId, expiresAtMs] { m_parts->ssma.extendSession(sessionId, expiresAtMs); });
}

} // namespace Tidegate
