// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/adminservice.h"
#include "admin/local/operatorgate.h"
#include "transport/endpoint.h"

#include <unordered_map>

namespace Tidegate::Admin {

inline const QByteArray LivePath = QByteArrayLiteral("/admin/v1/live");

//! Operators' WebSocket: a Conversation on the gateway's thread for each link on this shard. On the shard's thread.
class LiveEndpoint final : public Endpoint
{
public:
    //! \p shard gives the allowed origins and the way back to the link.
    LiveEndpoint(const ShardView &shard, std::shared_ptr<OperatorGate> gate);
    ~LiveEndpoint() override;

    Kind kind() const override { return Kind::WebSocket; }
    std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &request) override;

private:
    class Handler;

    const ShardView m_shard;
    const std::shared_ptr<OperatorGate> m_gate;
    std::unordered_map<quint64, Handler *> m_handlers; //!< by link
};

} // namespace Tidegate::Admin
