// SPDX-License-Identifier: MIT
#include "session/mesh/subscriptions.h"

#include "mesh/encoder.h"
#include "mesh/subject.h"
#include "session/mesh/retainedmessages.h"
#include "session/mesh/rules.h"
#include "session/mesh/servicedesk.h"
#include "session/mesh/session.h"
#include "session/mesh/words.h"

namespace Tidegate::Mesh {

Refusal Subscriptions::refusalOf(quint64 id, QByteArrayView pattern, bool isAllowed) const
{
    if (!isPattern(pattern))
        return {&Rules::Subject, Words::InvalidSubject};
    if (!isAllowed)
        return {&Rules::Permission, Words::PermissionDenied};
    const int max = m_context.profile().maxSubscriptions;
    const bool isNew = !m_subscriptions.contains(id) && !m_offers.contains(id);
    if (max > 0 && isNew && count() >= max)
        return {&Rules::Subscriptions, Words::TooManySubscriptions};
    return {};
}

Refusal Subscriptions::add(const Subscribe &subscribe, Link &link, const Bearer &bearer)
{
    const bool isOffer = m_context.services().desk && subscribe.subject.startsWith(Words::ServicePrefix);
    const QByteArrayView pattern = isOffer ? subscribe.subject.sliced(Words::ServicePrefix.size()) : subscribe.subject;
    const bool isAllowed = isOffer ? bearer.permissions.mayServe(pattern) : bearer.permissions.maySubscribe(pattern);
    if (Refusal refusal = refusalOf(subscribe.id, pattern, isAllowed); refusal.rule)
        return refusal;
    remove(subscribe.id, bearer.tally);
    if (!bearer.tally.takeSubscription(m_context.profile().userSubscriptions))
        return {&Rules::UserSubscriptions, Words::TooManySubscriptions};
    m_context.services().counters.subscriptions.add();
    if (isOffer)
        offer(subscribe.id, pattern.toByteArray());
    else
        open(subscribe.id, pattern.toByteArray(), link, bearer);
    return {};
}

void Subscriptions::open(quint64 id, const QByteArray &pattern, Link &link, const Bearer &bearer)
{
    Subscription &subscription = m_subscriptions[id];
    subscription.slot = m_context.acquire(pattern);
    if (m_context.services().retained && m_context.profile().retains(pattern)) {
        // Joined only when they have come: until then a message is among them, from then on it is delivered.
        subscription.opening = ++m_openings;
        askForRetained(id, pattern, subscription.opening);
    } else {
        m_context.join(subscription.slot, audience(id, pattern, bearer), link, subscription.membership);
    }
}

void Subscriptions::askForRetained(quint64 id, const QByteArray &pattern, quint32 opening)
{
    const qint64 maxBytes = m_context.profile().retainReplayBytes;
    m_context.onBroker(pattern.size() + 64,
                       [&context = m_context, link = m_id, id, pattern, opening, maxBytes](Broker &) {
                           auto retained = context.services().retained->matching(pattern, maxBytes);
                           qsizetype cost = 64;
                           for (const PublicationPtr &message : retained)
                               cost += message->byteSize();
                           context.services().shard.tasks().post(
                               [&context, link, id, opening, retained = std::move(retained)] {
                                   if (Session *session = context.session(link))
                                       session->beginSubscription(id, opening, retained);
                               },
                               cost);
                       });
}

void Subscriptions::begin(quint64 id, quint32 opening, const std::vector<PublicationPtr> &retained, Link &link,
                          const Bearer &bearer)
{
    const auto found = m_subscriptions.find(id);
    if (found == m_subscriptions.end() || found->second.opening != opening)
        return; // gone or replaced meanwhile
    Subscription &subscription = found->second;
    subscription.opening = 0;
    const QByteArray pattern = m_context.pattern(subscription.slot);
    const AudienceSpecPtr spec = audience(id, pattern, bearer);
    m_context.join(subscription.slot, spec, link, subscription.membership);
    if (link.queuedBytes() > m_context.profile().retainReplayBytes) {
        Decision decision{&Rules::ReplayLeftOut, m_id.value, {}, {}, pattern};
        decision.count = qint64(retained.size());
        note(m_context.decisions(), std::move(decision));
        link.sendText(
            encode(ServerMessage(ServerError{429, Words::lost(qint64(retained.size()), id)}), bearer.version));
        return;
    }
    for (const PublicationPtr &message : retained) {
        if (const QByteArray packet = spec->encode(*message); !packet.isEmpty())
            link.sendText(packet, SendKind::Solicited);
    }
    m_context.services().counters.replayed.add(qint64(retained.size()));
}

void Subscriptions::offer(quint64 id, const QByteArray &pattern)
{
    m_offers.emplace(id, pattern);
    m_context.onBroker(pattern.size() + 64, [&context = m_context, link = m_id, id, pattern](Broker &) {
        context.services().desk->offer(link, id, pattern, [&context, link, id](const PublicationPtr &request) {
            context.services().shard.tasks().post(
                [&context, link, id, request] {
                    if (Session *session = context.session(link))
                        session->serve(id, *request);
                },
                request->byteSize());
        });
    });
}

void Subscriptions::drop(Table::iterator subscription)
{
    m_context.leave(subscription->second.slot, subscription->second.membership);
    m_subscriptions.erase(subscription);
}

bool Subscriptions::discard(quint64 id)
{
    if (const auto known = m_subscriptions.find(id); known != m_subscriptions.end()) {
        drop(known);
        return true;
    }
    if (m_offers.erase(id) == 0)
        return false;
    m_context.onBroker(
        64, [&context = m_context, link = m_id, id](Broker &) { context.services().desk->withdraw(link, id); });
    return true;
}

void Subscriptions::remove(quint64 id, UserTally &tally)
{
    if (!discard(id))
        return;
    tally.giveSubscription();
    m_context.services().counters.subscriptions.add(-1);
}

void Subscriptions::removeAll(UserTally &tally)
{
    while (!m_subscriptions.empty())
        remove(m_subscriptions.begin()->first, tally);
    while (!m_offers.empty())
        remove(m_offers.begin()->first, tally);
}

std::vector<quint64> Subscriptions::recheck(Link &link, const Bearer &bearer)
{
    std::vector<quint64> lost;
    for (auto &[id, subscription] : m_subscriptions) {
        const QByteArray pattern = m_context.pattern(subscription.slot);
        if (!bearer.permissions.maySubscribe(pattern))
            lost.push_back(id);
        else if (subscription.opening == 0)
            m_context.rejoin(subscription.slot, audience(id, pattern, bearer), link, subscription.membership);
    }
    for (const auto &[id, pattern] : m_offers) {
        if (!bearer.permissions.mayServe(pattern))
            lost.push_back(id);
    }
    for (const quint64 id : lost)
        remove(id, bearer.tally);
    return lost;
}

AudienceSpecPtr Subscriptions::audience(quint64 id, const QByteArray &pattern, const Bearer &bearer) const
{
    const DeliveryFilter filter = bearer.permissions.filterFor(pattern);
    QByteArray variant = QByteArray::number(id) + ' ' + QByteArray::number(bearer.version);
    if (filter)
        variant += ' ' + filter->join(' '); // no subject contains a blank
    return m_context.spec(variant, [&] {
        AudienceSpec spec;
        spec.variant = variant;
        spec.encode = [id, version = bearer.version, filter, &context = m_context](const Publication &message) {
            if (!lets(filter, message.stream)) {
                context.countFiltered(message);
                return QByteArray();
            }
            return encode(ServerMessage(Message{id, message.stream, message.body}), version);
        };
        const Profile &profile = m_context.profile();
        spec.lag = profile.overflow;
        spec.maxHeldBytes = profile.heldBytes;
        if (spec.lag != LagPolicy::Close) {
            spec.encodeLoss = [id, version = bearer.version](const Loss &loss) {
                return encode(ServerMessage(ServerError{429, Words::lost(loss.publications, id)}), version);
            };
        }
        return spec;
    });
}

} // namespace Tidegate::Mesh
