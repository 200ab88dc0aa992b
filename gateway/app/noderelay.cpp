// SPDX-License-Identifier: MIT
#include "app/noderelay.h"

#include "base/logging.h"
#include "intent/cluster/codec.h"

#include <QScopedValueRollback>

namespace Tidegate {

namespace {

enum Kind : quint8 { IslandAct, EventRowsAct, EventRequest, TellAgainAct, ForgottenAct };

// Added to what an asker says it missed: acts that were on their way, and the time until a loss is noticed.
constexpr qint64 MarginMs = 5'000;

void write(QDataStream &out, const Ssma::IslandInvalidation &island)
{
    out << island.islandId << island.parameters << island.reason << island.dataContract << island.payload
        << island.site;
}

void read(QDataStream &in, Ssma::IslandInvalidation &island)
{
    in >> island.islandId >> island.parameters >> island.reason >> island.dataContract >> island.payload >> island.site;
}

} // namespace

NodeRelay::NodeRelay(IntentNode &node, Ssma::Publisher &publisher, const Clock &clock, Rng &rng, EventLog &log)
    : m_node(node)
    , m_publisher(publisher)
    , m_clock(clock)
    , m_rng(rng)
    , m_log(log)
    , m_id(rng.token(9))
{
    connect(&publisher, &Ssma::Publisher::islandPublished, this,
            [this](const Ssma::IslandInvalidation &island, const QByteArray &eventId, qint64 atMs, quint64 cursor) {
                if (m_isShowing)
                    return;
                const QByteArray act = NodeCodec::encode(IslandAct, [&](QDataStream &out) {
                    write(out, island);
                    out << eventId << atMs << cursor;
                });
                m_told.add(eventId, act, m_clock.monotonicMs());
                m_node.tell(act);
            });
    connect(&publisher, &Ssma::Publisher::eventRowsPublished, this,
            [this](const BackendEvent &event, const std::vector<IntentOutcome> &outcomes) {
                m_node.tell(NodeCodec::encode(EventRowsAct, [&](QDataStream &out) {
                    NodeCodec::write(out, event);
                    NodeCodec::write(out, outcomes);
                }));
            });
    connect(&node, &IntentNode::dialectActArrived, this, &NodeRelay::show);
    connect(&node, &IntentNode::stateChanged, this, [&log](NodeState state) {
        log.record("NODE_STATE", isStuck(state) ? LogLevel::Warn : LogLevel::Info,
                   R"({"state":")" + textOf(state) + R"("})");
    });
    connect(&node, &IntentNode::actsMissed, this, &NodeRelay::askAgain);
    publisher.setElsewhere([this](const BackendEvent &event, const BackendContext &context, const auto &done) {
        return hasElsewhere(event, context, done);
    });
    node.setAnswerer([this](const QByteArray &request, auto done) { answer(request, done); });
}

void NodeRelay::show(const QByteArray &act)
{
    const QScopedValueRollback showing(m_isShowing, true);
    const auto read = NodeCodec::decode(act, [this, &act](quint8 kind, QDataStream &in) {
        if (kind == IslandAct) {
            showIsland(act, in);
        } else if (kind == TellAgainAct) {
            QByteArray asker;
            qint64 ageMs = 0;
            in >> asker >> ageMs;
            if (in.status() == QDataStream::Ok)
                tellAgain(asker, ageMs);
        } else if (kind == ForgottenAct) {
            QByteArray asker;
            in >> asker;
            if (asker == m_id)
                m_log.record("NODE_INVALIDATIONS_MISSED", LogLevel::Warn, "{}");
        } else if (kind == EventRowsAct) {
            BackendEvent event;
            std::vector<IntentOutcome> outcomes;
            NodeCodec::read(in, event);
            NodeCodec::read(in, outcomes);
            if (in.status() == QDataStream::Ok && outcomes.size() == event.intents.size())
                m_publisher.publishEventRows(event, outcomes);
        }
    });
    if (!read)
        qCWarning(lcCluster).noquote() << "an act of another node cannot be shown:" << read.error().text;
}

void NodeRelay::showIsland(const QByteArray &act, QDataStream &in)
{
    Ssma::IslandInvalidation island;
    QByteArray eventId;
    qint64 atMs = 0;
    quint64 cursor = 0;
    Tidegate::read(in, island);
    in >> eventId >> atMs >> cursor;
    if (in.status() == QDataStream::Ok && m_told.add(eventId, act, m_clock.monotonicMs()))
        m_publisher.publishIsland(island, eventId, atMs, cursor);
}

void NodeRelay::askAgain(qint64 sinceMs)
{
    const qint64 ageMs = m_clock.monotonicMs() - sinceMs;
    m_node.tell(NodeCodec::encode(TellAgainAct, [&](QDataStream &out) { out << m_id << ageMs; }));
}

//! Everybody hears it again; who knows it already does nothing.
void NodeRelay::tellAgain(const QByteArray &asker, qint64 ageMs)
{
    const qint64 sinceMs = m_clock.monotonicMs() - ageMs - MarginMs;
    const QByteArrayList acts = m_told.since(sinceMs);
    for (const QByteArray &act : acts)
        m_node.tell(act);
    if (!m_told.reachesBackTo(sinceMs))
        m_node.tell(NodeCodec::encode(ForgottenAct, [&](QDataStream &out) { out << asker; }));
}

bool NodeRelay::hasElsewhere(const BackendEvent &event, const BackendContext &context,
                             const std::function<void(Result<void>)> &done)
{
    if (m_node.isLeading())
        return false;
    m_node.askLeader(NodeCodec::encode(EventRequest,
                                       [&](QDataStream &out) {
                                           BackendEvent named = event;
                                           if (named.eventId.isEmpty())
                                               named.eventId = m_rng.uuid(); // it may be asked twice
                                           NodeCodec::write(out, named);
                                           NodeCodec::write(out, context);
                                       }),
                     done);
    return true;
}

void NodeRelay::answer(const QByteArray &request, const std::function<void(Result<void>)> &done)
{
    const auto read = NodeCodec::decode(request, [&](quint8 kind, QDataStream &in) {
        BackendEvent event;
        BackendContext context;
        NodeCodec::read(in, event);
        NodeCodec::read(in, context);
        if (kind == EventRequest && in.status() == QDataStream::Ok)
            m_publisher.publishEvent(std::move(event), context, done);
    });
    if (!read)
        done(read.error());
}

} // namespace Tidegate
