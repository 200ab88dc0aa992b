// SPDX-License-Identifier: MIT
#pragma once

#include "auth/originpolicy.h"
#include "channel/lagpolicy.h"
#include "mesh/decoder.h"
#include "mesh/subject.h"
#include "session/mesh/token.h"

#include <algorithm>
#include <memory>

namespace Tidegate::Mesh {

//! The dialect's rules and limits, made from the configuration. 0 = no limit, but for payload and budget. A value that
//! shards share and never change.
struct Profile
{
    VersionSet versions{DefaultVersion};
    std::shared_ptr<const TokenVerifier> verifier;
    OriginPolicy origins;
    qsizetype maxPayloadBytes = 1024 * 1024;
    qsizetype linkBudgetBytes = 256 * 1024; //!< that may wait for a peer before it counts as slow
    LagPolicy overflow = LagPolicy::Close;  //!< or DropOldest, DropNewest
    qsizetype heldBytes = 16 * 1024;        //!< per subscription of a slow peer, for DropOldest
    qint64 loginDeadlineMs = 60'000;
    int maxSubscriptions = 10'000; //!< per session
    int maxOpenRequests = 256;     //!< per session
    qint64 messagesPerSecond = 0;  //!< per session
    qint64 bytesPerSecond = 0;
    int userSessions = 0;
    int userSubscriptions = 0;
    qint64 userMessagesPerSecond = 0;
    qint64 userBytesPerSecond = 0;
    QByteArrayList retainedPatterns;         //!< see RetainedMessages
    qint64 retainReplayBytes = 256LL * 1024; //!< to one new subscriber, and that may wait for a peer before it gets any

    //! Some subject that \p pattern matches is retained.
    bool retains(QByteArrayView pattern) const
    {
        return std::any_of(retainedPatterns.begin(), retainedPatterns.end(),
                           [&](const QByteArray &retained) { return overlaps(retained, pattern); });
    }
};

} // namespace Tidegate::Mesh
