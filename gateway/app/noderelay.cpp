// SPDX-License-Identifier: MIT
#include "app/noderelay.h"

#include "base/logging.h"
#include "intent/cluster/codec.h"

#include <QScopedValueRollback>

namespace Tidegate {

namespace {

enum Kind : quint8 { IslandAct, EventRowsAct, EventRequest };

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

NodeRelay::NodeRelay(IntentNode &node, Ssma::Publisher &publisher, Rng &rng, EventLog &log)
    : m_node(node)
    , m_publisher(publisher)
    , m_rng(rng)
{
    connect(&publisher, &Ssma::Publisher::islandPublished, this,
            [this](const Ssma::IslandInvalidation &island, const QByteArray &eventId, qint64 atMs, quint64 cursor) {
                if (m_isShowing)
                    return;
                m_node.tell(NodeCodec::encode(IslandAct, [&](QDataStream &out) {
                    write(out, island);
                    out << eventId << atMs << cursor;
                }));
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
    // Rows are read from the database; of islands nobody keeps what was told.
    connect(&node, &IntentNode::actsMissed, this,
            [&log] { log.record("NODE_INVALIDATIONS_MISSED", LogLevel::Warn, "{}"); });
    publisher.setElsewhere([this](const BackendEvent &event, const BackendContext &context, const auto &done) {
        return hasElsewhere(event, context, done);
    });
    node.setAnswerer([this](const QByteArray &request, auto done) { answer(request, done); });
}

void NodeRelay::show(const QByteArray &act)
{
    const QScopedValueRollback showing(m_isShowing, true);
    const auto read = NodeCodec::decode(act, [this](quint8 kind, QDataStream &in) {
        if (kind == IslandAct) {
            Ssma::IslandInvalidation island;
            QByteArray eventId;
            qint64 atMs = 0;
            quint64 cursor = 0;
            Tidegate::read(in, island);
            in >> eventId >> atMs >> cursor;
            if (in.status() == QDataStream::Ok)
                m_publisher.publishIsland(island, eventId, atMs, cursor);
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
