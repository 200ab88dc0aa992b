// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytebudget.h"
#include "transport/endpoint.h"

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace Tidegate {

class IoShard;

//! A link to a client in the same process: the same endpoints, sessions, policy and limits as a socket, but messages
//! are handed over as shared buffers. Lives on a shard's thread like every link; owned by its IoShard.
//! Bound towards the client: the admission's budget times LinkLimits::HardBudgetFactor; overflow act: closed(TooSlow).
//! What the client has not consumed is charged to its site, as a socket's queue is.
class InProcessLink final : public Link
{
public:
    //! What the client's thread has not consumed yet; shared with the client.
    using Backlog = std::shared_ptr<std::atomic<qsizetype>>;
    struct Client
    {
        //! Crosses to the client's thread: messages, each ended by a line feed.
        std::function<void(QByteArray messages)> deliver;
        //! Crosses too; last call.
        std::function<void(CloseReason reason, quint16 code, QByteArray text)> closed;
        Backlog backlog;
    };

    InProcessLink(IoShard &shard, Peer peer, LinkAdmission admission, Client client);
    void start();
    //! Charges what waits now; the client's thread takes from it unseen.
    void settle() { m_charge.charge(m_isOpen ? queuedBytes() : 0); }
    const LinkBudget &charge() const { return m_charge; }
    LinkClass linkClass() const { return m_linkClass; }

    //! One message from the client.
    void receive(const QByteArray &text);
    //! The client or the gateway ends it; the session is told and the shard forgets this object at the turn's end.
    void finish(CloseReason reason);

    LinkId id() const override { return m_id; }
    Framing framing() const override { return Framing::Raw; }
    const Peer &peer() const override { return m_peer; }
    void appendFrame(QByteArray &bytes, QByteArrayView text) override;
    void sendEncoded(const QByteArray &bytes, SendKind kind, SendTime time) override;
    void close(CloseReason reason, quint16 code, QByteArrayView text) override;
    void giveUp() override;
    void setReadingPaused(bool paused) override;
    qsizetype queuedBytes() const override { return m_client.backlog->load(std::memory_order_relaxed); }
    bool keepsUp() override { return queuedBytes() <= m_budgetBytes / 4; }
    LinkTraffic traffic() const override { return m_traffic; }

private:
    void drainHeld();
    void refuse(quint16 code, QByteArrayView text);

    IoShard &m_shard;
    const LinkId m_id;
    const Peer m_peer;
    const Client m_client;
    const quint16 m_slowCode;
    const QByteArray m_slowText;
    const qsizetype m_budgetBytes;
    const LinkClass m_linkClass;
    LinkBudget m_charge;
    std::unique_ptr<LinkHandler> m_handler;
    std::vector<QByteArray> m_held; //!< came in while reading was paused
    qsizetype m_heldBytes = 0;
    bool m_isPaused = false;
    bool m_isOpen = true;
    LinkTraffic m_traffic;
};

} // namespace Tidegate
