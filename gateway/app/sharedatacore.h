// SPDX-License-Identifier: MIT
#pragma once

#include "app/documentsetup.h"
#include "base/rng.h"
#include "document/cluster/node.h"
#include "document/documentapi.h"
#include "session/sharedata/service.h"

namespace Tidegate {

//! Documents and their dialect on the core thread: store, functions, registry, service. Made, used and destroyed there.
class ShareDataCore
{
public:
    struct Services
    {
        TaskQueue &core;
        Hub &hub;
        const Clock &clock;
        EventLog &log;
        ShareData::Counters &counters;
        DocumentCounters &documentCounters;
        //! Crosses to a link's shard.
        std::function<void(LinkId, ShareData::Reply)> reply;
        DecisionBatch *decisions = nullptr;
        NativeFunctions natives = {};
        std::function<QByteArray(const Evaluation &)> verifyProof = {};
        Rng &rng;
    };

    //! Several gateways whose documents are the same ones.
    struct Nodes
    {
        QByteArray name; //!< of the deployment; empty = this gateway alone
        QByteArray natsUrl;
        std::unique_ptr<ClusterBus> bus; //!< of the documents alone
    };

    //! Blocks. \p volatileStore: documents are gone at exit. \p started runs later on the core thread, when the
    //! documents that the settings name are there.
    static Result<std::unique_ptr<ShareDataCore>> open(Services services, const ShareDataSettings &settings,
                                                       std::shared_ptr<const ShareData::Profile> profile,
                                                       bool volatileStore, std::function<void()> started, Nodes nodes);
    ~ShareDataCore();

    DocumentRegistry &documents() { return *m_documents; }
    DocumentApi &api() { return *m_api; }
    ShareData::Service &service() { return *m_service; }
    ShareData::TicketDesk &tickets() { return *m_tickets; }

private:
    ShareDataCore(Services services, Nodes nodes)
        : m_services(std::move(services))
        , m_nodes(std::move(nodes))
    {
    }
    Result<void> makeStore(const ShareDataSettings &settings, bool volatileStore);
    void joinNodes();

    const Services m_services;
    const Nodes m_nodes;
    QByteArray m_nodeId;
    std::unique_ptr<DocumentStore> m_store;
    SharedDocumentStore *m_sharedStore = nullptr; //!< the same one, if several gateways have it open
    std::unique_ptr<DocumentRegistry> m_documents;
    std::unique_ptr<DocumentNode> m_node; //!< null: this gateway alone decides
    std::unique_ptr<FunctionPool> m_pool; //!< ends before the registry: what still runs is told to it
    std::unique_ptr<DocumentApi> m_api;
    std::unique_ptr<ShareData::RemoteAccess> m_remote;
    std::unique_ptr<ShareData::TicketDesk> m_tickets;
    std::unique_ptr<ShareData::Service> m_service;
};

} // namespace Tidegate
