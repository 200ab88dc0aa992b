// SPDX-License-Identifier: MIT
#pragma once

#include "channel/broker.h"
#include "session/ssma/publisher.h"

#include <vector>

namespace Tidegate::Mesh {

//! One event model: what happens on SSMA channels is a mesh message "ssma.<site>.<channel>", and mesh messages can
//! become events of SSMA channels. Nothing crosses that the rules do not name. Of several gateways the one that decides
//! carries over, since all of them hear everything. Core thread.
class SsmaBridge final : public QObject
{
    Q_OBJECT
public:
    struct Inward
    {
        QByteArray pattern; //!< of mesh subjects; must not meet "ssma.>"
        QByteArray site;
        QByteArray channel;
    };
    struct Rules
    {
        QByteArrayList outward; //!< patterns of "ssma.<site>.<channel>"; empty = closed
        std::vector<Inward> inward;

        bool isClosed() const { return outward.isEmpty() && inward.empty(); }
    };
    struct Services
    {
        Broker &broker;
        IntentEngine &engine;
        Ssma::Publisher &publisher;
        Rng &rng;
    };

    SsmaBridge(Services services, Rules rules);
    ~SsmaBridge() override;

private:
    void publishOutward(const SettledBatch &batch);
    void publishInward(const Inward &rule, const Publication &message);

    const Services m_services;
    const Rules m_rules;
    std::vector<Broker::ConsumerId> m_consumers;
};

} // namespace Tidegate::Mesh
