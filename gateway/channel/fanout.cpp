// SPDX-License-Identifier: MIT
#include "channel/fanout.h"

#include <algorithm>

namespace Tidegate {

class Fanout::Audience
{
public:
    struct Member
    {
        Link *link;
        Membership *membership;
    };
    QByteArray stream;
    QByteArray variant;
    Encoder encode;
    std::vector<Member> members;
    QByteArray turn; //!< frames gathered since the last flush
    bool isDirty = false;
};

Fanout::Fanout() = default;
Fanout::~Fanout() = default;

void Fanout::join(const QByteArray &stream, const QByteArray &variant, const Encoder &encoder, Link &link,
                  Membership &membership)
{
    auto &list = m_streams[stream];
    if (!list)
        list = std::make_shared<AudienceList>();
    auto found = std::find_if(list->begin(), list->end(), [&](const auto &each) { return each->variant == variant; });
    if (found == list->end()) {
        auto audience = std::make_unique<Audience>();
        audience->stream = stream;
        audience->variant = variant;
        audience->encode = encoder;
        found = list->insert(list->end(), std::move(audience));
        ++m_audiences;
    }
    Audience &audience = **found;
    // A newcomer was told its position when it attached: what was gathered before that is not for it.
    flushAudience(audience);
    membership = {&audience, quint32(audience.members.size())};
    audience.members.push_back({&link, &membership});
}

void Fanout::leave(Membership &membership)
{
    Audience *audience = membership.audience;
    if (!audience)
        return;
    flushAudience(*audience);
    auto &members = audience->members;
    members[membership.position] = members.back();
    members[membership.position].membership->position = membership.position;
    members.pop_back();
    membership = {};
    if (!members.empty())
        return;
    m_dirty.erase(std::remove(m_dirty.begin(), m_dirty.end(), audience), m_dirty.end());
    const auto stream = m_streams.find(audience->stream);
    AudienceList &list = **stream;
    list.erase(std::find_if(list.begin(), list.end(), [&](const auto &each) { return each.get() == audience; }));
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
    for (size_t i = 0; i < m_dirty.size(); ++i)
        flushAudience(*m_dirty[i]);
    m_dirty.clear();
}

void Fanout::flushAudience(Audience &audience)
{
    if (!audience.isDirty)
        return;
    audience.isDirty = false;
    const QByteArray bytes = std::exchange(audience.turn, {});
    for (size_t i = 0; i < audience.members.size(); ++i)
        audience.members[i].link->sendEncoded(bytes);
}

} // namespace Tidegate
