// SPDX-License-Identifier: MIT
#pragma once

#include "channel/broker.h"
#include "transport/link.h"

#include <map>

namespace Tidegate::Mesh {

//! Clients that answer requests, as consumers of the Broker. (MottoMesh spec section 14, row 19.) Of the clients that
//! offer one pattern each request goes to one, in turn. Core thread. Bound: the sessions' limits on subscriptions.
class ServiceDesk
{
public:
    //! Crosses to the client's shard.
    using Ask = std::function<void(const PublicationPtr &request)>;

    explicit ServiceDesk(Broker &broker)
        : m_broker(broker)
    {
    }
    ~ServiceDesk();
    Q_DISABLE_COPY_MOVE(ServiceDesk)

    //! \p id is the client's own for what it offers; it has none of that id yet.
    void offer(LinkId link, quint64 id, const QByteArray &pattern, Ask ask);
    void withdraw(LinkId link, quint64 id);

private:
    Broker &m_broker;
    std::map<std::pair<LinkId, quint64>, Broker::ConsumerId> m_offers;
};

} // namespace Tidegate::Mesh
