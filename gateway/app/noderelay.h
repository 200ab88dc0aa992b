// SPDX-License-Identifier: MIT
#pragma once

#include "app/toldislands.h"
#include "intent/cluster/node.h"
#include "session/ssma/publisher.h"

namespace Tidegate {

//! Shows on every node what the SSMA dialect publishes besides rows: islands and the backend's events. Events that
//! bring rows are published by the leader, whatever node they came to, so that they keep the log's order. A node that
//! was cut off asks the others for the islands it missed; rows it reads from the database. Core thread.
class NodeRelay final : public QObject
{
    Q_OBJECT
public:
    //! Borrowed.
    NodeRelay(IntentNode &node, Ssma::Publisher &publisher, const Clock &clock, Rng &rng, EventLog &log);

private:
    void show(const QByteArray &act);
    void showIsland(const QByteArray &act, QDataStream &in);
    void askAgain(qint64 sinceMs);
    void tellAgain(const QByteArray &asker, qint64 ageMs);
    void answer(const QByteArray &request, const std::function<void(Result<void>)> &done);
    bool hasElsewhere(const BackendEvent &event, const BackendContext &context,
                      const std::function<void(Result<void>)> &done);

    IntentNode &m_node;
    Ssma::Publisher &m_publisher;
    const Clock &m_clock;
    Rng &m_rng;
    EventLog &m_log;
    const QByteArray m_id;
    ToldIslands m_told;
    bool m_isShowing = false; //!< what is published now came from another node
};

} // namespace Tidegate
