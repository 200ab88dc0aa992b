// SPDX-License-Identifier: MIT
#pragma once

#include "app/listeners.h"
#include "cluster/buscounters.h"
#include "session/mesh/endpoint.h"
#include "transport/tlscontext.h"

#include <QJsonObject>

#include <deque>
#include <memory>

namespace Tidegate {

//! The MottoMesh dialect of a gateway: its listening sockets, certificate and rules, and what its shards share. Made
//! when the dialect is on. The gateway's thread, but for what says otherwise.
class MeshFront
{
public:
    //! \p bus and \p counters are borrowed. Errors name the setting or file.
    static Result<std::unique_ptr<MeshFront>> open(const GatewayConfig &config, int shards, const BusCounters &bus,
                                                   Mesh::DialectCounters &counters);
    Q_DISABLE_COPY_MOVE(MeshFront)

    //! On the shard's thread: from now on clients come in.
    void listen(IoShard &shard, Front &front);
    //! Takes over what can change; what cannot be read stays as it was.
    void reload(const GatewayConfig &config);

    std::shared_ptr<const Mesh::Profile> profile() const { return m_profile; }
    const std::shared_ptr<TlsContext> &tls() const { return m_tls; }
    //! Any thread.
    Mesh::SideDoor &sideDoor() { return m_sideDoor; }
    //! Any thread.
    Mesh::DialectCounters &counters() { return m_counters; }
    //! Any thread.
    UserTallies &users() { return m_users; }
    //! Any thread.
    Mesh::SubjectCounts &subjects(int shard) { return m_subjects[size_t(shard)]; }
    //! Of all shards, by prefix. Any thread.
    Mesh::SubjectCounts::Table subjectCounts() const;
    //! For health: "embedded", "nats" or "nats, lost". Any thread.
    QByteArray brokerState() const;
    //! What the dialect adds to GET /optimistic/metrics. Any thread.
    QJsonObject metrics() const;
    //! "ws://127.0.0.1:4434/ws", one per address.
    QStringList urls() const;

private:
    MeshFront(int shards, const BusCounters &bus, Mesh::DialectCounters &counters);
    Result<void> configure(const GatewayConfig &config);

    Mesh::DialectCounters &m_counters;
    const BusCounters &m_bus;
    std::deque<Mesh::SubjectCounts> m_subjects; //!< by shard
    UserTallies m_users;
    Mesh::SideDoor m_sideDoor;
    std::shared_ptr<const Mesh::Profile> m_profile;
    std::shared_ptr<TlsContext> m_tls;
    std::vector<ListenAddress> m_addresses; //!< those of m_listeners, then those of m_plainListeners
    Listeners m_listeners;
    Listeners m_plainListeners; //!< always without TLS
};

} // namespace Tidegate
