// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"
#include "transport/link.h"

#include <optional>
#include <vector>

namespace Tidegate::Ssma {

//! One connected client as core and shard both know it. A value.
struct ClientInfo
{
    LinkId link;
    QByteArray connectionId;
    QByteArray site;
    bool namedSite = true;    //!< false: an event stream that follows every site
    QByteArray transportRole; //!< "leader", "follower", ...; for event streams "sse"
    Principal principal;
    QByteArray ip;
    QByteArray userAgent;
};

//! A live link as operators see it.
struct LinkSnapshot
{
    ClientInfo client;
    Framing framing = Framing::WebSocketText;
    LinkTraffic traffic;
    qsizetype queuedBytes = 0;
    qsizetype subscriptions = 0;
    int messageLimit = 0; //!< frames per window an operator allows; 0 = as configured
    QByteArray lastRefusal;
    qint64 lastRefusalAtMs = 0;
    QByteArray dialect = QByteArrayLiteral("ssma");
};

//! A subscription's identity on its link: channel and canonical params.
struct SubscriptionKey
{
    QByteArray channel;
    QByteArray params;

    friend bool operator==(const SubscriptionKey &, const SubscriptionKey &) = default;
    friend bool operator<(const SubscriptionKey &a, const SubscriptionKey &b)
    {
        const int order = a.channel.compare(b.channel);
        return order < 0 || (order == 0 && a.params < b.params);
    }
};

//! Tells a session to take part in a stream from this reply on.
struct StreamJoin
{
    SubscriptionKey key;
    QByteArray stream;
    QByteArray filter; //!< JSON object; empty = everything
};

//! What the core answers to a session. Applied in the order posted, so frames, joins and publications never overtake
//! each other.
struct SessionReply
{
    std::vector<QByteArray> frames; //!< JSON texts (WebSocket) or encoded events (event stream)
    std::optional<StreamJoin> join;
    std::optional<SubscriptionKey> leave; //!< done before the frames are sent
    bool isReady = false;                 //!< the opening replay is complete
    QByteArray refusal;                   //!< code of what the frames refuse; empty = nothing
};

} // namespace Tidegate::Ssma
