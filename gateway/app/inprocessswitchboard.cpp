// SPDX-License-Identifier: MIT
#include "app/inprocessswitchboard.h"

#include "wire/websocketframe.h"

#include <utility>

namespace Tidegate {

namespace {
constexpr qsizetype MaxShardBacklogBytes = 16 * 1024 * 1024;
constexpr qsizetype MaxHeldBytes = 1024 * 1024; //!< of a client that is still being decided on; beyond it that one ends
} // namespace

//! Shard thread only, but for backlog.
struct InProcessSwitchboard::Call
{
    enum class State : quint8 { Deciding, Decided, Left };

    void receive(IoShard &io, const QByteArray &text)
    {
        if (state == State::Deciding)
            return hold(text);
        if (InProcessLink *open = io.inProcessLink(link))
            open->receive(text);
    }
    void hold(const QByteArray &text)
    {
        heldBytes += text.size();
        if (heldBytes <= MaxHeldBytes)
            return held.push_back(text);
        state = State::Left;
        held = {};
        refuse(CloseReason::TooSlow, WebSocket::CloseTryAgainLater, "too much was sent before the link was open");
    }
    void leave(IoShard &io)
    {
        held = {};
        state = State::Left;
        if (InProcessLink *open = io.inProcessLink(link))
            open->finish(CloseReason::PeerLeft);
    }
    void decided(IoShard &io, LinkId opened)
    {
        link = opened;
        if (state == State::Left)
            return leave(io);
        state = State::Decided;
        for (const QByteArray &text : std::exchange(held, {}))
            receive(io, text);
    }

    LinkId link;
    InProcessLink::Backlog backlog = std::make_shared<std::atomic<qsizetype>>(0);
    State state = State::Deciding;
    std::vector<QByteArray> held; //!< sent before the link was open; nobody reads a socket either until then
    qsizetype heldBytes = 0;
    std::function<void(CloseReason, quint16, QByteArray)> refuse;
};

std::unique_ptr<InProcessClient> InProcessSwitchboard::connect(ShardHost &shard, HttpRequest request)
{
    const auto call = std::make_shared<Call>();
    const quint64 serial = ++m_serial;

    InProcessClient::Line line;
    line.send = [&shard, call](const QByteArray &text) {
        if (shard.tasks().backlogBytes() > MaxShardBacklogBytes)
            return false;
        shard.postToShard([call, text](IoShard &io) { call->receive(io, text); }, text.size());
        return true;
    };
    line.close = [&shard, call, this, serial] {
        m_clients.remove(serial);
        shard.postToShard([call](IoShard &io) { call->leave(io); });
    };
    line.consumed = [call](qsizetype bytes) { call->backlog->fetch_sub(bytes, std::memory_order_relaxed); };
    auto client = std::make_unique<InProcessClient>(std::move(line));
    m_clients.insert(serial, client.get());

    InProcessLink::Client end;
    end.backlog = call->backlog;
    end.deliver = [this, serial](QByteArray messages) {
        const qsizetype size = messages.size();
        m_inbox.post(
            [this, serial, messages = std::move(messages)] {
                if (const auto receiver = m_clients.value(serial))
                    receiver->deliver(messages);
            },
            size);
    };
    end.closed = [this, serial](CloseReason, quint16 code, QByteArray text) {
        m_inbox.post([this, serial, code, text = std::move(text)] {
            if (const auto receiver = m_clients.take(serial))
                receiver->linkClosed(code, text);
        });
    };
    call->refuse = end.closed;
    shard.postToShard([call, request = std::move(request), end = std::move(end)](IoShard &io) mutable {
        io.connectInProcess(request, std::move(end), [call, &io](LinkId link) { call->decided(io, link); });
    });
    return client;
}

void InProcessSwitchboard::closeAll(quint16 code, const QByteArray &reason)
{
    const auto clients = std::exchange(m_clients, {});
    for (const QPointer<InProcessClient> &client : clients) {
        if (client)
            client->linkClosed(code, reason);
    }
}

} // namespace Tidegate
