// SPDX-License-Identifier: MIT
#pragma once

#include "channel/lagpolicy.h"
#include "channel/publication.h"

#include <QHash>

#include <functional>
#include <list>

namespace Tidegate {

//! Events that a subscriber was not sent, for it to be told: those behind \p after up to and including \p upTo.
struct Loss
{
    Offset after = 0;
    Offset upTo = 0;
    qint64 publications = 0;
};

//! Key by which events replace each other; empty = such an event never does.
using ConflationKey = std::function<QByteArray(const Event &event)>;

//! Publications held back for one subscriber while its link is behind. Bound: bytes; overflow act: the oldest go and
//! are remembered as the loss, which is to be told before anything that follows it. What was dropped is always older
//! than what is held, so one loss says it all. Shard thread.
class LagQueue
{
public:
    static constexpr qsizetype UsualBytes = 256 * 1024;

    //! \p key none: nothing is conflated.
    LagQueue(qsizetype maxBytes, const ConflationKey &key)
        : m_maxBytes(maxBytes)
        , m_key(key)
    {
    }

    struct Effect
    {
        qint64 dropped = 0;
        qint64 conflated = 0; //!< events
    };
    Effect hold(const PublicationPtr &publication);
    //! Part of the loss at once. Not to be mixed with hold().
    void skip(const Publication &publication);

    bool isEmpty() const { return m_held.empty() && m_loss.publications == 0; }
    qsizetype heldBytes() const { return m_heldBytes; }
    //! Taken first.
    Loss takeLoss() { return std::exchange(m_loss, {}); }
    //! The oldest; null when none is left.
    PublicationPtr takeNext();

private:
    using Held = std::list<PublicationPtr>;

    qint64 conflate(const Publication &newer);
    void removeEvent(Held::iterator place, const QByteArray &key);
    void remember(Held::iterator place);
    void erase(Held::iterator place);
    void dropOldest();

    void addToLoss(const Publication &publication);

    const qsizetype m_maxBytes;
    const ConflationKey m_key;
    Held m_held;
    QHash<QByteArray, Held::iterator> m_byKey; //!< where the newest held event of a key is
    qsizetype m_heldBytes = 0;
    Loss m_loss;
};

} // namespace Tidegate
