// SPDX-License-Identifier: MIT
#include "channel/lagqueue.h"

#include <algorithm>

namespace Tidegate {

namespace {

//! Where a subscriber stood before \p publication. Acts without events change no position.
Offset positionBefore(const Publication &publication)
{
    return publication.events.empty() ? publication.cursor : publication.events.front()->offset - 1;
}

} // namespace

LagQueue::Effect LagQueue::hold(const PublicationPtr &publication)
{
    Effect effect;
    if (m_key)
        effect.conflated = conflate(*publication);
    m_held.push_back(publication);
    m_heldBytes += publication->byteSize();
    if (m_key)
        remember(std::prev(m_held.end()));
    // The newest stays even if it alone is over the bound: then it is all there is.
    while (m_heldBytes > m_maxBytes && m_held.size() > 1) {
        dropOldest();
        ++effect.dropped;
    }
    return effect;
}

PublicationPtr LagQueue::takeNext()
{
    if (m_held.empty())
        return {};
    PublicationPtr oldest = m_held.front();
    erase(m_held.begin());
    return oldest;
}

qint64 LagQueue::conflate(const Publication &newer)
{
    qint64 replaced = 0;
    for (const EventPtr &event : newer.events) {
        const QByteArray key = m_key(*event);
        const auto older = key.isEmpty() ? m_byKey.end() : m_byKey.find(key);
        if (older == m_byKey.end())
            continue;
        removeEvent(*older, key);
        ++replaced;
    }
    return replaced;
}

void LagQueue::removeEvent(Held::iterator place, const QByteArray &key)
{
    auto rest = std::make_shared<Publication>(**place);
    std::erase_if(rest->events, [&](const EventPtr &event) { return m_key(*event) == key; });
    m_byKey.remove(key);
    if (rest->events.empty() && rest->body.isEmpty()) {
        erase(place);
        return;
    }
    m_heldBytes += rest->byteSize() - (*place)->byteSize();
    *place = std::move(rest); // its other keys still point here
}

void LagQueue::remember(Held::iterator place)
{
    for (const EventPtr &event : (*place)->events) {
        if (const QByteArray key = m_key(*event); !key.isEmpty())
            m_byKey.insert(key, place);
    }
}

void LagQueue::erase(Held::iterator place)
{
    if (m_key) {
        for (const EventPtr &event : (*place)->events) {
            const auto known = m_byKey.constFind(m_key(*event));
            if (known != m_byKey.constEnd() && *known == place)
                m_byKey.erase(known);
        }
    }
    m_heldBytes -= (*place)->byteSize();
    m_held.erase(place);
}

void LagQueue::skip(const Publication &publication)
{
    addToLoss(publication);
}

void LagQueue::dropOldest()
{
    addToLoss(*m_held.front());
    erase(m_held.begin());
}

void LagQueue::addToLoss(const Publication &publication)
{
    if (m_loss.publications == 0)
        m_loss.after = positionBefore(publication);
    m_loss.upTo = std::max(m_loss.upTo, publication.cursor);
    ++m_loss.publications;
}

} // namespace Tidegate
