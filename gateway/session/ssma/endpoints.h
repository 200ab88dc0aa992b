// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/shardcontext.h"
#include "transport/endpoint.h"

namespace Tidegate::Ssma {

inline const QByteArray WebSocketPath = QByteArrayLiteral("/optimistic/ws");
inline const QByteArray EventsPath = QByteArrayLiteral("/optimistic/events");

//! GET /optimistic/ws: origin, identity from the cookie, site binding; then a LinkSession.
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

//! GET /optimistic/events: identity from the cookie; then a StreamSession.
class EventsEndpoint final : public Endpoint
{
public:
    explicit EventsEndpoint(ShardContext &context)
        : m_context(context)
    {
    }
    Kind kind() const override { return Kind::EventStream; }
    std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &request) override;

private:
    ShardContext &m_context;
};

} // namespace Tidegate::Ssma
