// SPDX-License-Identifier: MIT
#include "session/sharedata/service.h"

#include "document/documentstream.h"
#include "session/sharedata/rules.h"
#include "sharedata/encoder.h"
#include "wire/websocketframe.h"

namespace Tidegate::ShareData {

namespace {

QByteArray shown(const QByteArray &id)
{
    constexpr qsizetype MaxShownBytes = 1024;
    return id.size() > MaxShownBytes ? id.first(MaxShownBytes) + "..." : id;
}

} // namespace

qsizetype Reply::byteSize() const
{
    qsizetype bytes = 256;
    for (const QByteArray &frame : frames)
        bytes += frame.size();
    for (const QByteArray &frame : results)
        bytes += frame.size();
    return bytes;
}

Service::Service(Services services, std::shared_ptr<const Profile> profile)
    : m_services(std::move(services))
    , m_profile(std::move(profile))
{
    connect(&m_services.documents, &DocumentRegistry::documentRemoved, this, &Service::onRemoved);
    connect(&m_services.documents, &DocumentRegistry::transactionRecorded, this, &Service::countDeliveries);
    connect(&m_services.documents, &DocumentRegistry::documentReplaced, this, &Service::countDeliveries);
}

void Service::identify(const QByteArray &token, const QByteArray &address,
                       std::function<void(std::optional<Identity>)> done)
{
    if (m_services.remote && m_services.remote->identifies())
        m_services.remote->identify(token, address, std::move(done));
    else
        done({});
}

void Service::open(LinkId link, Identity identity)
{
    auto desk = std::make_shared<Desk>();
    desk->identity = std::move(identity);
    m_desks.insert(link, std::move(desk));
}

void Service::close(LinkId link)
{
    const std::shared_ptr<Desk> gone = m_desks.take(link);
    if (!gone)
        return;
    m_gate.stopWaiting(gone->fullDocument, link);
    for (auto document = gone->documents.keyBegin(); document != gone->documents.keyEnd(); ++document)
        detach(link, *document);
}

void Service::detach(LinkId link, const QByteArray &documentId)
{
    m_services.hub.detach(link.shard(), documentStream(documentId));
    m_services.counters.subscriptions.add(-1);
    const auto subscribers = m_subscribers.find(documentId);
    if (subscribers == m_subscribers.end())
        return;
    subscribers->remove(link);
    if (subscribers->isEmpty())
        m_subscribers.erase(subscribers);
}

Service::Desk *Service::desk(LinkId link)
{
    const auto found = m_desks.constFind(link);
    return found == m_desks.constEnd() || (*found)->isEnding ? nullptr : found->get();
}

void Service::decide(LinkId link, const DecisionRule &rule, const QByteArray &documentId, const QByteArray &code,
                     const QByteArray &detail)
{
    constexpr qsizetype MaxToldBytes = 256;
    Decision decision{&rule, link.value, {}, {}, documentId.left(MaxToldBytes)};
    if (const auto known = m_desks.constFind(link); known != m_desks.constEnd())
        decision.user = (*known)->identity.subject();
    decision.code = code;
    decision.detail = detail.left(MaxToldBytes);
    note(m_services.decisions, std::move(decision));
}

void Service::receive(LinkId link, ClientFrame frame)
{
    Desk *known = desk(link);
    if (!known)
        return;
    if (known->isHeld())
        known->waiting.push_back(std::move(frame));
    else
        serve(link, *known, std::move(frame));
}

void Service::serve(LinkId link, Desk &desk, ClientFrame frame)
{
    std::visit([&](auto &&each) { handle(link, desk, std::move(each)); }, std::move(frame));
}

void Service::serveWaiting(LinkId link)
{
    for (Desk *known = desk(link); known && !known->isHeld() && !known->waiting.empty(); known = desk(link)) {
        ClientFrame next = std::move(known->waiting.front());
        known->waiting.pop_front();
        serve(link, *known, std::move(next));
    }
}

void Service::taken(LinkId link)
{
    Desk *known = desk(link);
    if (!known)
        return;
    known->owedBytes = 0;
    known->isOwedEnough = false;
    serveWaiting(link);
}

void Service::sendCounted(LinkId link, Desk &desk, Reply reply)
{
    desk.owedBytes += reply.byteSize();
    desk.isOwedEnough = desk.owedBytes > m_profile->linkBudgetBytes;
    reply.tellsWhenTaken = desk.isOwedEnough;
    m_services.reply(link, std::move(reply));
}

template <typename Act>
void Service::authorize(LinkId link, Desk &desk, const QByteArray &documentId, const QByteArray &functionId, Act act)
{
    const bool isSubscribe = functionId.isEmpty();
    const AccessRules &rules = isSubscribe ? m_profile->subscribeRules : m_profile->proposeRules;
    if (!rules.allows(desk.identity, documentId, functionId))
        return act(desk, isSubscribe ? &Rules::SubscribeDenied : &Rules::ProposeDenied);
    if (!m_services.remote || !m_services.remote->decides())
        return act(desk, nullptr);
    // Frames behind this one wait: a connection's are served in the order it sent them.
    desk.isAsking = true;
    const auto isNested = std::make_shared<bool>(true);
    m_services.remote->decide(desk.identity, documentId, functionId,
                              [this, link, isNested, act = std::move(act)](bool isAllowed) mutable {
                                  const auto found = m_desks.constFind(link);
                                  if (found == m_desks.constEnd())
                                      return;
                                  const std::shared_ptr<Desk> asking = *found;
                                  asking->isAsking = false;
                                  act(*asking, isAllowed ? nullptr : &Rules::AccessDenied);
                                  if (!*isNested)
                                      serveWaiting(link);
                              });
    *isNested = false;
}

void Service::handle(LinkId link, Desk &desk, const Subscribe &frame)
{
    m_services.counters.subscribes.add();
    if (!m_services.documents.find(frame.documentId))
        return refuseUnknown(link, desk, frame);
    authorize(link, desk, frame.documentId, {}, [this, link, frame](Desk &asking, const DecisionRule *denial) {
        if (denial)
            refuseSubscribe(link, *denial, frame);
        else
            subscribe(link, asking, frame);
    });
}

void Service::refuseUnknown(LinkId link, Desk &desk, const Subscribe &frame)
{
    m_services.counters.unknown.add();
    if (m_profile->hidesUnknown)
        return refuseSubscribe(link, Rules::UnknownHidden, frame);
    desk.isEnding = true;
    decide(link, Rules::UnknownDocument, frame.documentId, QByteArray::number(CloseUnknownDocument));
    Reply reply;
    reply.frames = {encodeError(ErrorFrame::UnknownShareData, DocumentRegistry::notFoundText(frame.documentId))};
    reply.close = {CloseUnknownDocument, "unknown shareDataId"};
    m_services.reply(link, std::move(reply));
}

void Service::refuseSubscribe(LinkId link, const DecisionRule &rule, const Subscribe &frame)
{
    m_services.counters.denied.add();
    decide(link, rule, frame.documentId, "unauthorized-subscribe");
    Reply reply = Reply::to(frame);
    reply.frames = {
        encodeError(ErrorFrame::UnauthorizedSubscribe, "not authorized to subscribe to " + shown(frame.documentId))};
    m_services.reply(link, std::move(reply));
}

void Service::subscribe(LinkId link, Desk &desk, const Subscribe &frame)
{
    const Document *document = m_services.documents.find(frame.documentId);
    if (!document)
        return refuseUnknown(link, desk, frame);
    const bool isNew = !desk.documents.contains(document->id);
    if (isNew && desk.documents.size() >= m_profile->maxSubscriptions) {
        desk.isEnding = true;
        Reply reply;
        reply.close = {WebSocket::ClosePolicyViolation, "too many subscriptions"};
        decide(link, Rules::TooManySubscriptions, document->id, QByteArray::number(WebSocket::ClosePolicyViolation));
        return m_services.reply(link, std::move(reply));
    }
    if (isNew) {
        desk.documents[document->id] = {m_services.clock.nowMs(), document->durable.seq, 0, "snapshot", {}};
        m_subscribers[document->id].insert(link);
        m_services.hub.attach(link.shard(), document->stream);
        m_services.counters.subscriptions.add();
    }
    Reply reply = Reply::to(frame);
    // Also whoever is subscribed: what the turn has gathered for the document goes out before its newer state.
    reply.leave = document->id;
    reply.frames = {encodeState(document->id, document->durable.state, document->lastTransactionId())};
    if (!frame.since.isEmpty())
        appendReplay(reply, link, *document, frame.since, desk.documents[document->id]);
    reply.join = {document->id, document->stream};
    sendCounted(link, desk, std::move(reply));
}

void Service::appendReplay(Reply &reply, LinkId link, const Document &document, const QByteArray &since,
                           Subscription &subscription)
{
    const auto missed = document.window.after(since, document.durable.seq);
    ++subscription.recoveries;
    subscription.continuity = missed ? "exact" : "gap";
    subscription.gapReason = missed ? "" : "retention";
    if (!missed) {
        m_services.counters.replaysMissed.add();
        decide(link, Rules::ReplayMissed, document.id, "replay-cursor-not-found", "since=" + since);
        reply.frames.push_back(
            encodeError(ErrorFrame::ReplayCursorNotFound,
                        "since=" + shown(since) + " not present in retained replay window; skipping replay"));
        return;
    }
    m_services.counters.replaysExact.add();
    for (const TransactionRecord &record : *missed)
        reply.frames.push_back(encodeReplayed(document.id, transactionId(record.seq), record.accepted, record.state));
}

void Service::handle(LinkId link, Desk &desk, const Unsubscribe &frame)
{
    Reply reply = Reply::to(frame);
    if (desk.documents.remove(frame.documentId)) {
        detach(link, frame.documentId);
        reply.leave = frame.documentId;
    }
    m_services.reply(link, std::move(reply));
}

QByteArray Service::deniedText(const Asked &asked)
{
    return "unauthorized-propose: not allowed to invoke " + shown(asked.functionId) + " on " + shown(asked.documentId);
}

Reply Service::replyTo(const Asked &asked)
{
    Reply reply;
    reply.decided = 1;
    reply.decidedBytes = asked.bytes;
    return reply;
}

void Service::handle(LinkId link, Desk &desk, Propose frame)
{
    if (!m_gate.mayPass(frame.documentId)) {
        desk.fullDocument = frame.documentId;
        m_gate.wait(frame.documentId, link);
        desk.waiting.push_front(std::move(frame));
        return decide(link, Rules::DocumentFull, desk.fullDocument);
    }
    m_services.counters.proposals.add();
    const Asked asked{frame.documentId, frame.functionId, frame.correlationId, byteSize(frame)};
    if (!m_services.documents.find(asked.documentId)) {
        m_services.counters.proposalsUnknown.add();
        if (m_profile->hidesUnknown)
            return fail(link, asked, Rules::UnknownHidden, deniedText(asked));
        return fail(link, asked, Rules::ProposalFailed, DocumentRegistry::notFoundText(asked.documentId));
    }
    authorize(link, desk, asked.documentId, asked.functionId,
              [this, link, asked, frame = std::move(frame)](const Desk &asking, const DecisionRule *denial) mutable {
                  if (!denial)
                      return propose(link, asking, std::move(frame));
                  m_services.counters.proposalsDenied.add();
                  fail(link, asked, *denial, deniedText(asked));
              });
}

void Service::propose(LinkId link, const Desk &desk, Propose frame)
{
    const Asked asked{frame.documentId, frame.functionId, frame.correlationId, byteSize(frame)};
    if (!m_profile->canPropose) {
        m_services.counters.proposalsDenied.add();
        return fail(link, asked, Rules::ProposalFailed,
                    "propose is not enabled on this server (no resolveFunction configured)");
    }
    m_gate.enter(asked.documentId, asked.bytes);
    Proposal proposal;
    proposal.documentId = frame.documentId;
    proposal.functionId = frame.functionId;
    proposal.proposedData = frame.proposedData;
    proposal.proof = frame.proof.json;
    proposal.proofPurpose = frame.proof.purpose;
    proposal.proposer = desk.identity.proposer;
    proposal.idempotencyKey = frame.idempotencyKey;
    m_services.documents.propose(std::move(proposal), [this, link, asked](const ProposalOutcome &outcome) {
        settled(link, asked, outcome);
        m_gate.leave(asked.documentId, asked.bytes);
        goOn(asked.documentId);
    });
}

//! Whoever goes on may propose what is decided at once, so this loops instead of being called by each outcome.
void Service::goOn(const QByteArray &documentId)
{
    m_decidedDocuments.push_back(documentId);
    if (m_isGoingOn)
        return;
    m_isGoingOn = true;
    while (!m_decidedDocuments.empty()) {
        const QByteArray decided = std::move(m_decidedDocuments.front());
        m_decidedDocuments.pop_front();
        for (const LinkId link : m_gate.takeWaiting(decided)) {
            if (Desk *waiting = desk(link)) {
                waiting->fullDocument.clear();
                serveWaiting(link);
            }
        }
    }
    m_isGoingOn = false;
}

void Service::settled(LinkId link, const Asked &asked, const ProposalOutcome &outcome)
{
    if (const auto *failed = std::get_if<FailedProposal>(&outcome))
        return fail(link, asked, Rules::ProposalFailed,
                    m_profile->hidesErrorTexts ? QByteArray("the proposal failed") : failed->text, failed->text);
    const auto &recorded = std::get<RecordedProposal>(outcome);
    if (!recorded.accepted)
        decide(link, Rules::ProposalRejected, asked.documentId, {},
               shown(asked.functionId) + ", transaction " + transactionId(recorded.seq));
    Reply reply = replyTo(asked);
    reply.results = {encodeResult(asked.correlationId, recorded.accepted, transactionId(recorded.seq))};
    m_services.reply(link, std::move(reply));
}

void Service::fail(LinkId link, const Asked &asked, const DecisionRule &rule, const QByteArray &text,
                   const QByteArray &detail)
{
    decide(link, rule, asked.documentId, {}, asked.functionId.left(64) + ": " + (detail.isEmpty() ? text : detail));
    Reply reply = replyTo(asked);
    reply.results = {encodeFailure(asked.correlationId, text)};
    m_services.reply(link, std::move(reply));
}

void Service::countDeliveries(const QByteArray &documentId)
{
    m_services.counters.deliveries.add(m_subscribers.value(documentId).size());
}

void Service::onRemoved(const QByteArray &documentId)
{
    countDeliveries(documentId);
    const QSet<LinkId> subscribers = m_subscribers.take(documentId);
    for (const LinkId link : subscribers) {
        if (const auto found = m_desks.constFind(link); found != m_desks.constEnd())
            (*found)->documents.remove(documentId);
        detach(link, documentId);
        Reply reply;
        reply.leave = documentId;
        m_services.reply(link, std::move(reply));
    }
}

} // namespace Tidegate::ShareData
