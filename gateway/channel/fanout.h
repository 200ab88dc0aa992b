// SPDX-License-Identifier: MIT
#pragma once

#include "channel/publication.h"
#include "transport/link.h"

#include <QHash>

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate {

//! The second level of fan-out, one per shard: who on this shard wants a stream, grouped into audiences that would be
//! sent the very same bytes. A publication is encoded once per audience; all frames of a turn for one audience stand in
//! one shared buffer; each link gets it with one write. Shard thread only.
class Fanout
{
public:
    //! Turns a publication into the bytes of one audience; empty = nothing of it is for them. \p bytes is appended to.
    using Encoder = std::function<void(const Publication &publication, QByteArray &bytes)>;

    class Audience;
    //! A member's place in its audience; give it back with leave().
    struct Membership
    {
        Audience *audience = nullptr;
        quint32 position = 0; //!< maintained by Fanout while the membership is registered
    };

    Fanout();
    ~Fanout();
    Q_DISABLE_COPY_MOVE(Fanout)

    //! \p variant names everything besides the stream that the bytes depend on (dialect, framing, params, filter,
    //! role). \p encoder is used only if the audience is new. \p membership must stay where it is until leave().
    void join(const QByteArray &stream, const QByteArray &variant, const Encoder &encoder, Link &link,
              Membership &membership);
    //! Frames gathered this turn are handed over first, so leaving loses nothing. Legal while a link is sent to.
    void leave(Membership &membership);

    void deliver(const PublicationPtr &publication);
    //! Hands every gathered buffer to its links; call at the end of the turn.
    void flush();

    qsizetype audienceCount() const { return m_audiences; }

private:
    Audience *find(const QByteArray &stream, const QByteArray &variant) const;
    void flushAudience(Audience &audience, SendTime time = SendTime::TurnEnd);
    void removeMember(Audience &audience, quint32 position);
    void removeLeavers(Audience &audience);

    using AudienceList = std::vector<std::unique_ptr<Audience>>;
    QHash<QByteArray, std::shared_ptr<AudienceList>> m_streams;
    std::vector<Audience *> m_dirty;
    qsizetype m_audiences = 0;
};

} // namespace Tidegate
