// SPDX-License-Identifier: MIT
#include "channel/fanout.h"

#include "channel/rules.h"

#include <algorithm>
#include <atomic>

namespace Tidegate {

//! What is held back for a member, and where its link stands meanwhile.
struct Fanout::Lag
{
    Lag(qsizetype maxHeldBytes, const ConflationKey &key, Offset start)
        : queue(maxHeldBytes, key)
        , position(start)
    {
    }

    LagQueue queue;
    Offset position;
};

struct Fanout::Member
{
    Link *link = nullptr; //!< null: left while the audience was being sent to
    Membership *membership = nullptr;
    std::unique_ptr<Lag> lag; //!< null: nothing is held back
};

class Fanout::Audience
{
public:
    QByteArray name() const { return "audience " + QByteArray::number(serial); }

    const quint64 serial = nextSerial();
    QByteArray stream;
    AudienceSpecPtr spec;
    Framing framing;
    std::vector<Member> members;
    Offset position = 0;                      //!< cursor of the newest publication handed over
    Offset turnPosition = 0;                  //!< likewise, once the turn is flushed
    QByteArray turn;                          //!< frames gathered since the last flush
    std::vector<PublicationPtr> publications; //!< what they were made of, where members may be held back
    bool isDirty = false;
    bool isSending = false; //!< members may leave, but must not change places
    bool hasLeavers = false;

    bool holdsBack() const { return spec->lag != LagPolicy::Close; }

private:
    static quint64 nextSerial()
    {
        static std::atomic<quint64> newest = 0; // of every shard
        return newest.fetch_add(1, std::memory_order_relaxed) + 1;
    }
};

Fanout::Fanout(FanoutCounters &counters, DecisionBatch *decisions)
    : m_counters(counters)
    , m_decisions(decisions)
{
}

Fanout::~Fanout() = default;

void Fanout::join(const QByteArray &stream, const AudienceSpec &spec, const AudienceSpecPtr &shared, Link &link,
                  Membership &membership)
{
    // A newcomer was told its position when it attached: what was gathered before that is not for it.
    if (Audience *existing = find(stream, spec.variant, link.framing()))
        flushAudience(*existing);
    Audience *audience = find(stream, spec.variant, link.framing());
    if (!audience) {
        auto &list = m_streams[stream];
        if (!list)
            list = std::make_shared<AudienceList>();
        audience = list->emplace_back(std::make_unique<Audience>()).get();
        audience->stream = stream;
        audience->spec = shared ? shared : std::make_shared<const AudienceSpec>(spec);
        audience->framing = link.framing();
        ++m_audiences;
    }
    membership = {audience, quint32(audience->members.size())};
    audience->members.push_back({&link, &membership, nullptr});
}

Fanout::Audience *Fanout::find(const QByteArray &stream, const QByteArray &variant, Framing framing) const
{
    const auto list = m_streams.constFind(stream);
    if (list == m_streams.constEnd())
        return nullptr;
    const auto found = std::find_if((*list)->begin(), (*list)->end(), [&](const auto &each) {
        return each->framing == framing && each->spec->variant == variant;
    });
    return found == (*list)->end() ? nullptr : found->get();
}

void Fanout::leave(Membership &membership)
{
    if (!membership.audience)
        return;
    flushAudience(*membership.audience);
    release(membership, Release::Everything);
    Audience *audience = membership.audience;
    if (!audience) // a send made it leave
        return;
    std::replace(m_laggards.begin(), m_laggards.end(), &membership, static_cast<Membership *>(nullptr));
    const quint32 position = membership.position;
    membership = {};
    if (audience->isSending) {
        audience->members[position] = {};
        audience->hasLeavers = true;
    } else {
        removeMember(*audience, position);
    }
}

void Fanout::removeMember(Audience &audience, quint32 position)
{
    auto &members = audience.members;
    if (position + 1 < members.size()) {
        members[position] = std::move(members.back());
        if (members[position].membership) // none: it has left too, and goes next
            members[position].membership->position = position;
    }
    members.pop_back();
    if (!members.empty())
        return;
    std::replace(m_dirty.begin(), m_dirty.end(), &audience, static_cast<Audience *>(nullptr));
    const auto stream = m_streams.find(audience.stream);
    AudienceList &list = **stream;
    list.erase(std::find_if(list.begin(), list.end(), [&](const auto &each) { return each.get() == &audience; }));
    --m_audiences;
    if (list.empty())
        m_streams.erase(stream);
}

qsizetype Fanout::deliver(const QByteArray &stream, const PublicationPtr &publication)
{
    const auto found = m_streams.constFind(stream);
    if (found == m_streams.constEnd())
        return 0;
    qsizetype members = 0;
    for (const auto &audience : **found) {
        if (audience->spec->hidden) {
            if (const QByteArrayList keys = audience->spec->hidden(*publication); !keys.isEmpty())
                noteHidden(*audience, *publication, keys);
        }
        const QByteArray message = audience->spec->encode(*publication);
        if (message.isEmpty())
            continue;
        members += qsizetype(audience->members.size());
        audience->members.front().link->appendFrame(audience->turn, message);
        audience->turnPosition = publication->cursor;
        if (audience->holdsBack())
            audience->publications.push_back(publication);
        if (!audience->isDirty) {
            audience->isDirty = true;
            m_dirty.push_back(audience.get());
        }
    }
    return members;
}

Offset Fanout::position(const Membership &membership) const
{
    if (!membership.audience)
        return 0;
    const Member &member = membership.audience->members[membership.position];
    return member.lag ? member.lag->position : membership.audience->position;
}

QByteArray Fanout::audienceName(const Membership &membership)
{
    return membership.audience ? membership.audience->name() : QByteArray();
}

//! Once for the audience, however many are in it.
void Fanout::noteHidden(const Audience &audience, const Publication &publication, const QByteArrayList &keys)
{
    const qint64 count = qint64(audience.members.size()) * keys.size();
    const bool isStream = audience.framing == Framing::EventStream;
    (isStream ? m_counters.streamEventsHidden : m_counters.eventsHidden).add(count);
    Decision decision{&ChannelRules::Hidden,
                      0,
                      {},
                      publication.site,
                      audience.spec->subject.isEmpty() ? keys.front() : audience.spec->subject};
    decision.detail = "kept from " + QByteArray::number(qint64(audience.members.size())) + " subscribers";
    decision.messages = keys.first(std::min(keys.size(), Decision::MaxMessages));
    decision.who = audience.name();
    decision.count = count;
    note(m_decisions, std::move(decision));
}

void Fanout::noteLag(const DecisionRule &rule, const Audience &audience, const Member &member, qint64 count)
{
    const QByteArray &subject = audience.spec->subject.isEmpty() ? audience.stream : audience.spec->subject;
    Decision decision{&rule, member.link->id().value, {}, {}, subject};
    decision.count = count;
    note(m_decisions, std::move(decision));
}

void Fanout::flush()
{
    releaseLaggards();
    // Index loop: a send that closes a link may make its session leave, which edits the list.
    for (size_t i = 0; i < m_dirty.size(); ++i) {
        // Only before the last one a link may still be owed more.
        const bool isLast = i + 1 == m_dirty.size();
        if (m_dirty[i])
            flushAudience(*m_dirty[i], isLast ? SendTime::Now : SendTime::TurnEnd);
    }
    m_dirty.clear();
}

void Fanout::flushAudience(Audience &audience, SendTime time)
{
    if (!audience.isDirty)
        return;
    audience.isDirty = false;
    const QByteArray bytes = std::exchange(audience.turn, {});
    const std::vector<PublicationPtr> publications = std::exchange(audience.publications, {});
    audience.isSending = true;
    for (size_t i = 0; i < audience.members.size(); ++i) {
        Member &member = audience.members[i];
        if (member.link && audience.holdsBack() && (member.lag || !member.link->keepsUp()))
            hold(audience, member, publications);
        else if (member.link)
            member.link->sendEncoded(bytes, SendKind::Live, time);
    }
    audience.isSending = false;
    audience.position = audience.turnPosition;
    if (std::exchange(audience.hasLeavers, false))
        removeLeavers(audience);
}

void Fanout::removeLeavers(Audience &audience)
{
    // From the back, so that whoever is moved into a gap has been looked at. The last removal ends the audience.
    for (size_t i = audience.members.size(); i-- > 0;) {
        if (!audience.members[i].link)
            removeMember(audience, quint32(i));
    }
}

void Fanout::hold(const Audience &audience, Member &member, const std::vector<PublicationPtr> &publications)
{
    if (!member.lag) {
        const bool conflates = audience.spec->lag == LagPolicy::Conflate;
        member.lag = std::make_unique<Lag>(
            audience.spec->maxHeldBytes, conflates ? audience.spec->conflationKey : ConflationKey(), audience.position);
        m_laggards.push_back(member.membership);
        m_counters.subscribersLagging.add();
        noteLag(ChannelRules::HeldBack, audience, member, 1);
    }
    for (const PublicationPtr &publication : publications) {
        if (audience.spec->lag == LagPolicy::DropNewest) {
            member.lag->queue.skip(*publication);
            m_counters.publicationsDropped.add();
            noteLag(ChannelRules::LagDroppedNewest, audience, member, 1);
            continue;
        }
        const LagQueue::Effect effect = member.lag->queue.hold(publication);
        m_counters.publicationsDropped.add(effect.dropped);
        m_counters.eventsConflated.add(effect.conflated);
        if (effect.dropped > 0)
            noteLag(ChannelRules::LagDropped, audience, member, effect.dropped);
        if (effect.conflated > 0)
            noteLag(ChannelRules::LagConflated, audience, member, effect.conflated);
    }
}

void Fanout::releaseLaggards()
{
    if (m_laggards.empty())
        return;
    // Index loop: a send may make others leave, which nulls their entries.
    for (size_t i = 0; i < m_laggards.size(); ++i) {
        if (m_laggards[i] && release(*m_laggards[i], Release::WhatTheLinkTakes))
            m_laggards[i] = nullptr;
    }
    std::erase(m_laggards, nullptr);
}

//! True when nothing is held for the member any more, or it has left.
bool Fanout::release(Membership &membership, Release extent)
{
    while (const Audience *audience = membership.audience) {
        Member &member = membership.audience->members[membership.position];
        if (!member.lag)
            return true;
        if (member.lag->queue.isEmpty()) {
            member.lag.reset();
            m_counters.subscribersLagging.add(-1);
            return true;
        }
        if (extent == Release::WhatTheLinkTakes && !member.link->keepsUp())
            return false;
        const Loss loss = member.lag->queue.takeLoss();
        if (loss.publications && !audience->spec->encodeLoss) {
            noteLag(ChannelRules::LossUntold, *audience, member, loss.publications);
            member.link->giveUp();
            continue; // what is held has nowhere to go any more
        }
        QByteArray message;
        if (loss.publications) {
            message = audience->spec->encodeLoss(loss);
        } else {
            const PublicationPtr next = member.lag->queue.takeNext();
            member.lag->position = next->cursor;
            message = audience->spec->encode(*next);
        }
        QByteArray frame;
        member.link->appendFrame(frame, message);
        member.link->sendEncoded(frame, SendKind::Live);
    }
    return true;
}

} // namespace Tidegate
