// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/intents.h"
#include "session/ssma/rowreader.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"

// How a subscription is named: in frames, in the log of events, in the log of rows.

namespace Tidegate::Ssma {

inline ChannelRef refOf(const SubscriptionKey &key)
{
    return {key.channel, key.params};
}

//! Data of CHANNEL_ events.
inline QByteArray channelData(const ClientInfo &client, const SubscriptionKey &key)
{
    return "{\"channel\":" + quoted(key.channel) + ",\"connectionId\":" + quoted(client.connectionId) + '}';
}

inline RowScope channelScope(const ClientInfo &client, const SubscriptionKey &key)
{
    return {client.site, key.channel, client.principal.role, channelStream(client.site, key.channel)};
}

} // namespace Tidegate::Ssma
