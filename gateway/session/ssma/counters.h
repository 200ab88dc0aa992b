// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

namespace Tidegate::Ssma {

struct LatencyCounters
{
    Counter count;
    Counter sumMs;
    Counter maxMs;

    void note(qint64 ms)
    {
        count.add();
        sumMs.add(ms);
        maxMs.raiseTo(ms);
    }
};

//! What GET /optimistic/metrics reports (SSMA spec section 14). Bumped by core and shards, read by anyone.
struct DialectCounters
{
    struct Sse
    {
        Counter streamsOpened, streamsClosed, streamsActive;
        Counter invalidates, islands, reworks, undos, replays, connectionsClosed;
        Counter lastIslandAtMs, unauthorizedFiltered, slowClientDrops;
        Counter requestsRefused; //!< 400: the query is over a limit
        LatencyCounters latency;
    } sse;
    struct Ws
    {
        Counter connectionsAccepted, connectionsClosed, activeConnections;
        Counter islands, lastIslandAtMs, unauthorizedFiltered, slowConsumerDrops;
        LatencyCounters latency;
    } ws;
    //! How much of a rush of subscribers was answered once for many.
    struct Sharing
    {
        Counter snapshotsAsked, snapshotsShared; //!< of the backend
        Counter readsMade, readsShared;          //!< of the log
    } sharing;
    Counter channelSubscriptions;
    Counter subscriptionsRefused; //!< over a link's limits of count or bytes
    Counter rateLimitHits;
    Counter peakBacklog, backlogBreaches, lastViolationAtMs;
};

} // namespace Tidegate::Ssma
