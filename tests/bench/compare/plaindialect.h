// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! Servers without a protocol of their own: each WebSocket message on /pub goes to everybody on /sub. Nothing is kept,
//! so nobody can come back.
class PlainDialect final : public Dialect
{
public:
    enum class Transport : quint8 { WebSocket, EventStream };
    enum class Publishing : quint8 {
        Broadcast,
        Echo, //!< the server sends what comes on /pub back to its sender
    };

    PlainDialect(const Target &target, Transport transport, Publishing publishing);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return m_publishing == Publishing::Echo; }
    bool hasPositions() const override { return false; }

private:
    const Target &m_target;
    const Transport m_transport;
    const Publishing m_publishing;
};

} // namespace Tidegate::Bench
