// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/clusterbus.h"
#include "session/mesh/endpoint.h"
#include "session/mesh/retainedmessages.h"
#include "session/mesh/servicedesk.h"

#include <QTemporaryDir>
#include <QThread>
#include <QUrl>

#include <functional>
#include <memory>

namespace Tidegate {

//! The mesh dialect with two shards, a core and a bus of the test's choice, each on its own thread, on loopback.
class MeshFixture
{
public:
    //! \p bus is borrowed; it is used on the core's thread. \p verifier may be missing in \p profile.
    MeshFixture(ClusterBus &bus, Mesh::Profile profile, const Mesh::RetainedMessages::Config &retention = {});
    ~MeshFixture();
    Q_DISABLE_COPY_MOVE(MeshFixture)

    QUrl url(int shard = 0) const;
    //! Runs \p act on the core's thread and waits.
    void onCore(const std::function<void(Broker &)> &act);

    Mesh::DialectCounters counters;
    UserTallies users;

private:
    class Shard;
    static void runOn(TaskQueue &queue, const std::function<void()> &act);

    SystemClock m_clock;
    SystemRng m_rng;
    TransportCounters m_transport;
    FanoutCounters m_fanout;
    BudgetPool m_budgets{BudgetPool::Config()};
    EventLog m_log;
    Mesh::SideDoor m_sideDoor;
    QThread m_coreThread;
    TaskQueue m_core;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<Mesh::ServiceDesk> m_desk;
    std::unique_ptr<Mesh::RetainedMessages> m_retained;
    std::vector<std::unique_ptr<Shard>> m_shards;
};

} // namespace Tidegate
