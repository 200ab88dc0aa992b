// SPDX-License-Identifier: MIT
#include "admin/resourcetable.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using enum StatisticUnit;

QList<Statistic> allStatistics()
{
    return {
        {u"links.total"_s, u"Connections"_s, Count, u"Clients connected now."_s},
        {u"links.websocket"_s, u"WebSocket"_s, Count, u"Of them over WebSocket."_s},
        {u"links.sse"_s, u"Event streams"_s, Count, u"Of them over server-sent events."_s},
        {u"links.inprocess"_s, u"In-process"_s, Count, u"Of them without a network."_s},
        {u"links.opened"_s, u"Connects"_s, PerSecond, u"Clients that came."_s},
        {u"links.refused"_s, u"Refused connects"_s, PerSecond, u"Requests that did not get past the front door."_s},
        {u"links.slowClosed"_s, u"Slow clients closed"_s, PerSecond,
         u"Closed because they did not take their bytes."_s},
        {u"subscriptions.total"_s, u"Subscriptions"_s, Count, u"Subscriptions to channels and subjects now."_s},
        {u"streams.total"_s, u"Streams"_s, Count, u"Streams that somebody follows."_s},
        {u"publications"_s, u"Publications"_s, PerSecond, u"Acts handed to the fan-out."_s},
        {u"deliveries"_s, u"Deliveries"_s, PerSecond, u"Frames handed to subscribers."_s},
        {u"bytes.in"_s, u"Received"_s, BytesPerSecond, u"Bytes from clients."_s},
        {u"bytes.out"_s, u"Sent"_s, BytesPerSecond, u"Bytes to clients."_s},
        {u"bytes.queued"_s, u"Queued"_s, StatisticUnit::Bytes, u"Owed to clients and not yet taken."_s},
        {u"intents.received"_s, u"Intents"_s, PerSecond, u"Intents that came in."_s},
        {u"intents.acked"_s, u"Acknowledged"_s, PerSecond, u"Accepted by the backend."_s},
        {u"intents.refused"_s, u"Refused"_s, PerSecond, u"Rejected by the backend, or in conflict."_s},
        {u"intents.failed"_s, u"Failed"_s, PerSecond, u"Not decided: the backend failed or did not answer."_s},
        {u"intents.duplicates"_s, u"Duplicates"_s, PerSecond, u"Retries answered with the stored outcome."_s},
        {u"intents.inflight"_s, u"Undecided"_s, StatisticUnit::Bytes, u"Submitted and not yet answered."_s},
        {u"intents.stored"_s, u"Stored"_s, Count, u"Intents in the log."_s},
        {u"intents.storeFailures"_s, u"Store failures"_s, PerSecond, u"Writes the disk did not take."_s},
        {u"backend.latencyMs"_s, u"Backend"_s, Milliseconds, u"Mean time of its answers in the last second."_s},
        {u"mesh.subscriptions"_s, u"Mesh subscriptions"_s, Count, u"Subscriptions of mesh clients to subjects now."_s},
        {u"mesh.published"_s, u"Mesh messages"_s, PerSecond, u"Messages that mesh clients published."_s},
        {u"documents.total"_s, u"Documents"_s, Count, u"Shared documents now."_s},
        {u"documents.bytes"_s, u"Document memory"_s, StatisticUnit::Bytes, u"Their states and replay windows."_s},
        {u"documents.unknown"_s, u"Unknown documents"_s, PerSecond,
         u"Subscribes to documents that do not exist; such clients come again and again."_s},
        {u"proposals.accepted"_s, u"Proposals accepted"_s, PerSecond, u"Recorded and followed."_s},
        {u"proposals.rejected"_s, u"Proposals rejected"_s, PerSecond, u"Recorded; the function turned them down."_s},
        {u"proposals.failed"_s, u"Proposals failed"_s, PerSecond, u"Not decided; nothing was recorded."_s},
        {u"proposals.repeated"_s, u"Proposals repeated"_s, PerSecond, u"Answered with the outcome of the first."_s},
        {u"replays.exact"_s, u"Document replays"_s, PerSecond, u"Clients told what they missed of a document."_s},
        {u"replays.missed"_s, u"Document gaps"_s, PerSecond, u"Clients whose cursor is no longer kept."_s},
        {u"broker.lost"_s, u"Broker lost"_s, Count, u"1 while the NATS server cannot be reached."_s},
        {u"broker.patterns"_s, u"Broker patterns"_s, Count, u"Distinct patterns subscribed at the NATS server."_s},
        {u"broker.refused"_s, u"Broker refusals"_s, PerSecond, u"Messages refused because its queue is full."_s},
        {u"broker.dropped"_s, u"Broker losses"_s, PerSecond, u"Messages from it that the core could not take."_s},
        {u"node.leads"_s, u"Node leads"_s, Count, u"1 while this gateway decides intents for all nodes."_s},
        {u"node.stuck"_s, u"Node stuck"_s, Count, u"1 while intents wait: nobody leads, or this node is cut off."_s},
        {u"node.missed"_s, u"Node catch-up"_s, PerSecond, u"Messages of the leader that were read from the store."_s},
        {u"limits.hits"_s, u"Rate limited"_s, PerSecond, u"Frames and requests over a limit."_s},
        {u"core.lagMs"_s, u"Core lag"_s, Milliseconds, u"How long a task waits for the core thread."_s},
        {u"core.backlog"_s, u"Core backlog"_s, StatisticUnit::Bytes, u"Handed to the core and not yet looked at."_s},
        {u"retained.bytes"_s, u"Replay memory"_s, StatisticUnit::Bytes, u"Events kept in memory for replays."_s},
        {u"process.cpu"_s, u"CPU"_s, Percent, u"Of one core, user and system."_s},
        {u"process.rss"_s, u"Memory"_s, StatisticUnit::Bytes, u"Resident set of the process."_s},
        {u"admin.cpu"_s, u"Cost of this"_s, Percent, u"CPU spent on statistics and watches, of one core."_s},
    };
}

} // namespace Tidegate::Admin
