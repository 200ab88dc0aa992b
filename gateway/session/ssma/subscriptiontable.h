// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/client.h"

#include <QHash>

#include <map>
#include <vector>

namespace Tidegate::Ssma {

//! One live or opening subscription.
struct Subscription
{
    QByteArray stream;
    QByteArray filter;
    qint64 subscribedAtMs = 0;
    quint64 serial = 0; //!< tells a subscription from a later one of the same key, while a snapshot is on its way
    bool isAttached = false;
    // For operators: what the client was told of its past.
    quint64 startedAfter = 0; //!< cursor of its snapshot
    int recoveries = 0;       //!< times it asked for what it missed
    QByteArray continuity;    //!< of the newest answer: snapshot, exact, gap
    QByteArray gapReason;
};

//! Every client and what it is subscribed to. Core thread only. Bounds, kept by whoever adds: Profile::maxSubscriptions
//! and maxSubscriptionBytes per client.
class SubscriptionTable
{
public:
    struct Client
    {
        ClientInfo info;
        std::map<SubscriptionKey, Subscription> subscriptions; //!< changed by the functions below only
        std::vector<QByteArray> streams = {}; //!< attached besides the channels: islands, rows, connections
        qsizetype keptBytes = 0;              //!< params and filters, as the client chose them

        void add(const SubscriptionKey &key, Subscription subscription);
        void remove(const SubscriptionKey &key);
        void setFilter(const SubscriptionKey &key, const QByteArray &filter);
    };

    Client &addClient(ClientInfo info);
    Client *client(LinkId link);
    void removeClient(LinkId link) { m_clients.remove(link); }

    const QHash<LinkId, Client> &clients() const { return m_clients; }
    quint64 nextSerial() { return ++m_serial; }

private:
    QHash<LinkId, Client> m_clients;
    quint64 m_serial = 0;
};

} // namespace Tidegate::Ssma
