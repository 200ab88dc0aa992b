// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! NATS client protocol over binary WebSocket messages (docs.nats.io, "Client Protocol"): core publish and subscribe.
//! The server answers PING in order, so a PONG says that the subscription before it is in force.
class NatsDialect final : public Dialect
{
public:
    explicit NatsDialect(const Target &target);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return false; }
    bool hasPositions() const override { return false; }

private:
    Opening opening(const QByteArray &commands) const;

    const Target &m_target;
};

} // namespace Tidegate::Bench
