// SPDX-License-Identifier: MIT
#include "admin/local/sampler.h"

#include "admin/resourcecatalog.h"
#include "cluster/clusterbus.h"
#include "session/mesh/session.h"
#include "session/sharedata/linksession.h"

#include <QFile>

#include <cmath>
#include <ctime>
#include <unistd.h>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 NsPerMs = 1'000'000;

qint64 processCpuNs()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

qint64 monotonicNs()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

} // namespace

qint64 CpuMeter::threadCpuNs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

struct Sampler::ShardPulse
{
    qint64 webSockets = 0;
    qint64 eventStreams = 0;
    qint64 inProcess = 0;
    qint64 queuedBytes = 0;
    qint64 bytesOut = 0;
    qint64 sends = 0;
};

struct Sampler::CorePulse
{
    qint64 lagNs = 0;
    qint64 storedIntents = 0;
    qint64 streams = 0;
    qint64 publications = 0;
    qint64 retainedBytes = 0;
};

Sampler::Sampler(const GatewayView &view, const Home &home, std::shared_ptr<const StreamPulse> pulse)
    : m_view(view)
    , m_home(home)
    , m_pulse(std::move(pulse))
{
    m_timer.setInterval(int(History::StepMs));
    connect(&m_timer, &QTimer::timeout, this, &Sampler::takePulse);
}

void Sampler::start()
{
    m_timer.start();
    takePulse();
}

void Sampler::takePulse()
{
    if (std::exchange(m_isOut, true))
        return;
    const auto askShard = [](const ShardView &shard) {
        ShardPulse pulse;
        const auto addClosed = [&pulse](const LinkTraffic &closed) {
            pulse.bytesOut += closed.bytesOut;
            pulse.sends += closed.messagesOut;
        };
        const auto addOpen = [&pulse](const Link &link) {
            const LinkTraffic traffic = link.traffic();
            qint64 &kind = link.framing() == Framing::EventStream ? pulse.eventStreams
                           : link.framing() == Framing::Raw       ? pulse.inProcess
                                                                  : pulse.webSockets;
            ++kind;
            pulse.queuedBytes += link.queuedBytes();
            pulse.bytesOut += traffic.bytesOut;
            pulse.sends += traffic.messagesOut;
        };
        addClosed(shard.ssma->closedTraffic());
        for (const Ssma::ShardSession *session : shard.ssma->sessions())
            addOpen(session->link());
        if (shard.mesh) {
            addClosed(shard.mesh->closedTraffic());
            for (const Mesh::Session *session : shard.mesh->sessions())
                addOpen(session->link());
        }
        if (shard.sharedata) {
            addClosed(shard.sharedata->closedTraffic());
            for (const ShareData::LinkSession *session : shard.sharedata->sessions())
                addOpen(session->link());
        }
        return pulse;
    };
    gatherFromShards<ShardPulse>(m_view, m_home, askShard, [this](const std::vector<ShardPulse> &shards) {
        const auto askCore = [view = m_view, pulse = m_pulse, askedNs = monotonicNs()] {
            CorePulse core{monotonicNs() - askedNs, qint64(view.engine.storedCount()), qint64(view.hub.streamCount()),
                           pulse->total(), 0};
            for (const StreamSpan &span : view.hub.log().spans())
                core.retainedBytes += span.bytes;
            return core;
        };
        Admin::askCore<CorePulse>(m_view, m_home, askCore, [this, shards](CorePulse core) { finish(shards, core); });
    });
}

Sampler::Totals Sampler::counterTotals() const
{
    const TransportCounters &transport = m_view.transport;
    const Ssma::DialectCounters &dialect = m_view.dialect;
    const IntentEngine::Counters &intents = m_view.engine.counters();
    return {{u"links.opened"_s, dialect.ws.connectionsAccepted.value() + dialect.sse.streamsOpened.value() +
                                    m_view.mesh.sessionsAccepted.value() +
                                    m_view.sharedata.connectionsAccepted.value()},
            {u"links.refused"_s, transport.headsRefused.value()},
            {u"links.slowClosed"_s, transport.slowClosed()},
            {u"bytes.in"_s, transport.bytesReceived.value()},
            {u"intents.received"_s, intents.received.value()},
            {u"intents.acked"_s, intents.acked.value()},
            {u"intents.refused"_s, intents.refused.value()},
            {u"intents.failed"_s, intents.failed.value()},
            {u"intents.duplicates"_s, intents.duplicates.value()},
            {u"intents.storeFailures"_s, intents.storeFailures.value()},
            {u"mesh.published"_s, m_view.mesh.published.value()},
            {u"proposals.accepted"_s, m_view.documentCounters.accepted.value()},
            {u"proposals.rejected"_s, m_view.documentCounters.rejected.value()},
            {u"proposals.failed"_s, m_view.documentCounters.failed.value()},
            {u"proposals.repeated"_s, m_view.documentCounters.repeated.value()},
            {u"replays.exact"_s, m_view.sharedata.replaysExact.value()},
            {u"replays.missed"_s, m_view.sharedata.replaysMissed.value()},
            {u"documents.unknown"_s, m_view.sharedata.unknown.value()},
            {u"broker.refused"_s, m_view.bus.publishesRefused.value()},
            {u"broker.dropped"_s, m_view.bus.receivedDropped.value()},
            {u"node.missed"_s, m_view.node.messagesMissed.value()},
            {u"limits.hits"_s, dialect.rateLimitHits.value() + m_view.mesh.rateLimited.value()}};
}

void Sampler::finish(const std::vector<ShardPulse> &shards, const CorePulse &core)
{
    m_isOut = false;
    const CpuMeter::Scope cost(*m_home.cpu);
    ShardPulse sum;
    for (const ShardPulse &shard : shards) {
        sum.webSockets += shard.webSockets;
        sum.eventStreams += shard.eventStreams;
        sum.inProcess += shard.inProcess;
        sum.queuedBytes += shard.queuedBytes;
        sum.bytesOut += shard.bytesOut;
        sum.sends += shard.sends;
    }
    Totals now = counterTotals();
    now.insert(u"deliveries"_s, sum.sends);
    now.insert(u"bytes.out"_s, sum.bytesOut);
    now.insert(u"publications"_s, core.publications);
    now.insert(u"process.cpu"_s, processCpuNs());
    now.insert(u"admin.cpu"_s, m_home.cpu->spentNs());
    const qint64 nowMs = m_view.clock.monotonicMs();
    const double seconds = double(nowMs - m_beforeMs) / 1000.0;

    Statistics statistics{m_view.clock.nowMs(), {}};
    QMap<QString, double> &values = statistics.values;
    if (!m_before.isEmpty() && seconds > 0) {
        for (auto total = now.begin(); total != now.end(); ++total) {
            const double perSecond = double(total.value() - m_before.value(total.key())) / seconds;
            const bool isCpu = total.key().endsWith(".cpu"_L1); // nanoseconds per second, as percent
            values.insert(total.key(), isCpu ? perSecond / 1e7 : perSecond);
        }
    }
    const IntentEngine::Counters &intents = m_view.engine.counters();
    const qint64 answers = intents.backendAnswers.value();
    const qint64 answeredMs = intents.backendMs.value();
    if (const qint64 count = answers - m_answersBefore; count > 0)
        values.insert(u"backend.latencyMs"_s, double(answeredMs - m_answeredMsBefore) / double(count));
    m_answersBefore = answers;
    m_answeredMsBefore = answeredMs;
    m_before = now;
    m_beforeMs = nowMs;
    values.insert(u"links.websocket"_s, double(sum.webSockets));
    values.insert(u"links.sse"_s, double(sum.eventStreams));
    values.insert(u"links.inprocess"_s, double(sum.inProcess));
    values.insert(u"links.total"_s, double(sum.webSockets + sum.eventStreams + sum.inProcess));
    values.insert(u"subscriptions.total"_s,
                  double(m_view.dialect.channelSubscriptions.value() + m_view.mesh.subscriptions.value() +
                         m_view.sharedata.subscriptions.value()));
    values.insert(u"mesh.subscriptions"_s, double(m_view.mesh.subscriptions.value()));
    values.insert(u"documents.total"_s, double(m_view.documentCounters.documents.value()));
    values.insert(u"documents.bytes"_s,
                  double(m_view.documentCounters.stateBytes.value() + m_view.documentCounters.windowBytes.value()));
    values.insert(u"broker.lost"_s, BusState(m_view.bus.state.value()) == BusState::Lost ? 1.0 : 0.0);
    values.insert(u"broker.patterns"_s, double(m_view.bus.patterns.value()));
    const auto nodeState = NodeState(m_view.node.state.value());
    values.insert(u"node.leads"_s, nodeState == NodeState::Leading ? 1.0 : 0.0);
    values.insert(u"node.stuck"_s, isStuck(nodeState) ? 1.0 : 0.0);
    values.insert(u"streams.total"_s, double(core.streams));
    values.insert(u"retained.bytes"_s, double(core.retainedBytes));
    values.insert(u"bytes.queued"_s, double(sum.queuedBytes));
    values.insert(u"intents.inflight"_s, double(m_view.engine.counters().inflightBytes.value()));
    values.insert(u"intents.stored"_s, double(core.storedIntents));
    values.insert(u"core.lagMs"_s, double(core.lagNs) / double(NsPerMs));
    values.insert(u"core.backlog"_s, double(m_view.core.backlogBytes()));
    values.insert(u"process.rss"_s, double(residentBytes()));

    m_kept.push_back(statistics);
    while (m_kept.size() > size_t(History::MaxSteps) ||
           m_kept.front().atMs <= statistics.atMs - History::MaxSteps * History::StepMs)
        m_kept.pop_front();
    Q_EMIT sampled(statistics);
}

History Sampler::history(qint64 sinceMs) const
{
    History history;
    for (const Statistics &kept : m_kept) {
        if (kept.atMs <= sinceMs)
            continue;
        if (history.startMs == 0)
            history.startMs = kept.atMs;
        // Seconds without a pulse stay empty, so that later ones keep their place in time.
        const qsizetype slot = qsizetype((kept.atMs - history.startMs + History::StepMs / 2) / History::StepMs);
        for (const Statistic &statistic : ResourceCatalog::builtIn().statistics()) {
            QList<double> &values = history.series[statistic.name];
            while (values.size() < slot)
                values.append(std::nan(""));
            if (values.size() == slot)
                values.append(kept.values.value(statistic.name, std::nan("")));
        }
    }
    return history;
}

} // namespace Tidegate::Admin
