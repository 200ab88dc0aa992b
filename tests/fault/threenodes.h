// SPDX-License-Identifier: MIT
#pragma once

#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/natsserver.h"
#include "support/postgresserver.h"
#include "support/tcpproxy.h"

#include <array>
#include <memory>
#include <optional>

namespace Tidegate {

//! Three real gateways on one PostgreSQL, one backend and one NATS server, each with a wire of its own to the latter.
class ThreeNodes
{
public:
    static constexpr int Count = 3;

    bool start();

    GatewayProcess &gateway(int node) { return *m_nodes[size_t(node)].gateway; }
    TcpProxy &wire(int node) { return *m_nodes[size_t(node)].wire; }
    BackendProcess &backend() { return m_backend; }
    PostgresServer &postgres() { return m_postgres; }

    //! Who was the last to say that it leads, of those that run; waits for one whose term is above \p term.
    std::optional<int> waitForLeader(qint64 term = 0);
    qint64 term() const { return m_term; }

private:
    struct Node
    {
        std::unique_ptr<TcpProxy> wire;
        std::unique_ptr<GatewayProcess> gateway;
    };

    PostgresServer m_postgres;
    NatsServer m_nats;
    BackendProcess m_backend;
    std::array<Node, Count> m_nodes;
    qint64 m_term = 0;
};

} // namespace Tidegate
