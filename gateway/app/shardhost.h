// SPDX-License-Identifier: MIT
#pragma once

#include "app/meshfront.h"
#include "channel/broker.h"
#include "channel/hub.h"
#include "session/sharedata/shardcontext.h"
#include "session/ssma/shardcontext.h"
#include "transport/ioshard.h"

#include <QThread>

#include <memory>

namespace Tidegate {

//! One I/O thread with everything that lives on it: the shard, its fan-out and the dialects' contexts.
//! Constructed, started and destroyed on the gateway's thread.
class ShardHost final : public ShardSink, public BrokerShard
{
public:
    //! What the document dialect needs on a shard.
    struct ShareDataServices
    {
        ShareData::Service *service = nullptr; //!< null: not served
        ShareData::Counters &counters;
        std::shared_ptr<const ShareData::Profile> profile;
        std::shared_ptr<const ShareData::TokenGate> tokens;
    };
    struct Services
    {
        LinkLimits limits;
        IoShard::Services transport;
        TaskQueue &core;
        Ssma::Service &ssma;
        const Authenticator &authenticator;
        Rng &rng;
        EventLog &log;
        Ssma::DialectCounters &counters;
        FanoutCounters &fanout;
        DecisionSink &decisions;
        std::shared_ptr<const Ssma::Profile> profile;
        std::shared_ptr<const OriginPolicy> origins;
        ShareDataServices sharedata;
        Broker &broker;
        MeshFront *mesh;                            //!< none: the dialect is off
        Mesh::RetainedMessages *retained = nullptr; //!< likewise
        Mesh::ServiceDesk *desk = nullptr;          //!< likewise
    };

    //! Blocks until the thread runs.
    ShardHost(int index, Services services);
    //! Blocks until the thread has ended; links still open are cut.
    ~ShardHost() override;

    TaskQueue &tasks() { return *m_tasks; }
    //! Runs \p act with the shard on its thread and waits.
    void runOnShard(const std::function<void(IoShard &, Ssma::ShardContext &)> &act);

    //! Any thread; does not wait.
    template <typename Act>
    void postToShard(Act act, qsizetype costBytes = 64)
    {
        m_tasks->post([this, act = std::move(act)]() mutable { act(shard()); }, costBytes);
    }

    // Core thread.
    void deliver(const PublicationPtr &publication) override;
    void route(const PublicationPtr &publication) override;
    void routeTo(const QByteArray &pattern, const PublicationPtr &publication) override;
    void reply(LinkId link, Ssma::SessionReply reply);
    void reply(LinkId link, ShareData::Reply reply);

    //! None: the dialect is off. For use on the shard's thread.
    Mesh::ShardContext *meshContext() const;
    ShareData::ShardContext *shareDataContext() const;
    //! Blocks: from now on clients of the mesh dialect come in.
    void openMesh(MeshFront &mesh);

    // Any thread; take effect soon.
    void configure(const LinkLimits &limits, std::shared_ptr<const Ssma::Profile> profile,
                   std::shared_ptr<const ShareData::Profile> shareDataProfile,
                   std::shared_ptr<const ShareData::TokenGate> shareDataTokens,
                   std::shared_ptr<const OriginPolicy> origins);
    void configureMesh(std::shared_ptr<const Mesh::Profile> profile, std::shared_ptr<TlsContext> tls);
    void revokeSession(const QByteArray &sessionId);
    void extendSession(const QByteArray &sessionId, qint64 expiresAtMs);

private:
    struct MeshParts;
    struct Parts;
    IoShard &shard();

    QThread m_thread;
    std::unique_ptr<Parts> m_parts; //!< made and destroyed on m_thread
    TaskQueue *m_tasks = nullptr;
};

} // namespace Tidegate
