// SPDX-License-Identifier: MIT
// What a session sends on for its client: messages, requests and answers.

#include "mesh/encoder.h"
#include "mesh/subject.h"
#include "session/mesh/rules.h"
#include "session/mesh/session.h"
#include "session/mesh/words.h"

namespace Tidegate::Mesh {

namespace {

constexpr qsizetype RequestBytes = 256; //!< of one that waits for its answer, besides its own

PublicationPtr messageOf(const QByteArray &subject, QByteArrayView payload)
{
    auto message = std::make_shared<Publication>();
    message->stream = subject;
    message->body = payload.toByteArray();
    return message;
}

} // namespace

QByteArray Session::payloadRefusal(qsizetype bytes) const
{
    const qsizetype limit = m_context.profile().maxPayloadBytes;
    return bytes > limit ? Words::payloadTooLarge(limit, bytes) : QByteArray();
}

Refusal Session::refusalOfPublish(const Publish &publish, quint32 &code) const
{
    code = 400;
    if (!isSubject(publish.subject))
        return {&Rules::Subject, Words::withSubject(Words::InvalidSubject, publish.subject)};
    code = 403;
    if (!m_permissions->mayPublish(publish.subject))
        return {&Rules::Permission, Words::withSubject(Words::PermissionDenied, publish.subject)};
    code = 500;
    if (const QByteArray refusal = payloadRefusal(publish.payload.size()); !refusal.isEmpty())
        return {&Rules::Payload, "Failed to publish: " + refusal};
    return {};
}

void Session::handle(const Publish &publish)
{
    if (answersCall(publish))
        return;
    quint32 code = 0;
    if (const Refusal refusal = refusalOfPublish(publish, code); refusal.rule) {
        refuse(*refusal.rule, publish.subject, code, refusal.text);
        return;
    }
    m_context.services().counters.published.add();
    SubjectCounts::Counts counts;
    counts.published = 1;
    counts.publishedBytes = publish.payload.size();
    m_context.services().subjects.add(publish.subject, counts);
    const QByteArray subject = publish.subject.toByteArray();
    sendOn(messageOf(subject, publish.payload), subject);
}

void Session::sendOn(const PublicationPtr &message, const QByteArray &subject)
{
    m_context.onBroker(message->byteSize(), [&context = m_context, link = m_id, message, subject](Broker &broker) {
        if (const auto sent = broker.publish(message); !sent) {
            context.services().shard.tasks().post([&context, link, subject, reason = sent.error().text.toUtf8()] {
                if (Session *session = context.session(link))
                    session->publishFailed(subject, reason);
            });
        }
    });
}

void Session::publishFailed(const QByteArray &subject, const QByteArray &reason)
{
    refuse(Rules::BusUnreachable, subject, 500, "Failed to publish: failed to send message: " + reason);
}

Refusal Session::refusalOfRequest(const Request &request) const
{
    if (!isSubject(request.subject))
        return {&Rules::Subject, Words::InvalidSubject};
    if (!m_permissions->mayRequest(request.subject))
        return {&Rules::Permission, Words::PermissionDenied};
    if (const QByteArray refusal = payloadRefusal(request.payload.size()); !refusal.isEmpty())
        return {&Rules::Payload, "Request failed: " + refusal};
    if (m_openRequests >= m_context.profile().maxOpenRequests)
        return {&Rules::OpenRequests, Words::TooManyRequests};
    return {};
}

void Session::handle(const Request &request)
{
    if (const Refusal refusal = refusalOfRequest(request); refusal.rule) {
        decide(*refusal.rule, request.subject, refusal.text);
        send(RequestError{request.requestId, refusal.text});
        return;
    }
    m_context.services().counters.requested.add();
    SubjectCounts::Counts counts;
    counts.requested = 1;
    m_context.services().subjects.add(request.subject, counts);
    ++m_openRequests;
    const qsizetype cost = request.subject.size() + request.payload.size() + RequestBytes;
    const Asked asked{request.requestId, request.timeoutMs, request.subject.toByteArray()};
    m_context.onBroker(
        cost, [&context = m_context, link = m_id, asked, payload = request.payload.toByteArray()](Broker &broker) {
            const auto take = [&context, link, asked](const Result<QByteArray> &outcome) {
                const qsizetype bytes = outcome ? outcome->size() : 0;
                context.services().shard.tasks().post(
                    [&context, link, asked, outcome] {
                        if (Session *session = context.session(link))
                            session->answer(asked, outcome);
                    },
                    bytes + RequestBytes);
            };
            broker.request(asked.subject, payload, Words::patienceMs(asked.timeoutMs), take);
        });
}

void Session::answer(const Asked &asked, const Result<QByteArray> &outcome)
{
    --m_openRequests;
    if (outcome) {
        send(Response{asked.requestId, *outcome}, SendKind::Solicited);
        return;
    }
    const QByteArray reason = Words::requestFailure(outcome.error().code, asked.timeoutMs);
    if (const DecisionRule *rule = Rules::ofRequest(outcome.error().code))
        decide(*rule, asked.subject, reason);
    send(RequestError{asked.requestId, reason});
}

void Session::serve(quint64 id, const Publication &request)
{
    if (!m_subscriptions->offers(id))
        return; // withdrawn meanwhile
    if (m_calls.count() >= m_context.profile().maxOpenRequests) {
        decide(Rules::ServiceBusy, request.stream, {});
        return;
    }
    const QByteArray token = m_calls.add(request.reply, m_context.services().clock.monotonicMs());
    const QByteArray subject = Words::ReplyPrefix + token + '.' + request.stream;
    send(Message{id, subject, request.body});
}

//! True if it was meant as an answer to what this client has been asked. A late one is nobody's, as everywhere.
bool Session::answersCall(const Publish &publish)
{
    if (!m_context.services().desk || !publish.subject.startsWith(Words::ReplyPrefix))
        return false;
    if (const QByteArray refusal = payloadRefusal(publish.payload.size()); !refusal.isEmpty()) {
        refuse(Rules::Payload, publish.subject, 500, "Failed to publish: " + refusal);
        return true;
    }
    const auto reply = m_calls.take(publish.subject.sliced(Words::ReplyPrefix.size()).toByteArray());
    if (!reply)
        return true;
    m_context.services().counters.served.add();
    sendOn(messageOf(*reply, publish.payload), {}); // where it goes is not the client's to know
    return true;
}

} // namespace Tidegate::Mesh
