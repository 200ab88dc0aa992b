// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! SSMA (spec sections 6, 8 and 9): intents over a WebSocket, received as channel invalidations or event-stream events.
class SsmaDialect final : public Dialect
{
public:
    enum class Transport : quint8 { WebSocket, EventStream };
    struct Config
    {
        Transport transport = Transport::WebSocket; //!< of the subscribers; intents always go over a WebSocket
        QByteArray channel = "global";
        QByteArray site = "bench";
        QByteArray token; //!< session token; empty = guest
    };

    SsmaDialect(const Target &target, Config config);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &position) const override;
    QByteArray lastPosition(const QByteArray &received) const override;
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return true; }
    bool hasPositions() const override { return true; }

private:
    Opening webSocket(const QByteArray &query) const;
    Opening eventStream(const QByteArray &query, const QByteArray &extraHeaders) const;
    QByteArray credentials() const;

    const Target &m_target;
    const Config m_config;
};

} // namespace Tidegate::Bench
