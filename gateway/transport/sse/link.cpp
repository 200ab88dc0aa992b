// SPDX-License-Identifier: MIT
#include "transport/sse/link.h"

#include "base/logging.h"
#include "transport/ioshard.h"
#include "transport/rules.h"
#include "wire/httpwriter.h"
#include "wire/ssewriter.h"

#include <algorithm>

namespace Tidegate {

SseLink::SseLink(Connection &connection, LinkAdmission admission)
    : m_connection(connection)
    , m_handler(std::move(admission.handler))
    , m_extraHeaders(std::move(admission.extraHeaders))
    , m_slowEvent(std::move(admission.slowEvent))
    , m_budgetBytes(admission.budgetBytes)
{
}

void SseLink::start()
{
    HttpHeaders headers = std::exchange(m_extraHeaders, {});
    headers.emplace_back("Content-Type", "text/event-stream");
    headers.emplace_back("Cache-Control", "no-cache");
    headers.emplace_back("Connection", "keep-alive");
    // nginx would otherwise gather events in its own buffer.
    headers.emplace_back("X-Accel-Buffering", "no");
    QByteArray head;
    if (!Http::appendResponseHead(head, 200, headers)) {
        m_connection.closeAfterFlush();
        m_isOpen = false;
        return;
    }
    Sse::appendRetry(head, quint32(m_connection.shard().limits().sseRetryMs));
    m_connection.send(head);
    scheduleNext(m_connection.shard().clock().monotonicMs());
    m_traffic.openedAtMs = m_connection.shard().clock().nowMs();
    m_handler->opened(*this);
}

LinkId SseLink::id() const
{
    return LinkId::make(m_connection.shard().index(), m_connection.key());
}

void SseLink::sendEncoded(const QByteArray &bytes, SendKind kind, SendTime time)
{
    if (!m_isOpen)
        return;
    m_traffic.bytesOut += bytes.size();
    ++m_traffic.messagesOut;
    if (time == SendTime::Now && m_connection.writeNow(bytes))
        return;
    m_budget.send(m_connection, bytes, kind, {m_budgetBytes, m_connection.shard().limits().solicitedBytes});
}

void SseLink::close(CloseReason, quint16, QByteArrayView)
{
    if (!m_isOpen)
        return;
    m_connection.closeAfterFlush();
}

void SseLink::setReadingPaused(bool paused)
{
    m_connection.setReadingPaused(Connection::PausedBySession, paused);
}

qsizetype SseLink::received(char *, qsizetype size)
{
    return size;
}

void SseLink::flushed(qsizetype remaining)
{
    const qsizetype live = m_budget.settle(remaining);
    if (!m_isOpen)
        return;
    if (m_budget.isOverflowing()) {
        drop(TransportRules::SlowStream, "overflow");
        return;
    }
    // What the kernel still takes counts as delivered: only bytes that really wait start the clock, so two big events
    // in a row do not cost a healthy client its stream.
    if (live <= m_budgetBytes) {
        m_blockedSinceMs = 0;
        return;
    }
    if (m_blockedSinceMs == 0) {
        m_connection.shard().counters().eventStream.overBudget.add();
        m_blockedSinceMs = m_connection.shard().clock().monotonicMs();
        scheduleNext(m_blockedSinceMs);
    }
}

void SseLink::shed()
{
    drop(TransportRules::Shed, "shed");
}

void SseLink::drop(const DecisionRule &rule, QByteArrayView why)
{
    m_connection.shard().decide(rule, id(), {},
                                why.toByteArray() + ", " + QByteArray::number(queuedBytes()) + " bytes waited");
    m_connection.shard().counters().eventStream.closed.add();
    qCInfo(lcSse, "slow consumer dropped link=%llx queued=%lld %.*s", id().value, qint64(queuedBytes()),
           int(why.size()), why.data());
    m_connection.dropUnsent();
    m_connection.send(m_slowEvent);
    m_connection.closeAfterFlush();
    finish(CloseReason::TooSlow);
}

void SseLink::deadlinePassed(qint64 nowMs)
{
    const LinkLimits &limits = m_connection.shard().limits();
    if (m_blockedSinceMs && nowMs - m_blockedSinceMs >= limits.sseDrainTimeoutMs) {
        drop(TransportRules::SlowStream, "not drained in time");
        return;
    }
    if (nowMs >= m_keepAliveDueMs && m_connection.queuedBytes() == 0) {
        QByteArray comment;
        Sse::appendComment(comment, "keepalive");
        sendEncoded(comment, SendKind::Live, SendTime::TurnEnd);
    }
    scheduleNext(nowMs);
}

void SseLink::scheduleNext(qint64 nowMs)
{
    const LinkLimits &limits = m_connection.shard().limits();
    if (nowMs >= m_keepAliveDueMs)
        m_keepAliveDueMs = nowMs + limits.sseKeepAliveMs;
    qint64 due = m_keepAliveDueMs;
    if (m_blockedSinceMs)
        due = std::min(due, m_blockedSinceMs + limits.sseDrainTimeoutMs);
    m_connection.setDeadline(due);
}

void SseLink::lost(CloseReason reason)
{
    finish(reason);
}

void SseLink::shutDown()
{
    m_connection.closeAfterFlush();
    finish(CloseReason::ShuttingDown);
}

void SseLink::finish(CloseReason reason)
{
    if (!m_isOpen)
        return;
    m_isOpen = false;
    m_handler->closed(reason);
}

} // namespace Tidegate
