// SPDX-License-Identifier: MIT
#include "channel/fanout.h"

#include <algorithm>

namespace Tidegate {

class Fanout::Audience
{
public:
    struct Member
    {
        Link *link = nullptr; //!< null: left while the audience was being sent to
        Membership *membership = nullptr;
    };
    QByteArray stream;
    QByteArray variant;
    Encoder encode;
    std::vector<Member> members;
    QByteArray turn; //!< frames gathered since the last flush
    bool isDirty = false;
    bool isSending = false; //!< members may leave, but must not change places
};

Fanout::Fanout() = default;
Fanout::~Fanout() = default;

void Fanout::join(const QByteArray &stream, const QByteArray &variant, const Encoder &encoder, Link &link,
                  Membership &membership)
{
    // A newcomer was told its position when it attached: what was gathered before that is not for it.
    if (Audience *existing = find(stream, variant))
        flushAudience(*existing);
    Audience *audience = find(stream, variant);
    if (!audience) {
        auto &list = m_streams[stream];
        if (!list)
            list = std::make_shared<AudienceList>();
        audience = list->emplace_back(std::make_unique<Audience>()).get();
        audience->stream = stream;
        audience->variant = variant;
        audience->encode = encoder;
        ++m_audiences;
    }
    membership = {audience, quint32(audience->members.size())};
    audience->members.push_back({&link, &membership});
}

Fanout::Audience *Fanout::find(const QByteArray &stream, const QByteArray &variant) const
{
    const auto list = m_streams.constFind(stream);
    if (list == m_streams.constEnd())
        return nullptr;
    const auto found =
        std::find_if((*list)->begin(), (*list)->end(), [&](const auto &each) { return each->variant == variant; });
    return found == (*list)->end() ? nullptr : found->get();
}

void Fanout::leave(Membership &membership)
{
    if (!membership.audience)
        return;
    flushAudience(*membership.audience);
    Audience *audience = membership.audience;
    if (!audience) // a send made it leave
        return;
    const quint32 position = membership.position;
    membership = {};
    if (audience->isSending)
        audience->members[position] = {};
    else
        removeMember(*audience, position);
}

void Fanout::removeMember(Audience &audience, quint32 position)
{
    auto &members = audience.members;
    members[position] = members.back();
    if (members[position].membership)
        members[position].membership->position = position;
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

void Fanout::deliver(const PublicationPtr &publication)
{
    const auto found = m_streams.constFind(publication->stream);
    if (found == m_streams.constEnd())
        return;
    for (const auto &audience : **found) {
        const qsizetype before = audience->turn.size();
        audience->encode(*publication, audience->turn);
        if (audience->turn.size() > before && !audience->isDirty) {
            audience->isDirty = true;
            m_dirty.push_back(audience.get());
        }
    }
}

void Fanout::flush()
{
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
    audience.isSending = true;
    bool hasLeavers = false;
    for (size_t i = 0; i < audience.members.size(); ++i) {
        if (audience.members[i].link)
            audience.members[i].link->sendEncoded(bytes, SendKind::Live, time);
        hasLeavers = hasLeavers || !audience.members[i].link;
    }
    audience.isSending = false;
    if (hasLeavers)
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

} // namespace Tidegate
