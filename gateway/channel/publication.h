// SPDX-License-Identifier: MIT
#pragma once

#include "replay/event.h"

#include <memory>
#include <vector>

namespace Tidegate {

//! What one act publishes to one stream: some events and why. Immutable, shared by every shard and subscriber.
struct Publication
{
    QByteArray stream; //!< subject, e.g. ssma.<site>.<channel>
    QByteArray kind;   //!< dialect's name of the act: "invalidate", "island", "undo", ...
    QByteArray reason;
    QByteArray site;
    Offset cursor = 0;            //!< where a subscriber stands after it
    std::vector<EventPtr> events; //!< ascending; may be empty when body says it all
    QByteArray body;              //!< JSON members of acts that are not made of events; a plain message's payload
    QByteArray reply;             //!< subject that an answer is published to; empty = none is awaited

    qsizetype byteSize() const
    {
        qsizetype bytes = qsizetype(sizeof(Publication)) + stream.size() + reason.size() + body.size() + reply.size();
        for (const EventPtr &event : events)
            bytes += event->byteSize();
        return bytes;
    }
};

using PublicationPtr = std::shared_ptr<const Publication>;

} // namespace Tidegate
