// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "app/sharedatacore.h"
#include "backend/backendadapter.h"
#include "backend/http/adapter.h"
#include "base/decisionbatch.h"
#include "base/eventlog.h"
#include "base/taskqueue.h"
#include "channel/broker.h"
#include "intent/nodecounters.h"
#include "replay/memoryreplaylog.h"
#include "session/mesh/retainedmessages.h"
#include "session/mesh/servicedesk.h"
#include "session/ssma/httpverbs.h"
#include "session/ssma/service.h"

#include <QThread>

#include <functional>
#include <memory>

namespace Tidegate {

//! The core thread and what lives on it: store, backend, engine, hub and the dialects' services. Constructed and
//! destroyed on the gateway's thread; open() and close() block.
class Core
{
public:
    struct Services
    {
        const Clock &clock;
        Rng &rng;
        EventLog &log;
        Ssma::DialectCounters &counters;
        const TransportCounters &transport;
        const FanoutCounters &fanout;
        BusCounters &bus;
        NodeCounters &node;
        Mesh::DialectCounters &meshCounters;
        std::function<QJsonObject()> furtherMetrics; //!< members of GET /optimistic/metrics; may be empty
        //! Crosses to a link's shard.
        std::function<void(LinkId, Ssma::SessionReply)> reply;
        ShareData::Counters &shareDataCounters;
        DocumentCounters &documentCounters;
        std::function<void(LinkId, ShareData::Reply)> shareDataReply;
        NativeFunctions natives;
        std::function<QByteArray(const Evaluation &)> verifyProof;
        //! Instead of what the configuration names; made on the core thread. May be empty.
        std::function<std::unique_ptr<BackendAdapter>()> makeBackend;
        DecisionSink &decisions;
    };

    explicit Core(Services services);
    ~Core();

    Result<void> open(const GatewayConfig &config);
    //! Decides and stores nothing more, flushes the store. Tasks posted later are dropped.
    void close();
    void configure(const GatewayConfig &config);

    TaskQueue &tasks() { return m_tasks; }
    //! Valid between open() and close(); use on the core thread only, but for the thread-safe parts they name.
    Hub &hub();
    Broker &broker();
    Mesh::RetainedMessages *retained(); //!< null: not configured
    Mesh::ServiceDesk *serviceDesk();   //!< likewise
    IntentEngine &engine();
    Ssma::Service &ssma();
    Ssma::OptimisticApi &optimisticApi();
    //! Null if documents are not served.
    ShareDataCore *sharedata();
    //! Any thread. Bytes submitted and not yet answered.
    qint64 inflightBytes() const;

    void run(const std::function<void()> &act);

private:
    struct Parts;

    //! \p started runs when clients may come, later perhaps.
    Result<void> openParts(const GatewayConfig &config, std::function<void()> started);
    void openMesh(const GatewayConfig &config, Parts &parts);
    void noteBrokerState(BusState state);
    Result<std::unique_ptr<ClusterBus>> makeBus(const GatewayConfig &config, bool isWanted,
                                                BusCounters &counters) const;
    Result<void> joinNodes(const GatewayConfig &config, Parts &parts);
    Result<std::unique_ptr<BackendAdapter>> makeBackend(const GatewayConfig &config, HttpBackendAdapter *&http) const;

    const Services m_services;
    QThread m_thread;
    TaskQueue m_tasks;
    DecisionBatch m_decisions; //!< core thread
    std::unique_ptr<Parts> m_parts;
    qint64 m_brokerLostAtMs = 0; //!< monotonic; 0 = it is not
};

} // namespace Tidegate
