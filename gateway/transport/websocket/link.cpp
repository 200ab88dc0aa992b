// SPDX-License-Identifier: MIT
#include "transport/websocket/link.h"

#include "base/logging.h"
#include "transport/ioshard.h"
#include "transport/rules.h"
#include "wire/utf8.h"
#include "wire/websocketframe.h"

namespace Tidegate {

namespace {

WebSocketDecoderOptions serverOptions(const LinkLimits &limits, const LinkAdmission &admission, bool isDeflated)
{
    WebSocketDecoderOptions options;
    options.role = WebSocketDecoderOptions::Role::Server;
    options.maxMessageBytes = admission.maxMessageBytes > 0 ? admission.maxMessageBytes : limits.wsMessageBytes;
    options.maxFragments = limits.wsMaxFragments;
    options.allowRsv1 = isDeflated;
    return options;
}

Framing framingOf(const LinkAdmission &admission, bool isDeflated)
{
    if (admission.messages == LinkAdmission::Messages::Binary)
        return Framing::WebSocketBinary;
    return isDeflated ? Framing::WebSocketDeflated : Framing::WebSocketText;
}

} // namespace

WebSocketLink::WebSocketLink(Connection &connection, LinkAdmission admission, bool isDeflated)
    : m_connection(connection)
    , m_handler(std::move(admission.handler))
    , m_decoder(*this, serverOptions(connection.shard().limits(), admission, isDeflated))
    , m_slowText(std::move(admission.slowText))
    , m_budgetBytes(admission.budgetBytes)
    , m_slowCode(admission.slowCode)
    , m_slowPolicy(admission.slowPolicy)
    , m_framing(framingOf(admission, isDeflated))
{
}

void WebSocketLink::start()
{
    m_lastReceivedMs = now();
    m_traffic.openedAtMs = m_connection.shard().clock().nowMs();
    if (const qint64 interval = m_connection.shard().limits().wsPingIntervalMs; interval > 0) {
        // Jitter from the key: after a mass reconnect the heartbeats must not all fall into one turn.
        m_pingDueMs = m_lastReceivedMs + interval / 2 + qint64((m_connection.key() * 7919) % quint64(interval));
    }
    scheduleNext();
    m_handler->opened(*this);
}

qint64 WebSocketLink::now() const
{
    return m_connection.shard().clock().monotonicMs();
}

LinkId WebSocketLink::id() const
{
    return LinkId::make(m_connection.shard().index(), m_connection.key());
}

void WebSocketLink::appendFrame(QByteArray &bytes, QByteArrayView text)
{
    IoShard &shard = m_connection.shard();
    if (m_framing == Framing::WebSocketDeflated && text.size() >= shard.limits().wsDeflateMinBytes &&
        text.size() <= LinkLimits::WsDeflateMaxBytes) {
        WebSocket::appendDeflatedText(bytes, text, shard.deflater());
        return;
    }
    if (bytes.isEmpty())
        bytes.reserve(text.size() + WebSocket::MaxFrameHeaderBytes);
    const bool isBinary = m_framing == Framing::WebSocketBinary;
    WebSocket::appendFrameHeader(bytes, isBinary ? WebSocket::Opcode::Binary : WebSocket::Opcode::Text, text.size());
    bytes += text;
}

void WebSocketLink::sendEncoded(const QByteArray &bytes, SendKind kind, SendTime time)
{
    if (m_state != State::Open)
        return;
    if (m_slowPolicy == SlowPolicy::NextMessage && kind == SendKind::Live &&
        m_budget.isBehind(m_connection, m_budgetBytes)) {
        m_budget.giveUp(m_connection);
        return;
    }
    m_traffic.bytesOut += bytes.size();
    ++m_traffic.messagesOut;
    if (time == SendTime::Now && m_connection.writeNow(bytes))
        return;
    m_budget.send(m_connection, bytes, kind, {m_budgetBytes, m_connection.shard().limits().solicitedBytes});
}

void WebSocketLink::setReadingPaused(bool paused)
{
    if (paused)
        m_decoder.pause();
    m_connection.setReadingPaused(Connection::PausedBySession, paused);
}

void WebSocketLink::close(CloseReason reason, quint16 code, QByteArrayView text)
{
    if (m_state != State::Open)
        return;
    m_connection.send(WebSocket::encodeClose(code, text));
    m_state = State::CloseSent;
    m_closeReason = reason;
    m_closeDueMs = now() + m_connection.shard().limits().closeHandshakeMs;
    // The peer's half of the handshake has to be read.
    m_connection.setReadingPaused(Connection::PausedBySession, false);
    scheduleNext();
}

qsizetype WebSocketLink::received(char *data, qsizetype size)
{
    m_lastReceivedMs = now();
    const qsizetype used = m_decoder.feed(data, size);
    m_traffic.bytesIn += used;
    if (!m_decoder.isInsideMessage() && !m_decoder.isInsideFrame()) {
        m_messageSinceMs = 0;
    } else if (m_messageSinceMs == 0 && m_state != State::Closed) {
        m_messageSinceMs = m_lastReceivedMs;
        scheduleNext();
    }
    return used;
}

//! A frame or message is complete: the next one has its own time.
void WebSocketLink::noteProgress()
{
    if (!m_decoder.isInsideMessage())
        m_messageSinceMs = 0;
}

void WebSocketLink::endOverdueMessage(qint64 nowMs)
{
    if (m_connection.isReadingPaused()) {
        m_messageSinceMs = nowMs; // it is we who do not read on
        return;
    }
    m_connection.shard().counters().messageTimeouts.add();
    endAtOnce(TransportRules::MessageTooSlow, WebSocket::ClosePolicyViolation, "Message not complete in time");
}

void WebSocketLink::messageReceived(const WebSocketMessage &message)
{
    noteProgress();
    if (m_state != State::Open)
        return;
    ++m_traffic.messagesIn;
    if (message.isCompressed)
        deflatedMessageReceived(message);
    else
        hand(message.payload, message.isText);
}

void WebSocketLink::deflatedMessageReceived(const WebSocketMessage &message)
{
    IoShard &shard = m_connection.shard();
    const auto inflated = shard.inflater().inflateMessage(message.payload, shard.limits().wsMessageBytes);
    if (!inflated) {
        const bool isTooBig = inflated.error() == Inflater::Failure::TooBig;
        if (isTooBig)
            shard.counters().messagesTooBigInflated.add();
        protocolFailed(isTooBig ? WebSocket::CloseTooBig : WebSocket::CloseInvalidPayload,
                       isTooBig ? QByteArrayView("Message too big") : QByteArrayView("Not a deflated message"));
        return;
    }
    shard.counters().messagesInflated.add();
    if (message.isText && !Utf8Validator::isValid(*inflated))
        protocolFailed(WebSocket::CloseInvalidPayload, "Invalid UTF-8");
    else
        hand(*inflated, message.isText);
}

void WebSocketLink::hand(QByteArrayView payload, bool isText)
{
    if (isText)
        m_handler->textReceived(payload);
    else
        m_handler->binaryReceived(payload);
}

void WebSocketLink::pingReceived(QByteArrayView payload)
{
    noteProgress();
    sendEncoded(WebSocket::encodePong(payload), SendKind::Live, SendTime::TurnEnd);
}

void WebSocketLink::pongReceived(QByteArrayView)
{
    noteProgress();
    if (std::exchange(m_awaitsPong, false))
        m_traffic.rttMs = now() - m_pingSentMs;
}

void WebSocketLink::closeReceived(quint16 code, QByteArrayView)
{
    if (m_state == State::Open)
        m_connection.send(WebSocket::encodeClose(code));
    const CloseReason reason = m_state == State::CloseSent ? m_closeReason : CloseReason::PeerLeft;
    m_connection.closeAfterFlush();
    finish(reason);
}

void WebSocketLink::protocolFailed(quint16 code, QByteArrayView text)
{
    TransportCounters &counters = m_connection.shard().counters();
    counters.protocolErrors.add();
    const bool isTooBig = code == WebSocket::CloseTooBig;
    if (isTooBig)
        counters.messagesTooBig.add();
    endAtOnce(isTooBig ? TransportRules::MessageTooBig : TransportRules::ProtocolError, code, text);
}

//! Without waiting for the peer's half of the handshake: it may never come behind what is unfinished.
void WebSocketLink::endAtOnce(const DecisionRule &rule, quint16 code, QByteArrayView text)
{
    if (m_state == State::Open)
        m_connection.send(WebSocket::encodeClose(code, text));
    m_connection.shard().decide(rule, id(), {}, text.toByteArray(), QByteArray::number(code));
    qCInfo(lcWebSocket, "protocol error link=%llx code=%d %.*s", id().value, code, int(text.size()), text.data());
    m_connection.closeAfterFlush();
    finish(CloseReason::ProtocolError);
}

void WebSocketLink::flushed(qsizetype remaining)
{
    const qsizetype live = m_budget.settle(remaining);
    if (m_state != State::Open)
        return;
    if (m_budget.isOverflowing()) {
        closeSlowConsumer(TransportRules::SlowLink);
        return;
    }
    if (live <= m_budgetBytes) {
        m_slowSinceMs = 0;
        return;
    }
    if (m_slowSinceMs == 0) {
        m_connection.shard().counters().webSocket.overBudget.add();
        m_slowSinceMs = now();
        scheduleNext();
    } else if (now() - m_slowSinceMs >= m_connection.shard().limits().wsSlowGraceMs) {
        closeSlowConsumer(TransportRules::SlowLink);
    }
}

void WebSocketLink::shed()
{
    closeSlowConsumer(TransportRules::Shed);
}

void WebSocketLink::closeSlowConsumer(const DecisionRule &rule)
{
    m_connection.shard().decide(rule, id(), {}, QByteArray::number(queuedBytes()) + " bytes waited", m_slowText);
    m_connection.shard().counters().webSocket.closed.add();
    qCInfo(lcWebSocket, "slow consumer closed link=%llx queued=%lld", id().value, qint64(queuedBytes()));
    m_connection.dropUnsent(); // whoever did not read it can resume; the goodbye should not stand behind it
    m_connection.send(WebSocket::encodeClose(m_slowCode, m_slowText));
    m_connection.closeAfterFlush();
    finish(CloseReason::TooSlow);
}

void WebSocketLink::deadlinePassed(qint64 nowMs)
{
    if (m_state == State::CloseSent && nowMs >= m_closeDueMs) {
        m_connection.abort(m_closeReason);
        return;
    }
    const LinkLimits &limits = m_connection.shard().limits();
    if (m_slowSinceMs && nowMs - m_slowSinceMs >= limits.wsSlowGraceMs) {
        closeSlowConsumer(TransportRules::SlowLink);
        return;
    }
    if (m_messageSinceMs && m_state == State::Open && nowMs - m_messageSinceMs >= limits.wsMessageTimeoutMs)
        endOverdueMessage(nowMs);
    if (m_state == State::Closed)
        return;
    if (m_pingDueMs && nowMs >= m_pingDueMs) {
        // Only a ping without an answer tells: after a pause of our own process everybody looks silent.
        const bool isPingOpen = m_pingSentMs > m_lastReceivedMs;
        if (isPingOpen && nowMs - m_lastReceivedMs >= 2 * limits.wsPingIntervalMs) {
            m_connection.shard().counters().unresponsiveClosed.add();
            m_connection.shard().decide(TransportRules::Unresponsive, id(), {});
            m_connection.abort(CloseReason::Unresponsive);
            return;
        }
        sendEncoded(WebSocket::encodePing(), SendKind::Live, SendTime::TurnEnd);
        m_pingSentMs = nowMs;
        m_awaitsPong = true;
        m_pingDueMs = nowMs + limits.wsPingIntervalMs;
    }
    scheduleNext();
}

void WebSocketLink::scheduleNext()
{
    qint64 due = 0;
    const auto consider = [&due](qint64 at) {
        if (at && (!due || at < due))
            due = at;
    };
    consider(m_pingDueMs);
    consider(m_closeDueMs);
    if (m_messageSinceMs && m_state == State::Open)
        consider(m_messageSinceMs + m_connection.shard().limits().wsMessageTimeoutMs);
    if (m_slowSinceMs)
        consider(m_slowSinceMs + m_connection.shard().limits().wsSlowGraceMs);
    m_connection.setDeadline(due);
}

void WebSocketLink::lost(CloseReason reason)
{
    finish(m_state == State::CloseSent ? m_closeReason : reason);
}

void WebSocketLink::shutDown()
{
    close(CloseReason::ShuttingDown, WebSocket::CloseGoingAway, "SERVER_SHUTDOWN");
}

void WebSocketLink::finish(CloseReason reason)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_handler->closed(reason);
}

} // namespace Tidegate
