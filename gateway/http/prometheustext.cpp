// SPDX-License-Identifier: MIT
#include "http/prometheustext.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include <sstream>

namespace Tidegate {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

//! One number of the JSON. Rows of one name stand together and differ in their label.
struct Row
{
    const char *path; //!< members, slashes between
    const char *name;
    MetricType type;
    const char *help;
    const char *label = nullptr;
    const char *labelValue = nullptr;
    double factor = 1; //!< to Prometheus' base unit
};

constexpr auto Counter = MetricType::Counter;
constexpr auto Gauge = MetricType::Gauge;
constexpr auto Summary = MetricType::Summary;
constexpr double Milli = 0.001;

constexpr const char *Transport = "transport";
constexpr const char *Ws = "websocket";
constexpr const char *Sse = "event_stream";

constexpr Row Rows[] = {
    {"active/ws", "tidegate_links", Gauge, "Clients connected.", Transport, Ws},
    {"active/sse", "tidegate_links", Gauge, "", Transport, Sse},
    {"ws/connectionsAccepted", "tidegate_links_opened_total", Counter, "Clients let in.", Transport, Ws},
    {"sse/streamsOpened", "tidegate_links_opened_total", Counter, "", Transport, Sse},
    {"ws/connectionsClosed", "tidegate_links_closed_total", Counter, "Clients that went.", Transport, Ws},
    {"sse/streamsClosed", "tidegate_links_closed_total", Counter, "", Transport, Sse},
    {"ws/backpressureEvents", "tidegate_links_over_budget_total", Counter, "Times a client owed more than it may.",
     Transport, Ws},
    {"sse/backpressureEvents", "tidegate_links_over_budget_total", Counter, "", Transport, Sse},
    {"ws/slowConsumerDrops", "tidegate_slow_consumers_closed_total", Counter, "Clients closed as too slow.", Transport,
     Ws},
    {"sse/slowClientDrops", "tidegate_slow_consumers_closed_total", Counter, "", Transport, Sse},
    {"ws/unauthorizedFiltered", "tidegate_events_filtered_by_role_total", Counter,
     "Events left out because of the receiver's role.", Transport, Ws},
    {"sse/unauthorizedFiltered", "tidegate_events_filtered_by_role_total", Counter, "", Transport, Sse},
    {"ws/latency", "tidegate_island_latency_seconds", Summary, "From an island event's time to its publication.",
     Transport, Ws, Milli},
    {"sse/latency", "tidegate_island_latency_seconds", Summary, "", Transport, Sse, Milli},
    {"ws/latency/max", "tidegate_island_latency_max_seconds", Gauge, "The longest of these since the start.", Transport,
     Ws, Milli},
    {"sse/latency/max", "tidegate_island_latency_max_seconds", Gauge, "", Transport, Sse, Milli},
    {"sse/eventsByType/invalidate", "tidegate_stream_events_total", Counter, "Events published to event streams.",
     "type", "invalidate"},
    {"sse/eventsByType/island.invalidate", "tidegate_stream_events_total", Counter, "", "type", "island.invalidate"},
    {"sse/eventsByType/rework", "tidegate_stream_events_total", Counter, "", "type", "rework"},
    {"sse/eventsByType/undo", "tidegate_stream_events_total", Counter, "", "type", "undo"},
    {"sse/eventsByType/replay", "tidegate_stream_events_total", Counter, "", "type", "replay"},
    {"sse/eventsByType/connection:closed", "tidegate_stream_events_total", Counter, "", "type", "connection:closed"},
    {"channelSubscriptions", "tidegate_channel_subscriptions", Gauge, "Channel subscriptions."},
    {"totals/rateLimitHits", "tidegate_rate_limit_hits_total", Counter, "Frames refused by a rate limit."},
    {"hybrid/backlogDepth", "tidegate_intents_stored", Gauge, "Intents in the log."},
    {"hybrid/peakBacklog", "tidegate_intents_stored_peak", Gauge, "The most there were since the start."},
    {"hybrid/backlogBreaches", "tidegate_backlog_breaches_total", Counter,
     "Times the stored intents exceeded monitor.backlog_threshold."},
    {"store/cursor", "tidegate_log_offset", Gauge, "Newest offset of the log."},
    {"intents/received", "tidegate_intents_received_total", Counter, "Intents that came in."},
    {"intents/duplicates", "tidegate_intents_duplicate_total", Counter, "Intents answered with a stored outcome."},
    {"intents/acked", "tidegate_intents_settled_total", Counter, "Intents decided.", "outcome", "acked"},
    {"intents/refused", "tidegate_intents_settled_total", Counter, "", "outcome", "refused"},
    {"intents/failed", "tidegate_intents_settled_total", Counter, "", "outcome", "failed"},
    {"intents/storeFailures", "tidegate_store_failures_total", Counter, "Writes the store did not take."},
    {"intents/inflightBytes", "tidegate_intents_inflight_bytes", Gauge, "Submitted and not yet answered."},
    {"sharing/snapshotsAsked", "tidegate_snapshots_total", Counter, "Snapshots given to subscribers.", "source",
     "backend"},
    {"sharing/snapshotsShared", "tidegate_snapshots_total", Counter, "", "source", "shared"},
    {"sharing/readsMade", "tidegate_log_reads_total", Counter, "Reads of the log for replays.", "source", "log"},
    {"sharing/readsShared", "tidegate_log_reads_total", Counter, "", "source", "shared"},
    {"transport/connectionsAccepted", "tidegate_connections_accepted_total", Counter, "Sockets accepted."},
    {"transport/connectionsOpen", "tidegate_connections", Gauge, "Sockets open, HTTP included."},
    {"transport/bytesReceived", "tidegate_received_bytes_total", Counter, "Bytes from clients."},
    {"transport/headsRefused", "tidegate_connections_refused_total", Counter, "Requests the front door refused."},
    {"transport/shed", "tidegate_links_shed_total", Counter, "Clients closed because all were owed too much."},
    {"transport/unresponsiveClosed", "tidegate_links_unresponsive_total", Counter, "Clients that answered no ping."},
    {"transport/readingPaused", "tidegate_reading_paused_total", Counter, "Times a client waited for the core."},
    {"transport/protocolErrors", "tidegate_protocol_errors_total", Counter, "WebSockets closed for a broken frame."},
    {"transport/headTimeouts", "tidegate_request_timeouts_total", Counter, "Requests that did not arrive in time.",
     "part", "head"},
    {"transport/bodyTimeouts", "tidegate_request_timeouts_total", Counter, "", "part", "body"},
    {"fanout/subscribersLagging", "tidegate_subscribers_lagging", Gauge, "Subscribers something is held back for."},
    {"fanout/publicationsDropped", "tidegate_publications_dropped_total", Counter,
     "Publications dropped for lagging subscribers."},
    {"fanout/eventsConflated", "tidegate_events_conflated_total", Counter,
     "Events that newer ones took the place of, for lagging subscribers."},
    {"mesh/sessions", "tidegate_mesh_sessions", Gauge, "Mesh clients connected."},
    {"mesh/sessionsAccepted", "tidegate_mesh_sessions_total", Counter, "Mesh clients let in."},
    {"mesh/loginsAccepted", "tidegate_mesh_logins_total", Counter, "Logins of mesh clients.", "outcome", "accepted"},
    {"mesh/loginsRefused", "tidegate_mesh_logins_total", Counter, "", "outcome", "refused"},
    {"mesh/subscriptions", "tidegate_mesh_subscriptions", Gauge, "Subscriptions of mesh clients."},
    {"mesh/published", "tidegate_mesh_published_total", Counter, "Messages from mesh clients."},
    {"mesh/requested", "tidegate_mesh_requests_total", Counter, "Requests from mesh clients."},
    {"mesh/served", "tidegate_mesh_served_total", Counter, "Requests that mesh clients answered."},
    {"mesh/retainedMessages", "tidegate_mesh_retained_messages", Gauge, "Kept for later subscribers."},
    {"mesh/retainedBytes", "tidegate_mesh_retained_bytes", Gauge, "What they weigh."},
    {"mesh/replayed", "tidegate_mesh_replayed_total", Counter, "Kept messages sent to new subscribers."},
    {"mesh/deliveriesFiltered", "tidegate_mesh_filtered_total", Counter,
     "Messages kept from those a token denies them."},
    {"mesh/denied", "tidegate_mesh_denied_total", Counter, "Packets that a token does not allow."},
    {"mesh/invalid", "tidegate_mesh_invalid_total", Counter, "Frames that are no packets."},
    {"mesh/rateLimited", "tidegate_mesh_rate_limited_total", Counter, "Packets over a limit."},
    {"mesh/slowConsumers", "tidegate_mesh_slow_consumers_total", Counter, "Mesh clients closed as too slow."},
    {"mesh/identitiesExpired", "tidegate_mesh_identities_expired_total", Counter, "Sessions whose token ended."},
    {"sharedata/links", "tidegate_sharedata_links", Gauge, "Clients of shared documents connected."},
    {"sharedata/linksAccepted", "tidegate_sharedata_links_total", Counter, "Clients let in."},
    {"sharedata/upgradesRefused", "tidegate_sharedata_upgrades_refused_total", Counter, "Clients not let in.", "reason",
     "token"},
    {"sharedata/originsRefused", "tidegate_sharedata_upgrades_refused_total", Counter, "", "reason", "origin"},
    {"sharedata/upgradesThrottled", "tidegate_sharedata_upgrades_refused_total", Counter, "", "reason",
     "unknown_documents"},
    {"sharedata/framesIn", "tidegate_sharedata_frames_total", Counter, "Frames from clients, and answers to them.",
     "direction", "in"},
    {"sharedata/framesOut", "tidegate_sharedata_frames_total", Counter, "", "direction", "out"},
    {"sharedata/deliveries", "tidegate_sharedata_deliveries_total", Counter,
     "Live frames, one for each subscriber they were for."},
    {"sharedata/subscribes", "tidegate_sharedata_subscribes_total", Counter, "Subscribes to documents."},
    {"sharedata/subscribesDenied", "tidegate_sharedata_subscribes_refused_total", Counter, "Of these, refused.",
     "reason", "denied"},
    {"sharedata/subscribesUnknown", "tidegate_sharedata_subscribes_refused_total", Counter, "", "reason", "unknown"},
    {"sharedata/subscriptions", "tidegate_sharedata_subscriptions", Gauge, "Subscriptions to documents."},
    {"sharedata/replaysExact", "tidegate_sharedata_replays_total", Counter,
     "Subscribers that asked for what they missed.", "outcome", "exact"},
    {"sharedata/replaysMissed", "tidegate_sharedata_replays_total", Counter, "", "outcome", "missed"},
    {"documents/accepted", "tidegate_sharedata_proposals_total", Counter, "Proposals answered.", "outcome", "accepted"},
    {"documents/rejected", "tidegate_sharedata_proposals_total", Counter, "", "outcome", "rejected"},
    {"documents/failed", "tidegate_sharedata_proposals_total", Counter, "", "outcome", "failed"},
    {"documents/repeated", "tidegate_sharedata_proposals_total", Counter, "", "outcome", "repeated"},
    {"sharedata/proposalsDenied", "tidegate_sharedata_proposals_total", Counter, "", "outcome", "denied"},
    {"sharedata/proposalsUnknown", "tidegate_sharedata_proposals_total", Counter, "", "outcome", "unknown"},
    {"sharedata/invalidMessages", "tidegate_sharedata_invalid_total", Counter, "Messages that are no frames."},
    {"sharedata/rateLimited", "tidegate_sharedata_rate_limited_total", Counter, "Clients closed for too many frames."},
    {"sharedata/slowConsumers", "tidegate_sharedata_slow_consumers_total", Counter, "Clients closed as too slow."},
    {"sharedata/identitiesExpired", "tidegate_sharedata_identities_expired_total", Counter,
     "Clients closed because their token ended."},
    {"sharedata/ticketsIssued", "tidegate_sharedata_tickets_total", Counter, "Tickets for upgrades.", "outcome",
     "issued"},
    {"sharedata/ticketsRedeemed", "tidegate_sharedata_tickets_total", Counter, "", "outcome", "redeemed"},
    {"sharedata/ticketsRefused", "tidegate_sharedata_tickets_total", Counter, "", "outcome", "refused"},
    {"documents/documents", "tidegate_documents", Gauge, "Shared documents."},
    {"documents/stateBytes", "tidegate_document_state_bytes", Gauge, "Their states."},
    {"documents/windowBytes", "tidegate_document_window_bytes", Gauge, "What is kept of them for replays."},
    {"documents/inflightBytes", "tidegate_document_inflight_bytes", Gauge, "Proposals not yet decided and stored."},
    {"documents/replaced", "tidegate_documents_replaced_total", Counter, "States replaced by operators."},
    {"documents/removed", "tidegate_documents_removed_total", Counter, "Documents removed."},
    {"broker/lost", "tidegate_broker_lost", Gauge, "1 while the NATS server cannot be reached."},
    {"broker/timesLost", "tidegate_broker_lost_total", Counter, "Times it was lost."},
    {"broker/patterns", "tidegate_broker_patterns", Gauge, "Patterns subscribed there."},
    {"broker/published", "tidegate_broker_published_total", Counter, "Messages sent there."},
    {"broker/publishesRefused", "tidegate_broker_refused_total", Counter, "Messages its queue had no room for."},
    {"broker/received", "tidegate_broker_received_total", Counter, "Messages that came from there."},
    {"broker/receivedDropped", "tidegate_broker_dropped_total", Counter, "Of these: more than the gateway could take."},
    {"node/leads", "tidegate_node_leads", Gauge, "1 while this gateway decides intents for all nodes."},
    {"node/stuck", "tidegate_node_stuck", Gauge, "1 while intents wait: nobody leads, or this node is cut off."},
    {"node/term", "tidegate_node_term", Gauge, "Of the newest leader; grows with each."},
    {"node/timesLed", "tidegate_node_elected_total", Counter, "Times this gateway began to lead."},
    {"node/messagesMissed", "tidegate_node_missed_total", Counter,
     "Messages of the leader read from the store instead."},
};

//! One number of each object in the list "subjects", by its prefix.
constexpr Row SubjectRows[] = {
    {"published", "tidegate_mesh_subject_published_total", Counter, "Messages by the first token of their subject."},
    {"publishedBytes", "tidegate_mesh_subject_published_bytes_total", Counter, "Their payloads."},
    {"requested", "tidegate_mesh_subject_requests_total", Counter, "Requests by the first token of their subject."},
    {"delivered", "tidegate_mesh_subject_delivered_total", Counter, "Deliveries, one for each subscription."},
    {"deliveredBytes", "tidegate_mesh_subject_delivered_bytes_total", Counter, "Their payloads."},
    {"refused", "tidegate_mesh_subject_refused_total", Counter, "Packets refused."},
};

QJsonValue valueAt(const QJsonObject &object, const QString &path)
{
    QJsonValue value = object;
    for (const QString &member : path.split(u'/'))
        value = value.toObject().value(member);
    return value;
}

ClientMetric metricOf(const Row &row, const QJsonValue &value)
{
    ClientMetric metric;
    if (row.label)
        metric.label.push_back({row.label, row.labelValue});
    switch (row.type) {
    case MetricType::Counter:
        metric.counter.value = value.toDouble() * row.factor;
        break;
    case MetricType::Summary: {
        const QJsonObject latency = value.toObject();
        metric.summary.sample_count = std::uint64_t(latency.value(QLatin1StringView("count")).toInteger());
        metric.summary.sample_sum = latency.value(QLatin1StringView("sum")).toDouble() * row.factor;
        break;
    }
    default:
        metric.gauge.value = value.toDouble() * row.factor;
    }
    return metric;
}

void addSubjects(std::vector<MetricFamily> &families, const QJsonArray &subjects)
{
    if (subjects.isEmpty())
        return;
    for (const Row &row : SubjectRows) {
        MetricFamily family{row.name, row.help, row.type, {}};
        for (const QJsonValue &subject : subjects) {
            ClientMetric metric = metricOf(row, subject.toObject().value(QLatin1StringView(row.path)));
            metric.label.push_back(
                {"prefix", subject.toObject().value(QLatin1StringView("prefix")).toString().toStdString()});
            family.metric.push_back(std::move(metric));
        }
        families.push_back(std::move(family));
    }
}

} // namespace

QByteArray prometheusText(const QJsonObject &metrics)
{
    std::vector<MetricFamily> families;
    for (const Row &row : Rows) {
        const QJsonValue value = valueAt(metrics, QString::fromLatin1(row.path));
        if (!value.isDouble() && !value.isObject())
            continue;
        if (families.empty() || families.back().name != row.name)
            families.push_back({row.name, row.help, row.type, {}});
        families.back().metric.push_back(metricOf(row, value));
    }
    addSubjects(families, metrics.value(QLatin1StringView("subjects")).toArray());
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families);
    return QByteArray::fromStdString(text.str());
}

bool acceptsPrometheusText(QByteArrayView accept)
{
    const QByteArray types = accept.toByteArray().toLower();
    return !types.contains("application/json") &&
           (types.contains("text/plain") || types.contains("application/openmetrics-text"));
}

} // namespace Tidegate
