// SPDX-License-Identifier: MIT
#include "transport/inprocess/link.h"

#include "transport/ioshard.h"
#include "transport/rules.h"
#include "wire/utf8.h"
#include "wire/websocketframe.h"

namespace Tidegate {

InProcessLink::InProcessLink(IoShard &shard, Peer peer, LinkAdmission admission, Client client)
    : m_shard(shard)
    , m_id(shard.nextInProcessId())
    , m_peer(std::move(peer))
    , m_client(std::move(client))
    , m_slowCode(admission.slowCode)
    , m_slowText(std::move(admission.slowText))
    , m_budgetBytes(admission.budgetBytes)
    , m_linkClass(admission.linkClass)
    , m_charge(shard.services().budgets.site(admission.site))
    , m_handler(std::move(admission.handler))
{
}

void InProcessLink::start()
{
    m_traffic.openedAtMs = m_shard.clock().nowMs();
    m_handler->opened(*this);
}

void InProcessLink::receive(const QByteArray &text)
{
    if (!m_isOpen)
        return;
    if (m_isPaused) {
        m_held.push_back(text);
        m_heldBytes += text.size();
        if (m_heldBytes > m_shard.limits().wsMessageBytes * LinkLimits::HardBudgetFactor)
            refuse(WebSocket::ClosePolicyViolation, "Too much sent while not being read");
        return;
    }
    m_traffic.bytesIn += text.size();
    ++m_traffic.messagesIn;
    if (text.size() > m_shard.limits().wsMessageBytes)
        refuse(WebSocket::CloseTooBig, "Message too big");
    else if (!Utf8Validator::isValid(text))
        refuse(WebSocket::CloseInvalidPayload, "Invalid UTF-8");
    else
        m_handler->textReceived(text);
}

void InProcessLink::appendFrame(QByteArray &bytes, QByteArrayView text)
{
    if (bytes.isEmpty())
        bytes.reserve(text.size() + 1);
    bytes += text;
    bytes += '\n';
}

void InProcessLink::sendEncoded(const QByteArray &bytes, SendKind kind, SendTime)
{
    if (!m_isOpen)
        return;
    const qsizetype limit =
        kind == SendKind::Solicited ? m_shard.limits().solicitedBytes : m_budgetBytes * LinkLimits::HardBudgetFactor;
    if (queuedBytes() > limit) {
        giveUp();
        return;
    }
    m_traffic.bytesOut += bytes.size();
    ++m_traffic.messagesOut;
    m_client.backlog->fetch_add(bytes.size(), std::memory_order_relaxed);
    m_client.deliver(bytes);
    settle();
}

void InProcessLink::close(CloseReason reason, quint16 code, QByteArrayView text)
{
    if (!m_isOpen)
        return;
    m_isOpen = false;
    settle();
    m_client.closed(reason, code, text.toByteArray());
    // The caller may be the session itself: it hears of the end from a fresh stack.
    m_shard.tasks().post([&shard = m_shard, id = m_id, reason] {
        if (InProcessLink *link = shard.inProcessLink(id))
            link->finish(reason);
    });
}

void InProcessLink::refuse(quint16 code, QByteArrayView text)
{
    m_shard.decide(code == WebSocket::CloseTooBig ? TransportRules::MessageTooBig : TransportRules::ProtocolError, m_id,
                   {}, text.toByteArray(), QByteArray::number(code));
    close(CloseReason::ProtocolError, code, text);
}

void InProcessLink::giveUp()
{
    if (!m_isOpen)
        return;
    m_shard.counters().inProcess.closed.add();
    m_shard.decide(TransportRules::SlowLink, m_id, {}, QByteArray::number(queuedBytes()) + " bytes waited", m_slowText);
    close(CloseReason::TooSlow, m_slowCode, m_slowText);
}

void InProcessLink::setReadingPaused(bool paused)
{
    m_isPaused = paused;
    if (paused || m_held.empty())
        return;
    m_shard.tasks().post([&shard = m_shard, id = m_id] {
        if (InProcessLink *link = shard.inProcessLink(id))
            link->drainHeld();
    });
}

void InProcessLink::drainHeld()
{
    std::vector<QByteArray> held = std::exchange(m_held, {});
    m_heldBytes = 0;
    for (const QByteArray &text : held)
        receive(text); // holds the rest again if the session pauses anew
}

void InProcessLink::finish(CloseReason reason)
{
    if (!m_handler)
        return;
    m_isOpen = false;
    m_handler->closed(reason);
    m_shard.dropInProcessLink(m_id);
}

} // namespace Tidegate
