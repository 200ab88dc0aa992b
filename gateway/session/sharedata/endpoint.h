// SPDX-License-Identifier: MIT
#pragma once

#include "session/sharedata/shardcontext.h"
#include "transport/endpoint.h"

namespace Tidegate::ShareData {

inline const QByteArray RealtimePath = QByteArrayLiteral("/realtime");

//! GET /realtime (ShareData spec section 1): a usable token or ticket, else 401; then the page's origin; then a
//! LinkSession.
class RealtimeEndpoint final : public Endpoint
{
public:
    explicit RealtimeEndpoint(ShardContext &context)
        : m_context(context)
    {
    }
    Kind kind() const override { return Kind::WebSocket; }
    Decision admit(const HttpRequest &request) override;
    bool admitLater(const HttpRequest &request, std::function<void(Decide)> done) override;
    bool decidesBeforeHandshake() const override { return true; }

private:
    //! Whom the credential stands for, as far as that can be told on this shard.
    std::optional<Identity> identify(const Credential &credential) const;
    Decision decide(const HttpRequest &request, std::optional<Identity> identity) const;
    HttpResponse refuseCredential(const HttpRequest &request) const;
    LinkAdmission admission(const HttpRequest &request, Identity identity) const;

    ShardContext &m_context;
};

} // namespace Tidegate::ShareData
