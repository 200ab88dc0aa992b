// SPDX-License-Identifier: MIT
#include "bench/compare/peerdialects.h"

#include "bench/marker.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

namespace {

//! Peers only broadcast: nobody comes back with a position.
class BroadcastDialect : public Dialect
{
public:
    explicit BroadcastDialect(const Target &target)
        : m_target(target)
    {
    }
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    bool acknowledges() const override { return false; }

    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override
    {
        QByteArray frames;
        for (int i = 0; i < count; ++i) {
            const QByteArray marker = Marker::make(run, first + quint32(i));
            const QByteArray padding(qMax<qsizetype>(0, payloadBytes - marker.size()), 'x');
            frames += publish(marker + padding);
        }
        return frames;
    }

protected:
    virtual QByteArray publish(const QByteArray &message) const = 0;
    Opening upgrade(const QByteArray &path, const QByteArray &query = {}) const
    {
        Opening opening;
        opening.request = m_target.upgrade(path, query);
        return opening;
    }

    const Target &m_target;
};

class PlainDialect final : public BroadcastDialect
{
public:
    PlainDialect(const Target &target, bool isEventStream)
        : BroadcastDialect(target)
        , m_isEventStream(isEventStream)
    {
    }
    Opening subscriber() const override
    {
        if (!m_isEventStream)
            return upgrade("/sub");
        Opening opening;
        opening.isWebSocket = false;
        opening.request = m_target.requestHead("/sub", {}) + "Accept: text/event-stream\r\n\r\n";
        return opening;
    }
    Opening publisher() const override { return upgrade("/pub"); }

protected:
    QByteArray publish(const QByteArray &message) const override { return WebSocket::encodeMaskedText(message, 0); }

private:
    const bool m_isEventStream;
};

class NatsDialect final : public BroadcastDialect
{
public:
    using BroadcastDialect::BroadcastDialect;

    Opening subscriber() const override
    {
        // The PONG says that everything before it was taken.
        Opening opening = begin("SUB bench 1\r\nPING\r\n");
        opening.readyMark = "PONG";
        return opening;
    }
    Opening publisher() const override { return begin({}); }

protected:
    QByteArray publish(const QByteArray &message) const override
    {
        return WebSocket::encodeMaskedBinary(
            "PUB bench " + QByteArray::number(message.size()) + "\r\n" + message + "\r\n", 0);
    }

private:
    Opening begin(const QByteArray &commands) const
    {
        Opening opening = upgrade("/");
        opening.greeting = WebSocket::encodeMaskedBinary("CONNECT {\"verbose\":false}\r\n" + commands, 0);
        opening.refusalMarks = {"-ERR"};
        return opening;
    }
};

class SocketIoDialect final : public BroadcastDialect
{
public:
    using BroadcastDialect::BroadcastDialect;

    Opening subscriber() const override { return begin("42[\"sub\"]"); }
    Opening publisher() const override { return begin({}); }

protected:
    QByteArray publish(const QByteArray &message) const override
    {
        return WebSocket::encodeMaskedText("42[\"pub\",\"" + message + "\"]", 0);
    }

private:
    //! Engine.IO 4: the namespace is joined with "40", answered by "40{sid}"; frames in between are kept in order.
    Opening begin(const QByteArray &event) const
    {
        Opening opening = upgrade("/socket.io/", "EIO=4&transport=websocket");
        opening.greeting = WebSocket::encodeMaskedText("40", 0);
        if (!event.isEmpty())
            opening.greeting += WebSocket::encodeMaskedText(event, 0);
        opening.readyMark = "40{";
        return opening;
    }
};

} // namespace

std::unique_ptr<Dialect> makePeerDialect(PeerDialect kind, const Target &target)
{
    switch (kind) {
    case PeerDialect::Nats:
        return std::make_unique<NatsDialect>(target);
    case PeerDialect::SocketIo:
        return std::make_unique<SocketIoDialect>(target);
    case PeerDialect::PlainWebSocket:
    case PeerDialect::PlainEventStream:
        break;
    }
    return std::make_unique<PlainDialect>(target, kind == PeerDialect::PlainEventStream);
}

} // namespace Tidegate::Bench
