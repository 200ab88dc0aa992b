// SPDX-License-Identifier: MIT
#include "app/inprocessswitchboard.h"

namespace Tidegate {

namespace {
constexpr qsizetype MaxShardBacklogBytes = 16 * 1024 * 1024;
}

//! Shard thread only, but for backlog.
struct InProcessSwitchboard::Call
{
    LinkId link;
    InProcessLink::Backlog backlog = std::make_shared<std::atomic<qsizetype>>(0);
};

std::unique_ptr<InProcessClient> InProcessSwitchboard::connect(ShardHost &shard, HttpRequest request)
{
    const auto call = std::make_shared<Call>();
    const quint64 serial = ++m_serial;

    InProcessClient::Line line;
    line.send = [&shard, call](const QByteArray &text) {
        if (shard.tasks().backlogBytes() > MaxShardBacklogBytes)
            return false;
        shard.postToShard(
            [call, text](IoShard &io) {
                if (InProcessLink *link = io.inProcessLink(call->link))
                    link->receive(text);
            },
            text.size());
        return true;
    };
    line.close = [&shard, call, this, serial] {
        m_clients.remove(serial);
        shard.postToShard([call](IoShard &io) {
            if (InProcessLink *link = io.inProcessLink(call->link))
                link->finish(CloseReason::PeerLeft);
        });
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
    shard.postToShard([call, request = std::move(request), end = std::move(end)](IoShard &io) mutable {
        call->link = io.connectInProcess(request, std::move(end));
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
