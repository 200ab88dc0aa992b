// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/clusterbus.h"

namespace Tidegate {

//! One process is everything there is.
class LocalBus final : public ClusterBus
{
public:
    void open(BusReceiver &) override {}
    void subscribe(const QByteArray &) override {}
    void unsubscribe(const QByteArray &) override {}
    Result<void> publish(const BusMessage &) override { return {}; }
    BusState state() const override { return BusState::Alone; }
};

} // namespace Tidegate
