// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

namespace Tidegate {

//! Every bound of the doors in one place. Bytes and milliseconds as the names say.
struct LinkLimits
{
    qsizetype headBytes = 16 * 1024;
    qint64 headTimeoutMs = 10'000;
    qsizetype bodyBytes = 1024 * 1024;
    qint64 bodyTimeoutMs = 30'000;
    qint64 answerTimeoutMs = 60'000; //!< for the peer to take an answer
    qint64 idleKeepAliveMs = 60'000; //!< an HTTP connection without a request

    qsizetype wsMessageBytes = 1024 * 1024;
    quint32 wsMaxFragments = 4096;      //!< of one message
    qint64 wsMessageTimeoutMs = 60'000; //!< from a message's first byte to its last
    qint64 wsSlowGraceMs = 10'000;      //!< how long a link may stay over its budget
    qint64 wsPingIntervalMs = 30'000;   //!< 0 = no heartbeats; silence for two intervals closes
    qint64 closeHandshakeMs = 3'000;
    bool wsDeflate = true; //!< agree to permessage-deflate
    //! Below it the frame of a message is hardly shorter.
    qsizetype wsDeflateMinBytes = 1024;
    //! Above it a message is sent as it is: deflating it would hold up the shard.
    static constexpr qsizetype WsDeflateMaxBytes = 256 * 1024;

    qint64 sseDrainTimeoutMs = 5'000;
    qint64 sseRetryMs = 2'500;
    qint64 sseKeepAliveMs = 20'000;

    //! Multiple of the budget at which a link is closed without waiting for the grace period.
    static constexpr qsizetype HardBudgetFactor = 4;
    //! Bytes a peer may be owed through its own requests (replays, snapshots, answers).
    qsizetype solicitedBytes = 16 * 1024 * 1024;
};

} // namespace Tidegate
