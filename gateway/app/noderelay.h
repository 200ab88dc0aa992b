// SPDX-License-Identifier: MIT
#pragma once

#include "intent/cluster/node.h"
#include "session/ssma/publisher.h"

namespace Tidegate {

//! Shows on every node what the SSMA dialect publishes besides rows: islands and the backend's events. Events that
//! bring rows are published by the leader, whatever node they came to, so that they keep the log's order. Core thread.
class NodeRelay final : public QObject
{
    Q_OBJECT
public:
    //! Borrowed.
    NodeRelay(IntentNode &node, Ssma::Publisher &publisher, Rng &rng, EventLog &log);

private:
    void show(const QByteArray &act);
    void answer(const QByteArray &request, const std::function<void(Result<void>)> &done);
    bool hasElsewhere(const BackendEvent &event, const BackendContext &context,
                      const std::function<void(Result<void>)> &done);

    IntentNode &m_node;
    Ssma::Publisher &m_publisher;
    Rng &m_rng;
    bool m_isShowing = false; //!< what is published now came from another node
};

} // namespace Tidegate
