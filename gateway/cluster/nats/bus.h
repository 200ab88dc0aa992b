// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "cluster/buscounters.h"
#include "cluster/clusterbus.h"

#include <QHash>
#include <QThread>

#include <memory>

namespace Tidegate {

//! The bus over one connection to a NATS server (libnats). The library is called on a thread of ours, since its calls
//! may wait for a socket; its own threads only post values. It connects and comes back by itself, and subscribes anew.
//! Bounds: Config::queueBytes towards the server, Config::inboundBytes towards the owner; overflow acts: publishing
//! fails; the newest message is dropped and counted.
class NatsBus final : public ClusterBus
{
public:
    struct Config
    {
        QByteArray url; //!< scheme optional; may hold user:password
        qint64 queueBytes = 8LL * 1024 * 1024;
        qint64 inboundBytes = 64LL * 1024 * 1024;
        int reconnectWaitMs = 250;
    };

    //! \p counters are borrowed and outlive it. Errors name the address.
    static Result<std::unique_ptr<NatsBus>> create(Config config, BusCounters &counters);
    ~NatsBus() override;

    void open(BusReceiver &receiver) override;
    void subscribe(const QByteArray &pattern) override;
    void unsubscribe(const QByteArray &pattern) override;
    Result<void> publish(const BusMessage &message) override;
    BusState state() const override { return m_state; }

    class Line; //!< what touches the library; lives on m_thread

private:
    NatsBus(Config config, BusCounters &counters);
    void changeState(BusState state);

    const Config m_config;
    BusCounters &m_counters;
    BusReceiver *m_receiver = nullptr;
    BusState m_state = BusState::Lost;
    qint64 m_keptBytes = 0; //!< published while the connection was lost
    //! Where the library's threads post to. Shared: they may be late, and find it closed.
    std::shared_ptr<TaskQueue> m_home;
    QThread m_thread;
    std::unique_ptr<TaskQueue> m_calls; //!< on m_thread
    std::unique_ptr<Line> m_line;
};

} // namespace Tidegate
