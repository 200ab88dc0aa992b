// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! Socket.IO protocol 5 over Engine.IO 4, WebSocket only. A client may send events only once the server has accepted
//! its CONNECT, so who a connection is stands in the query, and peers/node/socketio.mjs lets subscribers join the room.
class SocketIoDialect final : public Dialect
{
public:
    explicit SocketIoDialect(const Target &target);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return false; }
    bool hasPositions() const override { return false; }

private:
    Opening opening(const QByteArray &role) const;

    const Target &m_target;
};

} // namespace Tidegate::Bench
