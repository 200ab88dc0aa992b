// SPDX-License-Identifier: MIT
#pragma once

#include "session/mesh/shardcontext.h"
#include "transport/endpoint.h"

namespace Tidegate::Mesh {

inline const QByteArray WebSocketPath = QByteArrayLiteral("/ws");

//! GET /ws: the page's origin, then a Session. Who it is comes later, in a packet.
class WebSocketEndpoint final : public Endpoint
{
public:
    explicit WebSocketEndpoint(ShardContext &context)
        : m_context(context)
    {
    }
    Kind kind() const override { return Kind::WebSocket; }
    std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &request) override;

private:
    ShardContext &m_context;
};

//! What the dialect's listening sockets answer besides: /health, and refusals. Any thread.
class SideDoor final : public HttpHandler
{
public:
    //! \p brokerState names what carries the messages, for the X-Broker header. Any thread.
    explicit SideDoor(std::function<QByteArray()> brokerState)
        : m_brokerState(std::move(brokerState))
    {
    }
    void handle(HttpRequest request, Responder respond) override;

private:
    const std::function<QByteArray()> m_brokerState;
};

} // namespace Tidegate::Mesh
