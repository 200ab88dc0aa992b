// SPDX-License-Identifier: MIT
#pragma once

#include "replay/event.h"

#include <vector>

namespace Tidegate {

//! Answer of a read. When it is not covered, something between the asked offset and the first kept event may be
//! missing, and the caller must go to a deeper log or tell the client of the gap.
struct ReplaySlice
{
    bool isCovered = false;
    bool hasMore = false;         //!< the limit cut it
    std::vector<EventPtr> events; //!< ascending
};

//! What a log keeps of one stream.
struct StreamSpan
{
    QByteArray stream;
    Offset oldest = 0;
    Offset newest = 0;
    qsizetype events = 0;
    qsizetype bytes = 0;
};

//! A bounded, ordered memory of streams. Port. Core thread only.
class ReplayLog
{
public:
    virtual ~ReplayLog() = default;

    //! Offsets of one stream ascend; all streams of one log share one numbering.
    virtual void append(const QByteArray &stream, const EventPtr &event) = 0;
    //! Events after \p after, oldest first.
    virtual ReplaySlice readAfter(const QByteArray &stream, Offset after, qsizetype limit) const = 0;
    //! The newest \p limit events; covered when there are that many or the log knows the stream's beginning.
    virtual ReplaySlice readNewest(const QByteArray &stream, qsizetype limit) const = 0;
    //! Nothing before this offset (inclusive) is promised to be here.
    virtual Offset floor() const = 0;
    //! Every stream that has kept events, in no order.
    virtual std::vector<StreamSpan> spans() const = 0;
};

} // namespace Tidegate
