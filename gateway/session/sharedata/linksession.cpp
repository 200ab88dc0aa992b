// SPDX-License-Identifier: MIT
#include "session/sharedata/linksession.h"

#include "base/decisionbatch.h"
#include "base/logging.h"
#include "session/sharedata/rules.h"
#include "sharedata/encoder.h"
#include "wire/utf8.h"
#include "wire/websocketframe.h"

namespace Tidegate::ShareData {

LinkSession::LinkSession(ShardContext &context, Identity identity, QByteArray address, QByteArray userAgent)
    : m_context(context)
    , m_identity(std::move(identity))
    , m_address(std::move(address))
    , m_userAgent(std::move(userAgent))
{
}

void LinkSession::opened(Link &link)
{
    m_link = &link;
    m_context.add(link.id(), this);
    Counters &counters = m_context.services().counters;
    counters.connectionsAccepted.add();
    counters.connectionsOpen.add();
    m_context.onCore(256, [id = link.id(), identity = m_identity](Service &service) mutable {
        service.open(id, std::move(identity));
    });
}

void LinkSession::binaryReceived(QByteArrayView bytes)
{
    if (Utf8Validator::isValid(bytes))
        textReceived(bytes);
    else
        refuse({"the message is not UTF-8 text"});
}

void LinkSession::textReceived(QByteArrayView text)
{
    if (m_isEnding || !isWithinRate())
        return;
    m_context.services().counters.framesIn.add();
    auto decoded = m_context.decoder().decode(text);
    if (const auto *wrong = std::get_if<InvalidMessage>(&decoded))
        return refuse(*wrong);
    ClientFrame frame = std::get<ClientFrame>(std::move(decoded));
    if (const auto *ping = std::get_if<Ping>(&frame))
        say(encodePong(ping->correlationId));
    else
        handOver(std::move(frame));
}

void LinkSession::say(const QByteArray &frame)
{
    m_context.services().counters.framesOut.add();
    m_link->sendText(frame);
}

bool LinkSession::isWithinRate()
{
    const Profile &profile = m_context.profile();
    const int max = m_messageLimit > 0 ? m_messageLimit : profile.messageMax;
    if (max == 0)
        return true;
    const qint64 now = m_context.services().clock.monotonicMs();
    if (now - m_windowStartMs >= profile.messageWindowMs) {
        m_windowStartMs = now;
        m_windowFrames = 0;
    }
    if (++m_windowFrames <= max)
        return true;
    m_context.services().counters.rateLimited.add();
    decide(m_messageLimit > 0 ? Rules::Throttled : Rules::MessageLimit, WebSocket::ClosePolicyViolation);
    end(WebSocket::ClosePolicyViolation, "too many messages");
    return false;
}

void LinkSession::pauseOrResume()
{
    const Profile &profile = m_context.profile();
    const bool isMuch = m_undecided >= profile.maxUndecided || m_undecidedBytes > profile.maxUndecidedBytes;
    const bool isLittle = m_undecided <= profile.maxUndecided / 2 && m_undecidedBytes <= profile.maxUndecidedBytes / 2;
    if (m_isPaused ? !isLittle : !isMuch)
        return;
    m_isPaused = !m_isPaused;
    m_link->setReadingPaused(m_isPaused);
    if (m_isPaused)
        decide(Rules::FramesInFlight);
}

void LinkSession::handOver(ClientFrame frame)
{
    const qsizetype bytes = byteSize(frame);
    ++m_undecided;
    m_undecidedBytes += bytes;
    pauseOrResume();
    m_context.onCore(bytes + 256, [id = m_link->id(), frame = std::move(frame)](Service &service) mutable {
        service.receive(id, std::move(frame));
    });
}

void LinkSession::refuse(const InvalidMessage &wrong)
{
    m_context.services().counters.invalidMessages.add();
    decide(Rules::FrameInvalid, CloseInvalidMessage, wrong.text);
    say(encodeError(ErrorFrame::InvalidMessage, wrong.text));
    end(CloseInvalidMessage, "invalid message");
}

//! Frames that are in the pipe behind the fault are not executed: their answers could not be told any more.
void LinkSession::end(quint16 code, QByteArrayView text)
{
    if (m_isEnding)
        return;
    m_isEnding = true;
    m_link->close(CloseReason::Requested, code, text);
}

void LinkSession::apply(const Reply &reply)
{
    m_undecided -= reply.decided;
    m_undecidedBytes -= reply.decidedBytes;
    pauseOrResume();
    if (!reply.leave.isEmpty())
        leave(reply.leave);
    for (const QByteArray &frame : reply.frames)
        say(frame);
    if (reply.join)
        m_context.services().fanout.join(reply.join->stream, m_context.audience(), *m_link,
                                         m_members[reply.join->documentId]);
    if (reply.tellsWhenTaken)
        m_context.tellWhenTaken(m_link->id());
    if (!reply.close)
        return;
    if (reply.close->code == CloseUnknownDocument)
        m_context.noteUnknown(m_address);
    end(reply.close->code, reply.close->text);
}

void LinkSession::leave(const QByteArray &documentId)
{
    const auto member = m_members.find(documentId);
    if (member == m_members.end())
        return;
    m_context.services().fanout.leave(member->second);
    m_members.erase(member);
}

std::vector<std::pair<QByteArray, Offset>> LinkSession::positions() const
{
    std::vector<std::pair<QByteArray, Offset>> positions;
    positions.reserve(m_members.size());
    for (const auto &[id, membership] : m_members)
        positions.emplace_back(id, m_context.services().fanout.position(membership));
    return positions;
}

void LinkSession::endUnauthorized(const DecisionRule &rule, QByteArrayView text)
{
    if (m_isEnding)
        return;
    decide(rule, CloseUnauthorized);
    end(CloseUnauthorized, text);
}

void LinkSession::decide(const DecisionRule &rule, quint16 code, const QByteArray &detail)
{
    constexpr qsizetype MaxToldBytes = 256;
    Decision decision{&rule, m_link->id().value, m_identity.subject(), {}, {}};
    decision.detail = detail.left(MaxToldBytes);
    if (code)
        decision.code = QByteArray::number(code);
    if (rule.isLimit)
        decision.who = QByteArray::number(m_link->id().value, 16);
    note(m_context.decisions(), std::move(decision));
}

void LinkSession::closed(CloseReason reason)
{
    qCDebug(lcSession, "closed link=%llx reason=%d", m_link->id().value, int(reason));
    for (auto &[id, membership] : m_members)
        m_context.services().fanout.leave(membership);
    m_members.clear();
    m_context.remove(m_link->id());
    Counters &counters = m_context.services().counters;
    counters.connectionsOpen.add(-1);
    if (reason == CloseReason::TooSlow)
        counters.slowClosed.add();
    m_context.onCore(64, [id = m_link->id()](Service &service) { service.close(id); });
}

} // namespace Tidegate::ShareData
