// SPDX-License-Identifier: MIT
#include "transport/connection.h"

#include "transport/ioshard.h"

#include <sys/epoll.h>

namespace Tidegate {

namespace {
constexpr int MaxReadsPerTurn = 4; // then the others get their turn; epoll reports what is left again
constexpr qint64 LingerMs = 2'000;
} // namespace

Connection::Connection(IoShard &shard, const Front &front, quint64 key, std::unique_ptr<ByteStream> stream, Peer peer)
    : m_stream(std::move(stream))
    , m_interest(EPOLLIN)
    , m_shard(shard)
    , m_front(front)
    , m_key(key)
    , m_peer(std::move(peer))
{
}

Connection::~Connection() = default;

void Connection::become(std::unique_ptr<ConnectionProtocol> protocol)
{
    if (m_protocol)
        m_shard.bury(std::move(m_protocol));
    m_protocol = std::move(protocol);
}

void Connection::send(const QByteArray &bytes)
{
    if (m_state != State::Open)
        return;
    m_outbox.append(bytes);
    markDirty();
}

void Connection::markDirty()
{
    if (m_isDirty)
        return;
    m_isDirty = true;
    m_shard.markDirty(*this);
}

bool Connection::writeNow(const QByteArray &bytes)
{
    if (m_state != State::Open || m_isBlocked || !m_outbox.isEmpty())
        return false;
    const QByteArrayView piece = bytes;
    const qint64 written = m_stream->write(&piece, 1);
    if (written == bytes.size())
        return true;
    // A failure shows again at the end of the turn, where it can be reported without surprising the sender.
    m_outbox.append(bytes, qsizetype(qMax<qint64>(written, 0)));
    markDirty();
    return true;
}

void Connection::writeEagerly()
{
    // A failure shows again at the end of the turn, where it can be reported without surprising the sender.
    if (m_state == State::Open && !m_isBlocked)
        m_outbox.flush(*m_stream);
}

void Connection::chargeTo(LinkBudget budget, LinkClass linkClass)
{
    m_budget = std::move(budget);
    m_linkClass = linkClass;
    chargeNow();
}

void Connection::chargeNow()
{
    m_budget.charge(m_outbox.size() + m_leftover.size() + m_protocol->heldBytes());
}

void Connection::closeAfterFlush()
{
    if (m_state != State::Open)
        return;
    m_state = State::Flushing;
    m_leftover = {};
    setDeadline(m_shard.clock().monotonicMs() + LingerMs);
    markDirty();
    updateInterest();
}

void Connection::abort(CloseReason reason)
{
    die(reason);
}

void Connection::setReadingPaused(PauseCause cause, bool paused)
{
    const quint8 before = m_pauses;
    m_pauses = quint8(paused ? (m_pauses | cause) : (m_pauses & ~cause));
    if (bool(before) == bool(m_pauses) || m_state != State::Open)
        return;
    updateInterest();
    // What was read before the pause is offered from a fresh stack: the caller may be inside received().
    if (!m_pauses && (!m_leftover.isEmpty() || m_stream->hasBufferedInput()) && !m_resumeQueued) {
        m_resumeQueued = true;
        m_shard.queueResume(*this);
    }
}

void Connection::setDeadline(qint64 dueMs)
{
    m_deadlineMs = dueMs;
    if (dueMs && (!m_scheduledMs || dueMs < m_scheduledMs)) {
        m_scheduledMs = dueMs;
        m_shard.scheduleVisit(m_key, dueMs);
    }
}

void Connection::handleDeadline(qint64 nowMs)
{
    if (m_scheduledMs > nowMs)
        return; // an entry from before the deadline moved; the one that counts is still to come
    m_scheduledMs = 0;
    if (m_state == State::Dead || !m_deadlineMs)
        return;
    if (m_deadlineMs > nowMs) {
        setDeadline(m_deadlineMs);
        return;
    }
    m_deadlineMs = 0;
    if (m_state != State::Open)
        die(CloseReason::Unresponsive);
    else
        m_protocol->deadlinePassed(nowMs);
}

void Connection::handleEvents(quint32 events)
{
    if (m_state == State::Dead)
        return;
    if ((events & EPOLLERR) || ((events & EPOLLHUP) && !(events & EPOLLIN))) {
        die(CloseReason::Failed);
        return;
    }
    if (events & EPOLLOUT)
        flush();
    if (m_state == State::Open && (events & (EPOLLIN | EPOLLHUP) || m_stream->wantsWrite()))
        readAvailable();
    else if (m_state != State::Dead && (events & EPOLLIN))
        discardInput();
}

void Connection::readAvailable()
{
    for (int round = 0; round < MaxReadsPerTurn && m_state == State::Open && !m_pauses; ++round) {
        auto [buffer, capacity] = m_shard.readBuffer();
        const qint64 got = m_stream->read(buffer, capacity);
        if (got == ByteStream::Closed) {
            die(CloseReason::PeerLeft);
            return;
        }
        if (got == 0)
            break;
        m_shard.noteReceived(got);
        offer(buffer, qsizetype(got));
        if (got < capacity && !m_stream->hasBufferedInput())
            break;
    }
    if (m_state == State::Dead)
        return;
    chargeNow();
    updateInterest();
}

void Connection::offer(char *data, qsizetype size)
{
    if (!m_leftover.isEmpty()) {
        m_leftover.append(data, size);
        offerLeftover();
        return;
    }
    qsizetype used = 0;
    while (used < size && m_state == State::Open && !m_pauses) {
        const ConnectionProtocol *before = m_protocol.get();
        const qsizetype took = m_protocol->received(data + used, size - used);
        used += took;
        if (took == 0 && before == m_protocol.get())
            break;
    }
    if (used < size && m_state == State::Open)
        m_leftover = QByteArray(data + used, size - used);
}

void Connection::offerLeftover()
{
    qsizetype used = 0;
    while (used < m_leftover.size() && m_state == State::Open && !m_pauses) {
        const ConnectionProtocol *before = m_protocol.get();
        const qsizetype took = m_protocol->received(m_leftover.data() + used, m_leftover.size() - used);
        used += took;
        if (took == 0 && before == m_protocol.get())
            break;
    }
    if (used >= m_leftover.size() || m_state != State::Open)
        m_leftover = {};
    else
        m_leftover.remove(0, used);
}

void Connection::discardInput()
{
    auto [buffer, capacity] = m_shard.readBuffer();
    if (m_stream->read(buffer, capacity) == ByteStream::Closed)
        die(CloseReason::PeerLeft);
}

void Connection::flush()
{
    m_isDirty = false;
    if (m_state == State::Dead)
        return;
    const auto outcome = m_outbox.flush(*m_stream);
    if (outcome == Outbox::Flush::Failed) {
        die(CloseReason::Failed);
        return;
    }
    m_isBlocked = outcome == Outbox::Flush::Blocked;
    chargeNow();
    if (m_state == State::Open)
        m_protocol->flushed(m_outbox.size());
    if (m_state == State::Flushing && m_outbox.isEmpty())
        startLinger();
    if (m_state != State::Dead)
        updateInterest();
}

void Connection::startLinger()
{
    // Closing with unread input would make the kernel send RST and could destroy the answer on its way.
    m_state = State::Lingering;
    m_stream->shutdown();
}

void Connection::updateInterest()
{
    const bool reads = m_state != State::Open || !m_pauses;
    const bool writes = m_isBlocked || m_stream->wantsWrite();
    const quint32 wanted = (reads ? quint32(EPOLLIN) : 0u) | (writes ? quint32(EPOLLOUT) : 0u);
    if (wanted == m_interest)
        return;
    m_interest = wanted;
    m_shard.changeInterest(*this, wanted);
}

void Connection::die(CloseReason reason)
{
    if (m_state == State::Dead)
        return;
    m_state = State::Dead;
    m_outbox.clear();
    m_budget.charge(0);
    m_leftover = {};
    m_shard.forget(*this);
    m_protocol->lost(reason);
}

} // namespace Tidegate
