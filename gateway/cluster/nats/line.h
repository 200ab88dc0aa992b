// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/nats/bus.h"

#include <functional>

struct __natsConnection;
struct __natsSubscription;

namespace Tidegate {

//! Everything that touches libnats. Lives on the bus's own thread, where the library may wait for a socket.
class NatsBus::Line
{
public:
    struct Config
    {
        QByteArray url;
        qint64 queueBytes;
        qint64 inboundBytes;
        int reconnectWaitMs;
    };
    //! Called on the owner's thread, by way of its task queue.
    struct Events
    {
        std::function<void(const QByteArray &pattern, const BusMessage &message)> message;
        std::function<void(const QByteArray &reply)> noResponders;
        std::function<void(BusState state)> state;
    };
    //! What the library's threads are given; outlives their last call.
    struct Mailbox
    {
        std::weak_ptr<TaskQueue> home;
        Events events;
        BusCounters &counters;
        qint64 inboundBytes;

        void post(Task task, qsizetype costBytes) const;
    };

    //! The library takes the address.
    static Result<void> check(const QByteArray &url);

    //! Connects, or goes on trying.
    Line(const Config &config, const std::shared_ptr<TaskQueue> &home, Events events, BusCounters &counters);
    ~Line();
    Q_DISABLE_COPY_MOVE(Line)

    void subscribe(const QByteArray &pattern);
    void unsubscribe(const QByteArray &pattern);
    void publish(const BusMessage &message);

private:
    struct Connected;

    const std::shared_ptr<Mailbox> m_mailbox;
    __natsConnection *m_connection = nullptr;
    QHash<QByteArray, __natsSubscription *> m_subscriptions;
};

} // namespace Tidegate
