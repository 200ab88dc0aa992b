// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionbatch.h"
#include "channel/audience.h"
#include "channel/fanoutcounters.h"
#include "transport/link.h"

#include <QHash>

#include <memory>
#include <vector>

namespace Tidegate {

//! The second level of fan-out, one per shard: who on this shard wants a stream, grouped into audiences that would be
//! sent the very same bytes. A publication is encoded once per audience; all frames of a turn for one audience stand in
//! one shared buffer; each link gets it with one write. Where the namespace's policy is not to close, a member whose
//! link is behind is held back alone, until the link has caught up. Bound: AudienceSpec::maxHeldBytes for each of
//! those; overflow act: see LagQueue. Shard thread only.
class Fanout
{
public:
    //! Usually held for one lagging member. The payloads are shared with everybody else who lags.
    static constexpr qsizetype MaxHeldBytes = LagQueue::UsualBytes;

    class Audience;
    //! A member's place in its audience; give it back with leave().
    struct Membership
    {
        Audience *audience = nullptr;
        quint32 position = 0; //!< maintained by Fanout while the membership is registered
    };

    //! \p decisions, of the same thread, hears what is kept from whom; may be none.
    explicit Fanout(FanoutCounters &counters, DecisionBatch *decisions = nullptr);
    ~Fanout();
    Q_DISABLE_COPY_MOVE(Fanout)

    //! \p membership must stay where it is until leave().
    void join(const QByteArray &stream, const AudienceSpec &spec, Link &link, Membership &membership)
    {
        join(stream, spec, {}, link, membership);
    }
    //! The audience keeps \p spec itself, where it is the first: for specs that many streams have.
    void join(const QByteArray &stream, const AudienceSpecPtr &spec, Link &link, Membership &membership)
    {
        join(stream, *spec, spec, link, membership);
    }
    //! What was gathered this turn or held back is handed over first, so leaving loses nothing. Legal while a link is
    //! sent to.
    void leave(Membership &membership);

    void deliver(const PublicationPtr &publication) { deliver(publication->stream, publication); }
    //! To the members of \p stream, which need not bear the publication's own name: patterns match many. How many it is
    //! for.
    qsizetype deliver(const QByteArray &stream, const PublicationPtr &publication);
    //! Hands every gathered buffer to its links, and what was held back to those that caught up; call at the end of the
    //! turn. (A link that becomes writable causes a turn.)
    void flush();

    //! Cursor of the newest publication handed to the member's link; 0 = none since its audience began.
    Offset position(const Membership &membership) const;

    //! Tells the member's audience from every other one of the process; empty for no member. Decisions about a whole
    //! audience name it in Decision::who.
    static QByteArray audienceName(const Membership &membership);

    qsizetype audienceCount() const { return m_audiences; }

private:
    struct Lag;
    struct Member;

    void join(const QByteArray &stream, const AudienceSpec &spec, const AudienceSpecPtr &shared, Link &link,
              Membership &membership);
    Audience *find(const QByteArray &stream, const QByteArray &variant, Framing framing) const;
    void flushAudience(Audience &audience, SendTime time = SendTime::TurnEnd);
    enum class Release : quint8 { WhatTheLinkTakes, Everything };
    void hold(const Audience &audience, Member &member, const std::vector<PublicationPtr> &publications);
    void releaseLaggards();
    bool release(Membership &membership, Release extent);
    void noteHidden(const Audience &audience, const Publication &publication, const QByteArrayList &keys);
    void noteLag(const DecisionRule &rule, const Audience &audience, const Member &member, qint64 count);
    void removeMember(Audience &audience, quint32 position);
    void removeLeavers(Audience &audience);

    using AudienceList = std::vector<std::unique_ptr<Audience>>;
    QHash<QByteArray, std::shared_ptr<AudienceList>> m_streams;
    std::vector<Audience *> m_dirty;
    std::vector<Membership *> m_laggards; //!< members with something held; null: left while they were gone through
    FanoutCounters &m_counters;
    DecisionBatch *const m_decisions;
    qsizetype m_audiences = 0;
};

} // namespace Tidegate
