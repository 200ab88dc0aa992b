// SPDX-License-Identifier: MIT
#pragma once

#include "channel/lagqueue.h"

#include <functional>
#include <memory>

namespace Tidegate {

//! Who shares the very same messages of a stream, and how they are made. A value; used on one shard's thread.
struct AudienceSpec
{
    //! Names everything besides the stream and the link's framing that the messages depend on (dialect, params, filter,
    //! role, policy): two specs of one variant are the same.
    QByteArray variant;
    //! Turns a publication into one message; empty = nothing of it is for them.
    std::function<QByteArray(const Publication &publication)> encode;
    LagPolicy lag = LagPolicy::Close;
    qsizetype maxHeldBytes = LagQueue::UsualBytes; //!< for each member that lags
    ConflationKey conflationKey = {};              //!< for LagPolicy::Conflate
    //! The message that tells of a loss. None: it cannot be told, so whoever has lost something is closed as too slow.
    std::function<QByteArray(const Loss &loss)> encodeLoss = {};
    //! Keys of the events that their role keeps from them; none: it keeps nothing.
    std::function<QByteArrayList(const Publication &publication)> hidden = {};
    //! What operators know the stream by; empty = the event's key, or the stream's own name.
    QByteArray subject = {};
};

//! Many streams may have an audience of one spec; they share it.
using AudienceSpecPtr = std::shared_ptr<const AudienceSpec>;

} // namespace Tidegate
